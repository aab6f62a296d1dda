"""`tertulia import`."""

from __future__ import annotations

from pathlib import Path

import click

from syndication.archives import FORMATS, open_archive
from syndication.cli.common import plain, with_site
from syndication.model import Verdict
from syndication.steps.importing import Imported, import_archive, reading_of
from syndication.steps.site import Site

VERDICTS = {
    Verdict.APPROVE: "approved",
    Verdict.HOLD: "held",
    Verdict.REJECT: "rejected",
    Verdict.SPAM: "spam",
}
NOT_KEPT = {
    "emails": "e-mail addresses, which are kept nowhere",
    "addresses": "network addresses, which are kept nowhere",
    "others": "likes and notes that a plugin keeps among comments, left out",
    "mended": "characters that were broken in the file, mended",
}
FACTS = {
    "copies": "posts of ours on networks",
    "reactions": "reactions that others' pages tell",
    "watches": "watches",
    "people": "people known on two networks",
}
SHOWN = 50
"""Lines of a list that are printed at most, but for orphans: those are work to do."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="What the file is; without it, its beginning tells.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would happen; store nothing.")
@with_site
def import_(site: Site, file: Path, format_: str | None, dry_run: bool) -> None:
    """Bring the comments of a WordPress, Disqus or Isso, or of an archive, to their articles.

    Doing it again adds only what is new.
    """
    archive = open_archive(file, reading_of(site, dry_run=dry_run), format_ or "")
    done = import_archive(site, archive, dry_run=dry_run)
    parts = [f"{done.verdicts[v]} {word}" for v, word in VERDICTS.items() if done.verdicts[v]]
    how = f" ({', '.join(parts)})" if parts else ""
    click.echo(f"{'Would be new' if dry_run else 'New'}: {done.new}{how}")
    for what, count in sorted((+done.facts).items()):
        click.echo(f"{'Would be new' if dry_run else 'New'}, {FACTS[what]}: {count}")
    for why, count in sorted(done.counts.items()):
        click.echo(f"Not taken in, {why}: {count}")
    for what, count in sorted((+done.left_behind).items()):
        click.echo(f"In the file: {count} {NOT_KEPT[what]}")
    _tell_misplaced(done)
    _tell_orphans(done)


def _tell_misplaced(done: Imported) -> None:
    if not done.misplaced:
        return
    click.echo(f"Standing at the top of their page: {len(done.misplaced)}")
    for id_, why in list(done.misplaced.items())[:SHOWN]:
        click.echo(f"  {plain(id_)}: {why}")
    if len(done.misplaced) > SHOWN:
        click.echo(f"  and {len(done.misplaced) - SHOWN} more")


def _tell_orphans(done: Imported) -> None:
    if not done.orphans:
        return
    click.echo("Pages that are no article here:")
    for orphan in done.orphans:
        click.echo(f"  {orphan.entries:>5}  {plain(orphan.address)}  {plain(orphan.title)}")
    click.echo(
        "Where one of them is an article under another address, write its old path above the"
        " article (Aliases: /old/path/), build, publish and import again."
    )
