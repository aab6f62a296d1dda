"""What a process looks at outside itself, whoever does it, and the processes that it begins.

While a build runs Python tells of each file that is opened, each folder that is listed, each
program and connection (`sys.addaudithook`). It does not tell of files whose dates are asked for, or
whether they are there: for that `os.stat` and `os.lstat` are exchanged. Before, while plugins are
registered and nobody knows whether anybody wants this, there is no hook, which would be for good
and cost all builds: there, all that looks at files is exchanged. Children write down what they see
in a file without a name, which they inherit.

Not seen: what C code opens by itself, and `stat` that others than Python itself took from `os` by
name before.

Cost: 0.1 µs for each event that Python tells of, 0.3 µs for each `stat`.
"""

from __future__ import annotations

import builtins
import glob
import io
import os
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from stat import S_ISREG
from types import FrameType
from typing import Any

from .moments import noted

FILE, FOLDER, NAMES, GONE, DUE = "file", "folder", "names", "gone", "due"
THERE = "there"  # files that were, when they were first looked at
KINDS = (FILE, FOLDER, NAMES, GONE, DUE, THERE)
LOOKING = {"open": FILE, "os.scandir": FOLDER, "os.listdir": NAMES}  # scandir tells dates, too
BEYOND = frozenset(
    {
        *("os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"),
        *("socket.connect", "socket.getaddrinfo", "socket.sendto", "os.chdir"),
    }
)
REMOVAL = "os.remove"
PROGRAMS = ("subprocess.Popen", "os.posix_spawn")  # from Python 3.13 on the one tells of both
HEARD = BEYOND | LOOKING.keys() | {REMOVAL}
VOUCHED = "programs_may_be_left_out"  # says a module of the programs that it starts
Exchange = tuple[Any, str, Any, Any]


class Watch:
    """Everything of one kind that was looked at: `seen()["file"]` and so on, absolute paths, and
    what is `due`. `began`: when, by the clock that dates files, in ns. Raises `OSError` where no
    file can be begun."""

    def __init__(self) -> None:
        self.aside: tuple[str, ...] = ()  # beginnings of paths that are of no interest
        self.output = ""  # the folder of which it is noted what is removed
        self._own: set[tuple[str, str]] = set()
        self._process = os.getpid()
        self._shared = _file_to_append()
        weakref.finalize(self, os.close, self._shared)
        self.began = os.fstat(self._shared).st_mtime_ns

    def note(self, kind: str, what: str) -> None:
        """Something was looked at, in this process or in one that it began."""
        if kind != DUE:
            if kind != GONE and what.startswith(self.aside) and os.pardir not in what:
                return  # most are
            what = os.path.join(os.getcwd(), what)
            if os.pardir not in what:  # only the system knows what is up from a link
                what = os.path.normpath(what)
                if self._is_of_no_interest(kind, what):
                    return
        if (kind, what) in self._own:
            return
        self._add(kind, what)
        if kind == FILE and _is_file(what):
            self._add(THERE, what)

    def _add(self, kind: str, what: str) -> None:
        self._own.add((kind, what))
        if os.getpid() != self._process:
            os.write(self._shared, f"{kind}\0{what}\0".encode("utf-8", "surrogateescape"))

    def _is_of_no_interest(self, kind: str, path: str) -> bool:
        return not path.startswith(self.output) if kind == GONE else path.startswith(self.aside)

    def seen(self) -> dict[str, set[str]]:
        """What, by kind, of all processes so far."""
        found: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for kind, what in (*self._own, *self._of_children()):
            found[kind].add(what)
        return found

    def _of_children(self) -> Iterator[tuple[str, str]]:
        with open(os.dup(self._shared), "rb") as file:
            file.seek(0)
            words = file.read().decode("utf-8", "surrogateescape").split("\0")[:-1]
        yield from zip(words[::2], words[1::2], strict=True)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """While this lasts `watch` notes what is looked at."""
    global _watch, _is_hooked
    if not _is_hooked:
        sys.addaudithook(_hear)  # for good: afterwards it only looks whether anybody listens
        _is_hooked = True
    _watch = watch
    _exchange(each for each in EXCHANGES if each[1] in UNTOLD)
    try:
        yield
    finally:
        _watch = None
        _restore()


