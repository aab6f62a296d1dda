"""A strict build says which file it cannot read, and why, before it ends.

With `--fatal errors` Pelican stops at the first file that cannot be used, with a stack of its own;
what `checks` would say of that file comes too late. Here it comes first.

Cost: nothing while all can be read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pelican.contents import Article, Content, Page
from pelican.log import FatalLogger

from syndication.complaints import complain
from syndication.rules.text import one_line
from syndication.sources import complaint, shown_path

from .checks import unreadable_dates

CONCLUSION = "A strict build stops here"


def watch(readers: Any) -> None:
    """Let Pelican's `readers` explain themselves, where errors end a build."""
    if FatalLogger.fatal_lvl <= logging.ERROR:
        readers.read_file = _explained(readers.read_file)


def _explained(read_file: Callable[..., Content]) -> Callable[..., Content]:
    def read(base_path: str, path: str, *rest: Any, **more: Any) -> Content:
        source = str(Path(base_path) / path)
        try:
            content = read_file(base_path, path, *rest, **more)
        except Exception as error:
            why = list(unreadable_dates([source]))
            complain(why or [f"{shown_path(source)}: {one_line(str(error), 300)}"], CONCLUSION)
            raise
        complain(list(_missing(content, source)), CONCLUSION)
        return content

    return read


def _missing(content: Content, source: str) -> Iterator[str]:
    """A line for each key without which Pelican leaves the file out."""
    needed: Mapping[type, tuple[str, ...]] = {Article: ("title", "date"), Page: ("title",)}
    for key in needed.get(type(content), ()):
        if not getattr(content, key, None):
            example = {"title": "Title: Why steel", "date": "Date: 2026-11-22"}[key]
            yield complaint(source, key, f"is missing: write a line such as '{example}'")
