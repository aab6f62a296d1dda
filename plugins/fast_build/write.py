"""The one Writer: a page on disk is the old one or the new one, whole, and untouched when the same.

Pelican opens a page and empties it before the new words are in; a reader, or a process killed at
that moment, finds half a page. Here the words go to a temporary file in the same folder that
then takes the page's name. A page whose bytes are the same is left alone: its time of change and
what a server makes of it (ETag, Last-Modified) survive, and a copy to the server skips it.
"""

from __future__ import annotations

import errno
import filecmp
import io
import os
import re
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import IO, Any

from blinker import signal
from pelican.writers import FileOverwriteFailedError
from pelican.writers import Writer as PelicanWriter

from .states import placed, tell, tell_put

# Sent with the path of each file that a build wrote or found the same. Any plugin that writes
# files of its own may send it too: `blinker.signal("output_confirmed").send(path)`.
confirmed = signal("output_confirmed")

_numbers = count()
_BEGINNING = ".fast_build-"
_TEMPORARY = re.compile(rf"{re.escape(_BEGINNING)}(\d+)-\d+\.tmp")


class OutputError(OSError):
    """A file of the site could not be written; the message says what to do."""


def replace(
    path: str, data: bytes, *, durable: bool = False, unsynced: set[str] | None = None
) -> bool:
    """Make the file at `path` say `data`; False when it already did and was left alone.

    `durable`: return only when file and name are on the disk, not merely on their way there.
    `unsynced`: gets the folder instead, for whoever sees to the names of many files at once.
    Raises `OutputError` with the old file untouched. The file keeps its permissions.
    """
    if _says(path, data):
        return False
    _in_one_step(path, lambda temporary: _write(temporary, data, durable))
    if durable and unsynced is None:
        _sync_folder(os.path.dirname(path))
    elif unsynced is not None:
        unsynced.add(os.path.dirname(path))
    return True


def copy(source: str, path: str) -> bool:
    """Make the file at `path` the same as `source`; False when it already was. As `replace`."""
    with suppress(OSError):
        found = os.stat(path)  # before: what comes later is somebody else's
        if filecmp.cmp(source, path, shallow=False):
            tell(path, found)
            return False
    _in_one_step(path, lambda temporary: shutil.copyfile(source, temporary))
    return True


def is_left_over(name: str) -> bool:
    """Whether a file of this name is what a killed process left of a page it was writing."""
    of_process = _TEMPORARY.fullmatch(name) if name.startswith(_BEGINNING) else None
    return bool(of_process) and not _lives(int(of_process[1]))  # type: ignore[index]


def _in_one_step(path: str, fill: Callable[[str], object]) -> None:
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f"{_BEGINNING}{os.getpid()}-{next(_numbers)}.tmp")
    try:
        fill(temporary)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        made = os.lstat(temporary) if placed.receivers else None
        os.replace(temporary, path)
    except OSError as error:
        _remove(temporary)
        raise OutputError(error.errno, advice(error), path) from error
    except BaseException:
        _remove(temporary)
        raise
    if made is not None:
        tell_put(path, made)


def _says(path: str, data: bytes) -> bool:
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return False
    try:  # of each page of an unchanged site: a file object would ask the system twice as much
        found = os.fstat(file)
        same = found.st_size == len(data) and os.read(file, len(data) + 1) == data
        if same:
            tell(path, found)
        return same
    except OSError:
        return False
    finally:
        os.close(file)


def _write(path: str, data: bytes, durable: bool) -> None:
    # 0o666 less the umask, as for any file that Pelican opens.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with open(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) or 0 :]
        if durable:
            os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    handle = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def advice(error: OSError) -> str:
    """What a person does about it, in one line."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; the page keeps its former words. Make room and build again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            "the folder cannot be written; the page keeps its former words. Let the person who"
            " builds write there and build again"
        )
    return f"{error.strerror}; the page keeps its former words"


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Page(io.StringIO):
    """An open page: closing it replaces the file, unless writing it failed."""

    def __init__(self, encoding: str, finish: Callable[[bytes], object]) -> None:
        super().__init__(newline=os.linesep)
        self._encoding = encoding
        self._finish: Callable[[bytes], object] | None = finish

    def __exit__(self, kind: Any, *error: Any) -> None:
        if kind is not None:
            self._finish = None
        super().__exit__(kind, *error)

    def close(self) -> None:
        """Hand the whole text over, once."""
        if not self.closed:
            finish, self._finish = self._finish, None
            text = self.getvalue()
            super().close()
            if finish is not None:
                finish(text.encode(self._encoding))


Render = Callable[[Any, dict[str, Any]], str]


def rendered(template: Any, variables: dict[str, Any]) -> str:
    """The text of a page, made by its template."""
    text: str = template.render(variables)
    return text


class _Asked:
    """Stands where Pelican's writer expects a template."""

    def __init__(self, template: Any, writer: Writer) -> None:
        self._template, self._writer = template, writer

    def render(self, variables: dict[str, Any]) -> str:
        return self._writer.render(self._template, variables)


class Writer(PelicanWriter):
    """Pelican's Writer, with pages replaced whole.

    `durable`: each page is on the disk when its turn ends (False: as the system pleases).
    `unsynced`: where it is a set, the names of pages are not; it gets their folders.
    `rewriting`: the same page may be written again and again (a process that publishes), while
    Pelican takes a second time for two contents of one name.
    `changed`: the files that got new bytes.
    `render`: what is written for a page, of its template and what the template sees.
    `make`: what `render` asks for the text, unless it knows better.
    """

    durable = False
    unsynced: set[str] | None = None
    rewriting = False
    make: Render = staticmethod(rendered)

    def __init__(self, output_path: str, settings: Any = None) -> None:
        super().__init__(output_path, settings)
        self.changed: set[str] = set()
        self.render: Render = lambda template, variables: self.make(template, variables)

    def write_file(self, name: Any, template: Any, *arguments: Any, **named: Any) -> None:
        """Pelican's own, with `render` asked for the text."""
        super().write_file(name, _Asked(template, self), *arguments, **named)

    def account(self, name: str) -> Any:
        """What is known of the page of that name, which was just rendered, besides its text: data
        that JSON keeps, for `adopt`."""
        del name

    def adopt(self, name: str, account: Any) -> None:
        """The page is about to be written with a text from another process, whose Writer gave this
        account of it."""

    def _open_w(self, filename: str, encoding: str, override: bool = False) -> IO[str]:
        if not self._may_write(filename, override):
            return Page(encoding, lambda data: None)
        if override:
            self._overridden_files.add(filename)
        self._written_files.add(filename)
        return Page(encoding, lambda data: self.put(filename, data))

    def put(self, path: str, data: bytes) -> bool:
        """Make the file at `path` say `data`; False when it already did. Raises `OutputError`."""
        new = replace(path, data, durable=self.durable, unsynced=self.unsynced)
        confirmed.send(path)
        if new:
            self.changed.add(path)
        return new

    def _may_write(self, filename: str, override: bool) -> bool:
        """Whether this content has the name: one that claims it by `save_as` goes before others."""
        if filename in self._overridden_files and not override:
            return False
        taken = self._overridden_files if override else self._written_files
        if filename in taken and not self.rewriting:
            raise FileOverwriteFailedError(
                f"Two contents want to be {filename}. Give one of them another slug, or let one"
                " name the file in its metadata (save_as)"
            )
        return True
