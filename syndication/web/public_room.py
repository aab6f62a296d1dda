"""What every public endpoint is given: the site, where it is reached, the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import cast

from flask import current_app

from syndication.steps.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRoom:
    """One for each app."""

    site: Site
    url: str  # public address without a trailing slash; it may have a path
    zone: tzinfo = UTC  # of the dates that visitors read

    @property
    def now(self) -> datetime:
        """The moment, as the site's clock has it."""
        return self.site.clock()


def room() -> PublicRoom:
    """That of the app which answers this request."""
    return cast(PublicRoom, current_app.extensions["public"])
