"""`tertulia status --timings`: the chain on a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import click

from syndication.steps.site import Site
from syndication.store import timings

LATER = ("held", "decided", "on_disk", "deployed")


def gather(site: Site, number: int) -> list[dict[str, Any]]:
    """The last messages for machines: ids and moments, no words of people."""
    with site.store.read() as tx:
        return [asdict(timing) for timing in timings.latest(tx, number)]


def show(lines: Iterable[dict[str, Any]]) -> None:
    """A line a message: when it was written, then how long each thing took after the one before."""
    for line in lines:
        steps = ", ".join(_steps(line))
        click.echo(
            f"message {line['message']} ({line['network']}, {line['verdict']}): written"
            f" {line['written'].astimezone():%Y-%m-%d %H:%M:%S}, {steps}"
        )


def _steps(line: dict[str, Any]) -> Iterator[str]:
    before: datetime = line["seen"]
    if line["imported"]:
        yield f"imported {before.astimezone():%Y-%m-%d %H:%M:%S}"
    else:
        yield f"seen {_after(before - line['written'])}"
    for name, moment in sorted(_moments(line), key=itemgetter(1)):
        yield f"{name.replace('_', ' ')} {_after(moment - before)}"
        before = moment


def _moments(line: dict[str, Any]) -> Iterator[tuple[str, datetime]]:
    """What happened here; an appeal is held after it was decided."""
    for name in LATER:
        if line[name] is not None:
            yield name, line[name]


def _after(passed: timedelta) -> str:
    """``+250 ms``, ``+12.3 s``, ``+5 min``, ``+3 h``; a server's clock may be ahead of ours."""
    seconds = passed.total_seconds()
    for size, unit in ((3600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:+.0f} {unit}"
    return f"{seconds:+.1f} s" if abs(seconds) >= 1 else f"{seconds * 1000:+.0f} ms"
