"""`tertulia run`: the daemon with its desk, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import signal
import threading
from pathlib import Path

import click

from syndication import bootstrap
from syndication.cli.common import with_settings
from syndication.daemon import Alarm, Daemon
from syndication.desk import generate
from syndication.settings import Settings
from syndication.steps.timetable import timetable
from syndication.web.serving import Server
from syndication.web.staff import create_app


@click.command()
@click.option("--no-desk", is_flag=True, help="Do not serve the desk.")
@click.option("--verbose", is_flag=True, help="Log also what is only informative.")
@with_settings
def run(settings: Settings, no_desk: bool, verbose: bool) -> None:
    """Carry posts out, bring replies back and serve the desk until told to end."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    for noisy in ("urllib3", "waitress", "alembic", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running = Running(settings, stop, desk=not no_desk)
    running.start()
    click.echo(running.greeting())
    while not stop.wait(1):
        pass
    running.end()
    click.echo("Ended.")


class Running:
    """The daemon and the desk of one site, as one thing that starts and ends."""

    def __init__(self, settings: Settings, stop: threading.Event, *, desk: bool = True) -> None:
        alarm = Alarm()
        self.site = bootstrap.open_site(settings, wake=alarm.wake)
        self.folder: Path = bootstrap.desk_folder(settings)
        self.origin = bootstrap.desk_origin(settings)
        jobs = timetable(
            self.site,
            bootstrap.builder_of(settings),
            bootstrap.pace_of(settings),
            desk=lambda: generate(self.site, self.folder),
            stopping=stop.is_set,
        )
        self._daemon = Daemon(self.site, jobs, alarm, stop=stop, streams=settings.collect.stream)
        self._server: Server | None = None
        if desk:
            app = create_app(self.site, directory=self.folder, origin=self.origin)
            proxied = bool(settings.desk.url)
            self._server = Server(app, *bootstrap.desk_address(settings), proxied=proxied)

    def start(self) -> None:
        """Serve the desk, then keep the timetable. Raises `OSError` for a port in use."""
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
        self.site.store.close()
