"""`tertulia archive`."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from syndication.archives import Entry, Page
from syndication.archives.nouns import Record
from syndication.archives.writing import json_lines
from syndication.archives.writing_wxr import wxr
from syndication.cli.common import with_site
from syndication.steps.archiving import records
from syndication.steps.site import Site

Writer = Callable[[Site, Iterable[Record]], Iterator[bytes]]
WRITERS: dict[str, Writer] = {
    "json": lambda site, found: json_lines(found, site=site.url, made=site.clock()),
    "wxr": lambda site, found: wxr(found, site=site.url, name=site.name, made=site.clock()),
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(WRITERS)),
    default="json",
    show_default=True,
    help="json: all of it, for 'tertulia import'; wxr: for a WordPress.",
)
@with_site
def archive(site: Site, file: Path, format_: str) -> None:
    """Write what was said on the site's pages, whatever was decided about it, into FILE."""
    counts: Counter[type] = Counter()
    with site.store.read() as tx:
        found = _counted(records(site, tx), counts)
        _write_whole(file, WRITERS[format_](site, found))
    click.echo(f"{file}: messages {counts[Entry]}, pages {counts[Page]}")
    click.echo("Words that nobody approved are in it too: keep it as you keep the database.")


def _counted(found: Iterable[Record], counts: Counter[type]) -> Iterator[Record]:
    for record in found:
        counts[type(record)] += 1
        yield record


def _write_whole(path: Path, parts: Iterable[bytes]) -> None:
    """All of it or nothing, for its owner's eyes alone. Raises `OSError`."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
