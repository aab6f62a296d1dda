"""`tertulia pause` and `tertulia resume`: the one switch for everything outgoing."""

from __future__ import annotations

import click

from syndication.cli.common import whoami, with_site
from syndication.steps.site import Site
from syndication.store import events, marks


@click.command()
@with_site
def pause(site: Site) -> None:
    """Stop everything outgoing: posts, updates, deletions, answers. Listening goes on."""
    with site.store.write() as tx:
        marks.put(tx, marks.PAUSED, {"by": whoami(), "at": site.clock().isoformat()})
        events.record(tx, "pause", ["site"], now=site.clock(), by=whoami())
    click.echo("Nothing leaves from now on. Go on with: tertulia resume")


@click.command()
@with_site
def resume(site: Site) -> None:
    """Let things leave again."""
    with site.store.write() as tx:
        marks.drop(tx, marks.PAUSED)
        events.record(tx, "resume", ["site"], now=site.clock(), by=whoami())
    click.echo("Things may leave again.")
