"""What each page was made of in the last build, in one file beside the output's memory."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..write import replace

logger = logging.getLogger(__name__)

VERSION = 1
Signature = list[int]  # of a file: time of change, of its entry, size, inode


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One page: what was looked at, in what state that was, and the file as it was left."""

    key: str
    signature: Signature
    names: tuple[str, ...]  # of variables
    looked: tuple[str, ...]  # at contents, lists, facts
    brought: dict[str, Signature]  # other files that came with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All pages of a build by file name, and the house that they were made in."""

    programs: dict[str, list[int]]
    rest: str
    pages: dict[str, Made]


def signature(path: str) -> Signature:
    """Tells whether anybody wrote to a file meanwhile; empty where there is none."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def recalled(file: Path) -> Memory | None:
    """What was remembered; None where nothing can be read."""
    try:
        version, programs, rest, strings, pages = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    if version != VERSION:
        return None
    groups = [tuple(strings[number] for number in group) for group in pages.pop("")]
    return Memory(
        programs=programs,
        rest=rest,
        pages={
            name: Made(
                key=key,
                signature=signature,
                names=groups[names],
                looked=tuple(strings[number] for number in looked),
                brought=brought,
            )
            for name, (key, signature, names, looked, brought) in pages.items()
        },
    )


def remember(file: Path, memory: Memory) -> None:
    """Replace what was remembered. What goes wrong is said; the next build renders all pages."""
    numbers: dict[str, int] = {}
    groups: dict[tuple[str, ...], int] = {}

    def number(text: str) -> int:
        return numbers.setdefault(text, len(numbers))

    pages: dict[str, Any] = {
        name: [
            made.key,
            made.signature,
            groups.setdefault(made.names, len(groups)),
            [number(text) for text in made.looked],
            made.brought,
        ]
        for name, made in memory.pages.items()
    }
    pages[""] = [[number(text) for text in group] for group in groups]
    told = [VERSION, memory.programs, memory.rest, list(numbers), pages]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(str(file), json.dumps(told, separators=(",", ":")).encode())
    except OSError as error:
        logger.warning("%s: %s. The next build renders all pages", file, error.strerror)
