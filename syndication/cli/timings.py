"""`tertulia status --timings`: the chain on a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from syndication.steps.site import Site
from syndication.store import timings

MOMENTS = ("seen", "held", "decided", "on_disk", "deployed")


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
    before: datetime = line["written"]
    for name in MOMENTS:
        if (moment := line[name]) is not None:
            yield f"{name.replace('_', ' ')} {_after(moment - before)}"
            before = moment


def _after(passed: timedelta) -> str:
    """``+250 ms``, ``+12.3 s``, ``+5 min``, ``+3 h``; a server's clock may be ahead of ours."""
    seconds = passed.total_seconds()
    for size, unit in ((3600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:+.0f} {unit}"
    return f"{seconds:+.1f} s" if abs(seconds) >= 1 else f"{seconds * 1000:+.0f} ms"
