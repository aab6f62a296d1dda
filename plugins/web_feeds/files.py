"""Files of the output folder, replaced whole, and only where they say something else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from blinker import signal
from pelican import signals

from .announce import Announcement
from .json_format import json_feed
from .nouns import Entry, Format, Issue
from .standing import Standing
from .xml_formats import atom, rss

# A build that sweeps the output folder (fast_build) leaves what was confirmed.
confirmed = signal("output_confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """An issue that is ready to be written, as plain data: another process may have made it."""

    title: str = ""
    made_of: str = ""
    files: Sequence[tuple[str, str, bytes | None]] = ()  # path and URL; None: the file stands
    entries: tuple[Entry, ...] | None = None  # None: nobody needed them
    gone: Sequence[str] = ()  # paths of files in which nothing would be left


class FeedFiles:
    """The feeds of one output folder in all formats."""

    def __init__(
        self, output: Path, standing: Standing, styles: Mapping[str, str], context: Any
    ) -> None:
        """`styles`: the hrefs of style sheets by type; `context`: what templates see."""
        self._output, self._standing = output, standing
        self._styles, self._context = styles, context

    def press(self, issue: Issue) -> Pressed:
        """Make what does not stand; nothing is written. Words may come or be withdrawn between the
        look at what the issue is made of and its making: without entries it leaves no file, and
        with others than that look promised its file does not stand in the next build."""
        paths, urls = issue.feed.paths, issue.feed.urls
        made_of = self._standing.essence(issue, self._styles)
        stands = {form: self._stands(path, made_of) for form, path in paths.items()}
        if all(stands.values()):
            files = [(path, urls[form], None) for form, path in paths.items()]
            return Pressed(title=issue.feed.title, made_of=made_of, files=files)
        if not issue.entries:
            return self.gone(paths)
        if self._standing.essence(issue, self._styles) != made_of:
            made_of = ""
        return Pressed(
            title=issue.feed.title,
            made_of=made_of,
            files=[
                (path, urls[form], None if stands[form] else self._bytes(issue, form))
                for form, path in paths.items()
            ],
            entries=issue.entries,
        )

    def gone(self, paths: Mapping[Format, str]) -> Pressed:
        """A feed in which nothing is left: its files go, if they are there."""
        there = [path for path in paths.values() if os.path.lexists(f"{self._output}/{path}")]
        return Pressed(gone=there)

    def holds(self, pressed: Pressed) -> bool:
        """Whether what stood when this was made still does."""
        return all(
            data is not None or self._stands(path, pressed.made_of)
            for path, _, data in pressed.files
        )

    def write(self, pressed: Pressed, entries: Callable[[], tuple[Entry, ...]]) -> None:
        """Write what was made, remove what is gone, and announce all. `entries` is asked for those
        of a feed that stands, should anybody look at them."""
        for path in pressed.gone:
            with suppress(FileNotFoundError):
                os.unlink(f"{self._output}/{path}")  # noqa: PTH108 - for each page of the site
        made = pressed.entries
        for path, url, data in pressed.files:
            file = self._output / path
            if data is None:
                confirmed.send(str(file))
            else:
                put(file, data)
                self._standing.note(file, pressed.made_of)
            listed = entries if made is None else partial(tuple, made)
            said = Announcement(pressed.title, url, pressed.made_of, listed)
            signals.feed_written.send(str(file), context=self._context, feed=said)

    def keep(self) -> None:
        """Which files stand is known to the next build."""
        self._standing.keep()

    def _stands(self, path: str, made_of: str) -> bool:
        return self._standing.holds(self._output / path, made_of)

    def _bytes(self, issue: Issue, form: Format) -> bytes:
        if form is Format.JSON:
            return json_feed(issue)
        return (atom if form is Format.ATOM else rss)(issue, self._styles)


def put(path: Path, data: bytes) -> Path:
    """Write `data` in one step: whoever reads meanwhile gets the old file or the new one.

    A file that says the same is left alone. Unlike a document, a feed is made anew by the next
    build, so it is not forced to the disk.
    """
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(data)
        beside.replace(path)
    confirmed.send(str(path))
    return path
