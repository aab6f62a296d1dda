"""`tertulia run`: the daemon with its desk, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import logging
import signal
import threading

import click

from syndication.cli.common import with_settings
from syndication.service import Service
from syndication.settings import Settings


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
    service = Service(settings, stop, desk=not no_desk)
    service.start()
    click.echo(service.greeting())
    while not stop.wait(1):
        pass
    service.end()
    click.echo("Ended.")
