"""`tertulia init`."""

from __future__ import annotations

from pathlib import Path

import click

from syndication import starter


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", prompt="The brand's name", help="The brand's name.")
@click.option("--url", prompt="The site's public address", help="As https://www.example.org .")
@click.option(
    "--language",
    type=click.Choice(starter.LANGUAGES),
    default="en",
    prompt="Its first language",
    show_default=True,
    help="The language of the first pages.",
)
def init(directory: Path, name: str, url: str, language: str) -> None:
    """Make a new site in DIRECTORY: settings, theme, first pages and a first article."""
    files = starter.create(directory, name=name, url=url, language=language)
    click.echo(f"Made {len(files)} files in {directory}. Now:")
    click.echo(f"  cd {directory}")
    click.echo(f"  {starter.PREVIEW}")
    click.echo("                                      look at it, on http://127.0.0.1:8000/")
    click.echo(
        "  pelican --fatal errors              build it for its public address, into output/"
    )
    click.echo(
        "  edit pelicanconf.py                 say who publishes: the build names what is missing"
    )
    click.echo("  tertulia connect mastodon SERVER    connect the brand's account, or:")
    click.echo("  tertulia connect bluesky HANDLE")
    click.echo("  tertulia run                        carry posts out, bring replies back")