def begin() -> None:
    """Plugins are being registered: a new `Watch` notes what is looked at, until the `end`. It
    does nothing while a build runs, which may have made a Pelican of its own."""
    global _watch, _is_registering
    if _watch is None or _is_registering:
        with suppress(OSError):  # no room: then no build is left out
            _watch, _is_registering = Watch(), True
            _exchange(EXCHANGES)


def end() -> Watch | None:
    """They are registered; what they looked at, if that is known."""
    global _watch, _is_registering
    if not _is_registering:
        return None
    watch, _watch, _is_registering = _watch, None, False
    _restore()
    return watch


def _file_to_append() -> int:
    """A file for several processes. Raises `OSError`."""
    with tempfile.TemporaryFile() as file:
        handle = os.dup(file.fileno())
    with suppress(ImportError):  # a system where no process inherits it
        import fcntl

        fcntl.fcntl(handle, fcntl.F_SETFL, os.O_APPEND)
    return handle


_watch: Watch | None = None
_known: set[str] = set()  # files that need not be noted again
_is_hooked = _is_registering = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in HEARD or _watch is None:  # there are some hundred events for each article
        return
    if event in PROGRAMS and _is_vouched():
        _note(FILE, arguments[0])
    elif event in BEYOND:
        _watch.note(DUE, noted(f"it asks {event} {arguments[0]!r}"))
    else:
        _note(LOOKING.get(event, GONE), arguments[0])


def _is_vouched() -> bool:
    """Whether a module on the way here says so of the programs that it starts."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get(VOUCHED) is not True:
        frame = frame.f_back
    return frame is not None


def _note(kind: str, path: Any) -> None:
    if _watch is None or isinstance(path, int):
        return
    with suppress(TypeError, OSError):  # whoever asked hears of it
        name = os.curdir if path is None else os.fsdecode(path)
        if kind != FILE or name not in _known:
            _watch.note(kind, name)
            if kind == FILE:
                _known.add(name)


def _noting(kind: str, own: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*arguments: Any, **named: Any) -> Any:
        _note(kind, next(iter((*arguments, *named.values())), None))
        return own(*arguments, **named)

    return noting


def _is_file(path: str) -> bool:
    with suppress(OSError, ValueError):
        return S_ISREG(_own_stat(path).st_mode)
    return False


def _stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
    if (path.__class__ is not str or path not in _known) and dir_fd is None:
        _note(FILE, path)
    return _own_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)


def _lstat(path: Any, *, dir_fd: int | None = None) -> Any:
    return _stat(path, dir_fd=dir_fd, follow_symlinks=False)


def _exchange(exchanges: Iterable[Exchange]) -> None:
    for owner, name, own, other in exchanges:
        if vars(owner)[name] is own:
            setattr(owner, name, other)


def _restore() -> None:
    _known.clear()
    for owner, name, own, other in EXCHANGES:
        if vars(owner)[name] is other:
            setattr(owner, name, own)


def _kept_by_python(exchanges: tuple[Exchange, ...]) -> Iterator[Exchange]:
    """The same once more where a class of Python keeps what it took: `Path.glob` of 3.13 does."""
    keeper = getattr(glob, "_StringGlobber", object)
    for _, name, own, other in exchanges:
        kept = vars(keeper).get(name)
        if isinstance(kept, staticmethod) and kept.__func__ is own:
            yield keeper, name, kept, other


_own_stat = os.stat
UNTOLD = ("stat", "lstat")  # what Python tells no hook of
# Whose, what it is called, what it is, what notes. Where a class keeps one as an attribute a plain
# function would become a method, and a static one does not.
EXCHANGES: tuple[Exchange, ...] = (
    (os, "stat", os.stat, staticmethod(_stat)),
    (os, "lstat", os.lstat, staticmethod(_lstat)),
    (os, "scandir", os.scandir, staticmethod(_noting(FOLDER, os.scandir))),
    (os, "listdir", os.listdir, staticmethod(_noting(NAMES, os.listdir))),
    (io, "open", io.open, staticmethod(_noting(FILE, io.open))),
    (builtins, "open", builtins.open, staticmethod(_noting(FILE, builtins.open))),
)
EXCHANGES += tuple(_kept_by_python(EXCHANGES))
for known_of in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
    for each in EXCHANGES:
        if each[2] in known_of:
            known_of.add(each[3])
