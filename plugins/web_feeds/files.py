"""Files of the output folder, replaced whole, and only where they say something else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from blinker import signal
from pelican import signals

from .announce import Announcement
from .json_format import json_feed
from .nouns import Format, Issue
from .standing import Standing
from .xml_formats import atom, rss

# A build that sweeps the output folder (fast_build) leaves what was confirmed.
confirmed = signal("output_confirmed")


class FeedFiles:
    """The feeds of one output folder in all formats."""

    def __init__(
        self, output: Path, standing: Standing, styles: Mapping[str, str], context: Any
    ) -> None:
        """`styles`: the hrefs of style sheets by type; `context`: what templates see."""
        self._output, self._standing = output, standing
        self._styles, self._context = styles, context

    def write(self, issue: Issue) -> None:
        """Write what does not stand, and announce all. Words may come or be withdrawn between the
        look at what the issue is made of and its making: without entries it leaves no file, and
        with others than that look promised its file does not stand in the next build."""
        made_of = self._standing.essence(issue, self._styles)
        files = {form: self._output / path for form, path in issue.feed.paths.items()}
        stands = {form: self._standing.holds(file, made_of) for form, file in files.items()}
        if not all(stands.values()):
            if not issue.entries:
                self.remove(issue.feed.paths)
                return
            if self._standing.essence(issue, self._styles) != made_of:
                made_of = ""
        for form, file in files.items():
            if stands[form]:
                confirmed.send(str(file))
            else:
                put(file, self._bytes(issue, form))
                self._standing.note(file, made_of)
            said = Announcement(issue, issue.feed.urls[form], made_of)
            signals.feed_written.send(str(file), context=self._context, feed=said)

    def remove(self, paths: Mapping[Format, str]) -> None:
        """Remove a feed in which nothing is left, if it is there."""
        for path in paths.values():
            with suppress(FileNotFoundError):
                os.unlink(f"{self._output}/{path}")  # noqa: PTH108 - for each page of the site

    def keep(self) -> None:
        """Which files stand is known to the next build."""
        self._standing.keep()

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
