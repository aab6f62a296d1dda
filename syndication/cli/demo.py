"""`tertulia demo`."""

from __future__ import annotations

import json
import logging
import shlex
import signal
import sys
import threading
from pathlib import Path

import click

from syndication.demo.director import MODERATOR, Demo
from syndication.demo.folder import LOG, claim
from syndication.demo.rehearsal import rehearse
from syndication.demo.waiting import DemoError


@click.command()
@click.option("--fresh", is_flag=True, help="Start anew: forget all earlier runs.")
@click.option("--once", is_flag=True, help="Do everything unattended, then end.")
@click.option("--json", "as_json", is_flag=True, help="With --once: tell the result as JSON.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the visitors' words.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demonstration lives.",
)
def demo(fresh: bool, once: bool, as_json: bool, seed: int, folder: Path) -> None:
    """Show everything on this machine: a site, practice networks, visitors, the desk.

    No accounts, no keys, nothing leaves this machine. Ctrl-C ends it; a second run goes on.
    """
    folder = folder.resolve()
    with claim(folder, fresh=fresh):
        logging.basicConfig(
            filename=folder / LOG,
            level=logging.INFO,
            format="%(asctime)s %(levelname)s %(message)s",
        )
        stop = _end_on_signals()
        try:
            with Demo(
                folder, Path.cwd(), say=lambda text: click.echo(text, err=as_json), stop=stop
            ) as running:
                if once:
                    _tell(rehearse(running, seed).as_dict(), as_json=as_json)
                else:
                    running.visitors_speak()
                    _invite(running)
                    stop.wait()
        except KeyboardInterrupt:
            if once:
                raise DemoError("ended before the end") from None


def _end_on_signals() -> threading.Event:
    """What is set by the first Ctrl-C or SIGTERM, which also breaks off whatever is being waited
    for; further ones do not disturb the ending."""
    stop = threading.Event()

    def end(*_: object) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop


def _tell(result: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        for key, value in result.items():
            click.echo(f"{key}: {value}")


def _invite(running: Demo) -> None:
    """Where to look, and what to do there."""
    click.echo("")
    click.secho("Tertulia is running on this machine.", bold=True)
    places = {"The article": running.article}
    places["The site"] = f"{running.stage.url}/   and   {running.stage.url}/es/"
    for network, copy in running.copies.items():
        places[f"On {network.title()}"] = (copy.ref.url if copy.ref else "") or ""
    places["By the form"] = f"{running.article}#comment-title"
    places["By webmention"] = f"{running.neighbour.url}/   (a visitor's own site)"
    places["The desk"] = running.desk_link()
    places["A new link"] = _link_command(running.stage.settings)
    for name, place in places.items():
        click.echo(f"  {name + ':':<15}{place}")
    if running.left_out:
        click.echo(f"  {running.left_out}")
    click.echo("")
    click.echo("Open the desk (the link works once, for 15 minutes), approve what you like, and")
    click.echo("see the words under the article a few seconds later. Ctrl-C ends everything.")


def _link_command(settings: Path) -> str:
    """What prints another link into the desk, ready to be pasted into a shell."""
    called = Path(sys.argv[0]).absolute()
    program = (
        [str(called)] if called.name == "tertulia" else [sys.executable, "-m", "syndication.cli"]
    )
    return shlex.join([*program, "--settings", str(settings), "desk", "link", MODERATOR])
