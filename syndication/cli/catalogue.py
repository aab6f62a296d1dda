"""`tertulia catalogue`."""

from __future__ import annotations

from pathlib import Path

import click

from syndication.catalogues.starting import start


@click.command()
@click.argument("language")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("translations"),
    show_default=True,
    help="Where the site keeps its own catalogues.",
)
def catalogue(language: str, folder: Path) -> None:
    """Start or renew the catalogue of LANGUAGE, as fr: every text that people read."""
    made = start(language, folder)
    click.echo(f"{made.path}: {made.texts} texts, {made.missing} of them to translate.")
    if made.missing:
        click.echo("Write after each msgstr; what stays empty is shown in English.")
