"""`tertulia watch`: what to listen for beyond the replies."""

from __future__ import annotations

import click

from syndication.cli.common import with_site
from syndication.steps.site import Site
from syndication.store import watches


@click.group()
def watch() -> None:
    """Find people who talk about the brand without addressing it."""


@watch.command()
@click.argument("query")
@click.option("--language", default="", help="Only words in this language, as es.")
@with_site
def add(site: Site, query: str, language: str) -> None:
    """Listen for QUERY: words that all must appear, or a #hashtag."""
    query = query.strip()
    kind = "hashtag" if query.startswith("#") else "words"
    if not query.lstrip("#").strip():
        raise click.UsageError("name words or a #hashtag")
    if kind == "hashtag" and len(query.split()) > 1:
        raise click.UsageError("a hashtag is one word; for several words leave out the #")
    with site.store.write() as tx:
        number = watches.add(tx, kind=kind, query=query, language=language, now=site.clock())
    click.echo(f"Watch {number}: {kind} {query}")


@watch.command("list")
@with_site
def list_(site: Site) -> None:
    """Show all watches."""
    with site.store.read() as tx:
        saved = watches.everything(tx)
    for item in saved:
        suffix = f" ({item.language})" if item.language else ""
        click.echo(f"{item.id}\t{item.kind}\t{item.query}{suffix}")
    if not saved:
        click.echo('There are none yet. Add one: tertulia watch add "#yourbrand"')


@watch.command()
@click.argument("number", type=int)
@with_site
def remove(site: Site, number: int) -> None:
    """Stop listening for watch NUMBER; what it found stays."""
    with site.store.write() as tx:
        if not watches.remove(tx, number):
            raise click.ClickException(f"there is no watch {number}; see: tertulia watch list")
    click.echo(f"Watch {number} is removed.")
