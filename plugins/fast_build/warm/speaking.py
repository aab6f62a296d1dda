"""The warm child's conversation: one JSON line answers another."""

from __future__ import annotations

import json
import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import IO, Any

from pelican import Pelican, get_instance, parse_arguments
from pelican.log import init as init_logging

from ..common_mark import ReaderSettingError
from ..output import Output
from ..run import exchanged
from . import alone, sources
from .change import Change
from .loading import load
from .publishing import Publisher, StaleError

LOOK_EVERY = 5.0  # seconds at least between two looks at content, theme and settings
SELDOM = 200  # a look at a large site takes long: so many times as long, nobody looks again
IDLE = 3600.0  # seconds without a question, after which the memory is worth more than the time


def main(arguments: list[str] | None = None) -> int:
    """Serve standard input until it ends. `--once PATH…` publishes those pages and ends.

    `--idle SECONDS` before Pelican's own options.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    idle, once = IDLE, []
    while given[:1] == ["--once"] and len(given) > 1:
        once.append(given[1])
        given = given[2:]
    if given[:1] == ["--idle"]:
        idle, given = float(given[1]), given[2:]
    send = _speaker()
    try:
        with exchanged():  # addresses are asked for over and over, and stay as they are
            return _converse(given, once, idle, send)
    except (StaleError, OSError, ReaderSettingError) as error:
        send({"error": str(error)})
        return 3
    except Exception as error:  # noqa: BLE001 - a template, a plugin: whatever a build would die of
        send({"error": f"{type(error).__name__}: {error}"})
        return 1


def _converse(
    options: list[str], once: list[str], idle: float, send: Callable[[dict[str, Any]], None]
) -> int:
    if once:
        return _publish_once(options, once, send)
    publisher = publisher_of(options)
    publisher.look_around()
    try:
        send({"ready": True, "pages": len(publisher.loaded.pages)})
        _serve(publisher, send, idle)
    finally:
        publisher.end()
    return 0


def _publish_once(
    options: list[str], paths: list[str], send: Callable[[dict[str, Any]], None]
) -> int:
    pelican = _pelican_of(options)
    with _lock_of(pelican):
        change = alone.publish(pelican, paths, _built_of(pelican))
    if change is not None:
        send({**_told(change), "owed": paths})
        return 0
    publisher = publisher_of(options)
    publisher.look_around()
    send(_told(publisher.publish(paths)))
    send(_told(publisher.settle()))
    return 0


def publisher_of(options: list[str]) -> Publisher:
    """The site of these options of Pelican, read.

    Raises `StaleError` where it must be built first, and what a build would raise.
    """
    pelican = _pelican_of(options)
    with _lock_of(pelican):
        found = _built_of(pelican)
        Output.of(pelican).tidy()
        publisher = Publisher(load(pelican), found)
        publisher.check_sources()
        alone.note(publisher.loaded, found)
        return publisher


def _pelican_of(options: list[str]) -> Pelican:
    parsed = parse_arguments(options)
    init_logging(level=parsed.verbosity)
    pelican, settings = get_instance(parsed)
    if not any(str(name).rpartition(".")[2] == "fast_build" for name in settings["PLUGINS"]):
        raise StaleError("fast_build is not among the site's PLUGINS")
    return pelican


def _lock_of(pelican: Pelican) -> AbstractContextManager[object]:
    lock: AbstractContextManager[object] = getattr(pelican, "output_lock", nullcontext())
    return lock


def _built_of(pelican: Pelican) -> str:
    """The digest of the site's sources, which are those that it was built of."""
    found = sources.digest_of(pelican)
    if found != sources.built(pelican):
        raise StaleError("the site was not built since its content, theme or settings changed")
    return found


def _serve(publisher: Publisher, send: Callable[[dict[str, Any]], None], idle: float) -> None:
    """Raises `StaleError` when the site has become another one."""
    hurried = partial(_is_waiting, sys.stdin.fileno())
    asked = time.monotonic()
    look_at = asked + LOOK_EVERY
    for line in _lines(sys.stdin.fileno()):
        now = time.monotonic()
        if line is not None:
            paths = _paths(line)
            send(_told(publisher.publish(paths) if paths else publisher.settle(hurried)))
            publisher.rest(hurried=hurried())
            asked = time.monotonic()
        elif now - asked > idle:
            return
        elif now >= look_at:
            publisher.check_sources()
            look_at = now + max(LOOK_EVERY, SELDOM * (time.monotonic() - now))
            publisher.look_ahead(hurried)


def _paths(line: bytes) -> list[str]:
    paths = json.loads(line)
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ValueError(f"a list of URL paths was expected, not {line[:80]!r}")
    return paths


def _told(change: Change) -> dict[str, Any]:
    return {"written": sorted(change.written), "removed": sorted(change.removed)}


def _lines(handle: int) -> Any:
    """Each line of input; None now and then while there is none."""
    kept = b""
    while True:
        if not _is_waiting(handle, LOOK_EVERY):
            yield None
            continue
        some = os.read(handle, 1 << 16)
        if not some:
            return
        *whole, kept = (kept + some).split(b"\n")
        yield from filter(None, whole)


def _is_waiting(handle: int, at_most: float = 0.0) -> bool:
    """Whether somebody says something, within so many seconds."""
    return bool(select.select([handle], [], [], at_most)[0])


def _speaker() -> Callable[[dict[str, Any]], None]:
    """Standard output is the conversation's alone: what others print goes where errors go."""
    sys.stdout.flush()
    stream: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(words: dict[str, Any]) -> None:
        stream.write(json.dumps(words, ensure_ascii=False) + "\n")
        stream.flush()

    return send
