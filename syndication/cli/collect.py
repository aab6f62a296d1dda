"""`tertulia collect`."""

from __future__ import annotations

import click

from syndication.cli.common import need_accounts, with_site
from syndication.steps.collect import collect as collect_news
from syndication.steps.listen import listen
from syndication.steps.reverify import reverify
from syndication.steps.site import Site
from syndication.store import accounts


@click.command()
@with_site
def collect(site: Site) -> None:
    """Ask every account for news, read the threads that are due and search the watches, once."""
    need_accounts(site)
    for name in site.accounts:
        news = collect_news(site, name)
        threads = reverify(site, name)
        found = listen(site, name)
        with site.store.read() as tx:
            row = accounts.all_accounts(tx)[name]
        if row.paused_reason:
            click.echo(f"{name}: paused: {row.paused_reason}")
            continue
        click.echo(
            f"{name}: new {news.new + found.new}, edited {news.edited + found.edited},"
            f" left out {news.left_out + found.left_out}, threads read {threads}"
        )
