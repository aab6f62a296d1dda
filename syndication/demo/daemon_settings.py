"""The settings of the demonstration's daemon: a real site's, but quick and on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from syndication.settings import written

Accounts = Mapping[str, Mapping[str, object]]
"""Name → what the settings say of that account."""

# The open web comes without a server or a secret. Nobody is told of links: that would leave this
# machine as soon as an article links to a page on the web.
OPEN_WEB: Accounts = {
    "comments": {"network": "site"},
    "web": {"network": "webmention", "options": {"tell": False}},
}


class Place(Protocol):
    """What the settings need to know of the stage."""

    @property
    def settings(self) -> Path:
        """The file."""

    @property
    def url(self) -> str:
        """Where the site answers."""

    @property
    def desk(self) -> str:
        """Address and port of the desk."""

    @property
    def public(self) -> str:
        """Address and port of the public endpoints."""


def write(place: Place, accounts: Accounts, *, build: str) -> None:
    """Write the settings of a daemon that speaks for `accounts` and the open web."""
    declared = []
    for name, values in {**accounts, **OPEN_WEB}.items():
        declared.append(f"[accounts.{name}]")
        declared += [f"{key} = {written(value)}" for key, value in values.items()]
    place.settings.write_text(
        "\n".join(
            [
                "# The demonstration's settings: as a real site's, but quick and on this machine.",
                "# Written anew at each start.",
                "[site]",
                f"url = {written(place.url)}",
                'name = "Vencejo"',
                f"build = {written(build)}",
                'build_delay = "1s"',
                f"contact = {written(place.url + '/contact/')}",
                "[publish]",
                'min_age = "0s"',
                "[collect]",
                'every = "2s"',
                'listen_every = "5s"',
                'reread_soonest = "2s"',
                "reread_per_hour = 3600",
                "loopback = true",
                "[desk]",
                f"listen = {written(place.desk)}",
                'timezone = "Europe/Madrid"',
                "[public]",
                f"listen = {written(place.public)}",
                f"url = {written('http://' + place.public)}",
                *declared,
                "",
            ]
        ),
        encoding="utf-8",
    )
