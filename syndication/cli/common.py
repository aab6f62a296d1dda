"""What the commands share: the site of the settings, and words for counts and moments."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from syndication.bootstrap import open_site
from syndication.settings import Settings, load
from syndication.steps.site import Site


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the checked settings as `settings`."""

    @click.pass_context
    @functools.wraps(command)
    def wrapped(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        return ctx.invoke(command, *args, settings=load(Path(ctx.obj)), **kwargs)

    return wrapped


def with_site(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the open site as `site`; the store is closed after it."""

    @with_settings
    @functools.wraps(command)
    def wrapped(*args: Any, settings: Settings, **kwargs: Any) -> Any:
        site = open_site(settings)
        try:
            return command(*args, site=site, **kwargs)
        finally:
            site.store.close()

    return wrapped


def whoami() -> str:
    """Who decides in a terminal: the name of the person at the keyboard."""
    return os.environ.get("TERTULIA_STAFF") or os.environ.get("USER") or "terminal"


def shown(moment: datetime | None) -> str:
    """A moment in the terminal's own time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "never"


def plain(text: str) -> str:
    """Strangers' words without what could steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def need_accounts(site: Site) -> None:
    """Commands that talk to networks say so when there is none to talk to."""
    if not site.accounts:
        raise click.ClickException(
            "there are no accounts yet. Connect one: tertulia connect mastodon SERVER,"
            " or tertulia connect bluesky HANDLE"
        )
