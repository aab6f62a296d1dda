"""What reading one source file yields, in a form that travels between processes and builds.

A reader turns Markdown or reStructuredText into HTML and raw metadata; only then are tags, dates
and authors made of the metadata, by functions that plugins may replace and in objects that the
whole site shares. The first part is taken here, in a child process; `Reading.told` does the second
in the site's own process, in the order in which Pelican would, with the messages that were logged.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from docutils.parsers.rst.directives.misc import Date
from pelican.log import FatalLogger, FilteredMessage

from .fingerprint import docutils_files

SIMPLE = (str, int, float, bool, type(None))


class _Raw(NamedTuple):
    """A value that `process_metadata` has still to see."""

    name: str
    value: Any


class Reading(NamedTuple):
    """One file as it was read."""

    content: str | None
    metadata: list[tuple[str, bool, Any]]  # name, whether it is still raw, value; as it came
    messages: list[dict[str, Any]]
    alone: bool  # no other file was opened: the same bytes will be read the same

    def told(self, reader: Any) -> tuple[str | None, dict[str, Any]]:
        """What `reader.read` returns. Logs what was logged; raises what the metadata deserve."""
        for message in self.messages:
            _log(message)
        metadata = {
            name: reader.process_metadata(name, value) if raw else value
            for name, raw, value in self.metadata
        }
        return self.content, metadata

    def encoded(self) -> bytes:
        """As JSON. Raises `TypeError` for metadata that are neither text nor lists of it."""
        return json.dumps(self).encode()


def decoded(data: bytes) -> Reading:
    """The inverse of `Reading.encoded`. Raises `ValueError` for what is torn."""
    try:
        return Reading(*json.loads(data.decode()))
    except TypeError as error:
        raise ValueError(str(error)) from error


def read(reader: Any, path: str) -> Reading:
    """Read `path` without making anything of its metadata; in a process of its own.

    Raises what the reader raises, and `TypeError` where a file yields what does not travel.
    """
    reader.process_metadata = _Raw
    with _listening() as messages, _opened() as others:
        content, metadata = reader.read(path)
    if not isinstance(content, str | None):
        raise TypeError(f"{path} yields {type(content).__name__} instead of text")
    return Reading(
        content=content,
        metadata=[_entry(name, value) for name, value in metadata.items()],
        messages=messages,
        alone=not others - {path},
    )


def _entry(name: str, value: Any) -> tuple[str, bool, Any]:
    if not isinstance(value, _Raw):
        return name, False, _plain(value)
    if value.name != name:
        raise TypeError(f"metadata {name!r} is made of {value.name!r}")
    return name, True, _plain(value.value)


def _plain(value: Any) -> Any:
    """The value, if JSON gives it back as it is."""
    if type(value) in SIMPLE:
        return value
    if type(value) is list and all(type(item) is str for item in value):
        return value
    raise TypeError(f"{type(value).__name__} does not travel")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        told = dict(record.__dict__)
        if not isinstance(told["args"], tuple) or not all(type(a) in SIMPLE for a in told["args"]):
            told["msg"], told["args"] = record.getMessage(), ()
        told["msg"] = str(told["msg"])
        self.messages.append({key: told[key] for key in told if type(told[key]) in SIMPLE})
        self.messages[-1]["args"] = list(told["args"])


@contextmanager
def _listening() -> Iterator[list[dict[str, Any]]]:
    """Keep what is logged instead of showing it, also what would end the build."""
    root, listener = logging.getLogger(), _Listener()
    handlers, fatal = root.handlers, FatalLogger.fatal_lvl
    kept = FatalLogger.filter
    root.handlers, FatalLogger.fatal_lvl = [listener], logging.CRITICAL + 1
    FatalLogger.filter = lambda self, record: True
    try:
        yield listener.messages
    finally:
        root.handlers, FatalLogger.fatal_lvl, FatalLogger.filter = handlers, fatal, kept


def _log(message: dict[str, Any]) -> None:
    """Log it here, where duplicates are dropped and --fatal ends the build."""
    record = logging.makeLogRecord({**message, "args": tuple(message["args"])})
    logger = logging.getLogger(record.name)
    if not logger.isEnabledFor(record.levelno):
        return
    try:
        logger.handle(record)
    except FilteredMessage:
        return
    if logging.CRITICAL != record.levelno >= FatalLogger.fatal_lvl:
        raise RuntimeError("Warning or error encountered")


# Python's own files, and those of libraries, whether they are there or only looked for.
OF_PYTHON = tuple(
    os.path.join(prefix, folder, "")
    for prefix in {sys.prefix, sys.base_prefix}
    for folder in ("lib", "lib64", "share")
)
BEYOND = frozenset({"socket.connect", "subprocess.Popen"})  # who asks these may hear another answer

_watching: list[set[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event in BEYOND:
        _watching[-1].add(event)
    elif event == "open" and isinstance(arguments[0], str):
        path = arguments[0]
        known = path.endswith((".py", ".pyc")) or path.startswith(OF_PYTHON)
        if not known and path not in docutils_files():
            _watching[-1].add(path)


@contextmanager
def _opened() -> Iterator[set[str]]:
    """What is looked at meanwhile besides Python's own files, and those that everybody reads."""
    others: set[str] = set()
    _watching.append(others)
    try:
        yield others
    finally:
        _watching.pop()


def watch_files() -> None:
    """Begin to see what this process looks at. It cannot be undone: call it in a child."""
    sys.addaudithook(_note)
    _watch_the_clock()


def _watch_the_clock() -> None:
    """reStructuredText's `date` puts the present into a text."""
    run = Date.run

    def noting(directive: Date) -> list[Any]:
        if _watching:
            _watching[-1].add("the clock")
        return list(run(directive))

    setattr(Date, "run", noting)  # noqa: B010 - its stubs know no such exchange
