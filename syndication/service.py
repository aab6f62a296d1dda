"""The service of one site: the daemon and the desk, as one thing that starts and ends."""

from __future__ import annotations

import threading
from pathlib import Path
from zoneinfo import ZoneInfo

from syndication import bootstrap
from syndication.daemon import Alarm, Daemon
from syndication.desk import generate
from syndication.settings import Settings
from syndication.steps.timetable import timetable
from syndication.web.serving import Server
from syndication.web.staff import create_app


class Service:
    """`start` it, `end` it, once."""

    def __init__(self, settings: Settings, stop: threading.Event, *, desk: bool = True) -> None:
        """Wire everything and take the desk's address. Raises `ServingError` for one in use."""
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
        self._server: Server | None = None
        if desk:
            app = create_app(self.site, directory=self.folder, origin=self.origin, zone=zone)
            proxied = bool(settings.desk.url)
            self._server = Server(app, *bootstrap.desk_address(settings), proxied=proxied)

    def start(self) -> None:
        """Serve the desk, then keep the timetable."""
        if self._server:
            self._server.start()
        self._daemon.start()

    def greeting(self) -> str:
        """What is going on, for whoever started it."""
        names = ", ".join(self.site.accounts) or "none yet (tertulia connect)"
        desk = f"Desk: {self.origin} (sign in: tertulia desk link NAME)" if self._server else ""
        return f"Tertulia for {self.site.url}. Accounts: {names}. {desk}".rstrip()

    def end(self) -> None:
        """End within two seconds; what was being done is safe to be cut."""
        if self._server:
            self._server.stop()
        self._daemon.end()
        if self._builder.warm is not None:
            self._builder.warm.close()
        self.site.store.close()
