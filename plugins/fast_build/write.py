"""The one Writer: a page on disk is the old one or the new one, whole, and untouched when the same.

Pelican opens a page and empties it before the new words are in; a reader, or a process killed at
that moment, finds half a page. Here it is `files` that puts them there. A page whose bytes are the
same is left alone: its time of change and what a server makes of it (ETag, Last-Modified) survive,
and a copy to the server skips it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import IO, Any

from blinker import signal
from pelican.writers import FileOverwriteFailedError
from pelican.writers import Writer as PelicanWriter

from .files import replace

# Sent with the path of each file that a build wrote or found the same. Any plugin that writes
# files of its own may send it too: `blinker.signal("output_confirmed").send(path)`.
confirmed = signal("output_confirmed")


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
