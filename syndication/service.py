"""The service of one site: daemon, desk and public endpoints, as one thing that starts and ends.

The desk and the public endpoints are two apps on two sockets with threads of their own: however
many knock at the second, staff are served.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

from syndication import bootstrap
from syndication.daemon import GRACE, Alarm, Daemon
from syndication.desk import generate
from syndication.settings import Settings
from syndication.steps.timetable import timetable
from syndication.web.public import create_public_app
from syndication.web.serving import Server
from syndication.web.staff import create_app

SWITCH_EVERY = 0.001
"""Seconds for which a thread may keep the others waiting: Python's own five let a page that is
parsed in one lane hold up an answer to a visitor several times."""


class Service:
    """`start` it, `end` it, once."""

    def __init__(self, settings: Settings, stop: threading.Event, *, desk: bool = True) -> None:
        """Wire everything and take the addresses. Raises `ServingError` for one in use."""
        alarm, zone = Alarm(), ZoneInfo(settings.desk.timezone)
        self.site = bootstrap.open_site(settings, wake=alarm.wake)
        self.folder: Path = bootstrap.desk_folder(settings)
        self.origin = bootstrap.desk_origin(settings)
        self._builder = bootstrap.builder_of(settings, staying=True)
        jobs = timetable(
            self.site,
            self._builder,
            bootstrap.pace_of(settings),
            desk=lambda: generate(self.site, self.folder, zone=zone),
            stopping=stop.is_set,
        )
        self._daemon = Daemon(self.site, jobs, alarm, stop=stop, streams=settings.collect.stream)
        self._servers: list[Server] = []
        self._desk = desk
        if desk:
            app = create_app(self.site, directory=self.folder, origin=self.origin, zone=zone)
            proxied = bool(settings.desk.url)
            self._servers += [Server(app, *bootstrap.desk_address(settings), proxied=proxied)]
        if self.site.endpoints:
            public = create_public_app(self.site, url=settings.public.url, zone=zone)
            place = bootstrap.public_address(settings)
            self._servers += [Server(public, *place, name="public", proxied=True)]

    def start(self) -> None:
        """Serve whoever comes, then keep the timetable."""
        sys.setswitchinterval(SWITCH_EVERY)
        for server in self._servers:
            server.start()
        self._daemon.start()

    def greeting(self) -> str:
        """What is going on, for whoever started it."""
        names = ", ".join(self.site.accounts) or "none yet (tertulia connect)"
        desk = f"Desk: {self.origin} (sign in: tertulia desk link NAME)" if self._desk else ""
        return f"Tertulia for {self.site.url}. Accounts: {names}. {desk}".rstrip()

    def end(self) -> None:
        """End within two seconds; what was being done is safe to be cut."""
        for server in self._servers:
            server.stop(GRACE / len(self._servers))
        self._daemon.end()
        if self._builder.warm is not None:
            self._builder.warm.close()
        self.site.store.close()
