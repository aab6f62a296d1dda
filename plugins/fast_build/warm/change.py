"""What plugins are told when discussions have changed: the signals, and what they carry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from blinker import signal
from pelican.contents import Content
from pelican.generators import Generator

READ = "discussion_read"
"""Sent with the URL path of a page while another is rendered that shows its discussion; with ""
where what is shown is of the whole site, such as the latest words."""
CHANGED = "discussion_changed"
"""Sent with the Pelican and `change`, a `Change`, before pages are rendered."""
PUBLISHED = "discussion_published"
"""The same, when they are written."""
SETTLED = "discussion_settled"
"""The same for all changes since the last time, for what is costly and can wait a little."""
ALONE = "discussion_alone"
"""Sent with the Pelican and `paths`, a set, before a few pages are read without the site: whoever
looks at other contents from every page adds their URL paths, and they are read too."""

changed, published, settled = signal(CHANGED), signal(PUBLISHED), signal(SETTLED)
read_alone = signal(ALONE)


@dataclass(slots=True, kw_only=True)
class Change:
    """One publication. Plugins write their own files and say so here."""

    contents: list[Content]  # articles and pages whose discussions changed
    generators: dict[int, Generator]  # by id of a content: what a build writes it with
    writer: Any  # writes pages; files that it writes need not be told
    output: str  # the output folder, absolute
    written: dict[str, None] = field(default_factory=dict)  # below the output folder
    removed: dict[str, None] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)  # with SETTLED: what was removed since the last
    alone: bool = False  # no more than `contents` is in memory: what lists others is left as it is
    whole: str = ""  # why every page of the site is touched: it is to be built instead

    def wrote(self, path: str | os.PathLike[str]) -> str:
        """This file is new or has new bytes; its name below the output folder."""
        return self._note(path, self.written, self.removed)

    def took_away(self, path: str | os.PathLike[str]) -> str:
        """This file is gone; its name."""
        return self._note(path, self.removed, self.written)

    @contextmanager
    def watching(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[None]:
        """Tell by itself what becomes of these files meanwhile. They are not read: one that is
        written anew with the same bytes counts as written."""
        before = {os.fspath(path): _state(path) for path in paths}
        yield
        for path, state in before.items():
            now = _state(path)
            if now is None and state is not None:
                self.took_away(path)
            elif now != state:
                self.wrote(path)

    def _note(
        self, path: str | os.PathLike[str], there: dict[str, None], not_there: dict[str, None]
    ) -> str:
        name = os.path.relpath(path, self.output).replace(os.sep, "/")
        there[name] = None
        not_there.pop(name, None)
        return name


def _state(path: str | os.PathLike[str]) -> tuple[int, ...] | None:
    """Another one when the file was replaced or written; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
