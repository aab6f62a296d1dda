"""Child processes that read ahead while the site's own process makes contents of what they read.

Each child is a fork, so that it knows all that plugins have set up; it reads every n-th file and
sends the results down a pipe, whose room bounds how far ahead it gets. A child that dies, or a
file that it cannot do, costs nothing but time: the parent reads the rest itself.
"""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn

SIZE = struct.Struct("<q")
MISSING = -1  # instead of a size: this file was not done
ROOM = 1 << 20  # bytes that a pipe may hold, where the system can be asked
FILES_A_CHILD = 8  # for fewer, one more process does not pay

Read = Callable[[str], bytes]


def can_fork() -> bool:
    """Whether this system has processes that begin as a copy of this one."""
    return hasattr(os, "fork")


class ProcessesSettingError(Exception):
    """FAST_BUILD_PROCESSES is no number of processes; the message says what to do."""


def check_processes(settings: Mapping[str, Any]) -> None:
    """Raises `ProcessesSettingError`."""
    wanted = settings.get("FAST_BUILD_PROCESSES")
    if wanted is not None and (type(wanted) is not int or wanted < 1):
        raise ProcessesSettingError(
            f"FAST_BUILD_PROCESSES = {wanted!r}: write a whole number from 1 on, or leave the"
            " setting out for one process a processor"
        )


def processes(settings: Mapping[str, Any]) -> int:
    """How many processes a build may have: as FAST_BUILD_PROCESSES says, or one a processor."""
    wanted = settings.get("FAST_BUILD_PROCESSES")
    if wanted is not None:
        return int(wanted)  # checked when the build began
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def read_all(paths: Sequence[str], read: Read, crew: int) -> Iterator[bytes | None]:
    """What `read` returns for each path, in order; None where it raised or its process ended.

    The children end with the iterator, used up or closed.
    """
    crew = min(crew, -(-len(paths) // FILES_A_CHILD))
    children: list[tuple[int, BinaryIO]] = []
    try:
        for number in range(crew):
            children.append(_child(paths[number::crew], read, [pipe for _, pipe in children]))
        for at in range(len(paths)):
            yield _received(children[at % crew][1])
    finally:
        for _, pipe in children:
            pipe.close()  # a child that is still writing is told by the broken pipe
        for process, _ in children:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)


def _child(paths: Sequence[str], read: Read, others: list[BinaryIO]) -> tuple[int, BinaryIO]:
    coming, going = os.pipe()
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(going, fcntl.F_SETPIPE_SZ, ROOM)
    with warnings.catch_warnings():
        # A thread may draw the spinner; a child neither draws nor waits for one.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:
        os.close(coming)
        for pipe in others:
            os.close(pipe.fileno())
        _serve(paths, read, going)
    os.close(going)
    return process, os.fdopen(coming, "rb", buffering=1 << 16)


def _serve(paths: Sequence[str], read: Read, going: int) -> NoReturn:
    """Read and send; leave without the parent's farewells (buffers, exit handlers)."""
    try:
        with os.fdopen(going, "wb", buffering=1 << 16) as pipe:
            for path in paths:
                try:
                    data = read(path)
                except Exception:  # noqa: BLE001 - the parent meets it again, and tells
                    pipe.write(SIZE.pack(MISSING))
                else:
                    pipe.write(SIZE.pack(len(data)) + data)
    finally:
        os._exit(0)


def _received(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    if size == MISSING:
        return None
    data = pipe.read(size)
    return data if len(data) == size else None
