"""`tertulia export`."""

from __future__ import annotations

import click

from syndication.bootstrap import builder_of, open_site
from syndication.cli.common import with_settings
from syndication.settings import Settings
from syndication.steps.build import build, due_in
from syndication.steps.export import export as write_documents
from syndication.store import posts


@click.command()
@click.option("--all", "everything", is_flag=True, help="Look at every page, not only what is due.")
@click.option("--build", "and_build", is_flag=True, help="Build the site after it, if it changed.")
@with_settings
def export(settings: Settings, everything: bool, and_build: bool) -> None:
    """Write approved words into the documents of the site, once."""
    site = open_site(settings)
    if everything:
        with site.store.write() as tx:
            posts.mark_all_for_export(tx, now=site.clock())
    changed = write_documents(site)
    for path in changed:
        click.echo(path)
    click.echo(f"Pages whose document changed: {len(changed)}")
    builder = builder_of(settings)
    wait = due_in(site, builder)
    if and_build and wait is not None:
        if not build(site, builder, now=True):
            raise click.ClickException("the site was not built; see above")
        click.echo("The site is built.")
    elif wait is not None:
        click.echo(f"The site is to be built: {builder.command}")
    site.store.close()
