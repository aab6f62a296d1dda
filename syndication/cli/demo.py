"""`tertulia demo`."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import sys
import threading
from pathlib import Path

import click

from syndication.demo.director import Demo


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
    """Show everything on this machine: a site, a practice network, visitors, the desk.

    No accounts, no keys, nothing leaves this machine. Ctrl-C ends it; a second run goes on.
    """
    folder = folder.resolve()
    if fresh and folder.exists():
        _forget(folder)
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=folder / "demo.log",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def say(text: str) -> None:
        click.echo(text, err=as_json)

    with Demo(folder, Path.cwd(), say=say, stop=stop) as running:
        if once:
            report = running.rehearse(seed)
            result = report.as_dict()
        else:
            running.visitors_speak()
            _invite(running)
            stop.wait()
            return
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        for key, value in result.items():
            click.echo(f"{key}: {value}")


def _forget(folder: Path) -> None:
    """Remove an earlier demonstration, and nothing that is not one."""
    if any(folder.iterdir()) and not (folder / "demo.log").is_file():
        raise click.UsageError(f"{folder} holds something else than a demonstration")
    shutil.rmtree(folder)


def _invite(running: Demo) -> None:
    """Where to look, and what to do there."""
    click.echo("")
    click.secho("Tertulia is running on this machine.", bold=True)
    click.echo(f"  The article:  {running.article}")
    click.echo(f"  The site:     {running.stage.url}/   and   {running.stage.url}/es/")
    click.echo(f"  Its copy:     {running.copy.ref.url if running.copy.ref else ''}")
    click.echo(f"  The desk:     {running.desk_link()}")
    click.echo("")
    click.echo("Open the desk (the link works once, for 15 minutes), approve what you like, and")
    click.echo("see the words under the article a few seconds later. Ctrl-C ends everything.")
