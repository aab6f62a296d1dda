"""What each page was made of in the last build, in one file beside the output's memory."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from os import stat  # by name: that a build looks at its own files is nobody's business
from pathlib import Path
from typing import Any

from ..files import replace

logger = logging.getLogger(__name__)

VERSION = 4
Signature = list[int]  # of a file: time of change, of its entry, size, inode
NONE: Signature = []  # of a file that is not there


class Numbers(list[str]):
    """Lines by number: what many pages look at is written down once."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self._numbers = {line: number for number, line in enumerate(lines)}

    def of(self, line: str) -> int:
        """The number of `line`, its own from now on."""
        number = self._numbers.get(line)
        if number is None:
            number = self._numbers[line] = len(self)
            self.append(line)
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One page: what was looked at, and the file as it was left."""

    key: str  # a digest of the variables that it asked for
    signature: Signature
    names: int  # of variables, in one line
    looked: str  # at contents, lists, facts, by `numbered`
    brought: str  # other files that came with it, by `numbered`


def numbered(numbers: Iterable[int]) -> str:
    """Numbers of lines, in one text: a large site has half a million, mostly taken as they are."""
    return " ".join(map(str, numbers))


@dataclass(slots=True, kw_only=True)
class Memory:
    """All pages of a build by file name, and the house that they were made in.

    `states`: of what the lines name that pages looked at, by number. There is one of each, for all
    the pages that are remembered were made, or left as they were, in the same site."""

    programs: dict[str, list[int]] = field(default_factory=dict)
    rest: str = ""
    lines: Numbers = field(default_factory=lambda: Numbers([]))
    states: dict[int, str] = field(default_factory=dict)
    files: dict[str, Signature] = field(default_factory=dict)  # that came with pages
    pages: dict[str, Made] = field(default_factory=dict)

    def says_no_more_than(self, former: Memory) -> bool:
        """Whether all pages stand as they were remembered, and what came with them."""
        return (
            self.pages == former.pages
            and self.files == former.files
            and self.rest == former.rest
            and self.programs == former.programs
        )


def signature(path: str) -> Signature:
    """Tells whether anybody wrote to a file meanwhile."""
    try:
        found = stat(path, follow_symlinks=False)
    except OSError:
        return NONE
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


House = Callable[[dict[str, list[int]], str], bool]


def recalled(file: Path, is_ours: House) -> Memory | None:
    """What was remembered; None where nothing can be read, and where `is_ours` denies that it is
    the same house, of programs and the rest: then no more than that is read."""
    try:
        with file.open("rb") as lines:
            version, programs, rest = json.loads(next(lines))
            if version != VERSION or not is_ours(programs, rest):
                return None
            return _memory(programs, rest, *json.loads(next(lines)))
    except (OSError, StopIteration, ValueError, TypeError, AttributeError):
        return None


def _memory(
    programs: dict[str, list[int]],
    rest: str,
    lines: list[str],
    states: list[str],
    files: dict[str, Signature],
    pages: dict[str, Any],
) -> Memory:
    return Memory(
        programs=programs,
        rest=rest,
        lines=Numbers(lines),
        states={number: state for number, state in enumerate(states) if state},
        files=files,
        pages={
            name: Made(key=key, signature=left, names=names, looked=looked, brought=brought)
            for name, (key, left, names, looked, brought) in pages.items()
        },
    )


def remember(file: Path, memory: Memory) -> None:
    """Replace what was remembered. Where that cannot be the next build renders all pages; it is
    the output's memory, in the same folder, that says so."""
    pages: dict[str, Any] = {
        name: [made.key, made.signature, made.names, made.looked, made.brought]
        for name, made in memory.pages.items()
    }
    states = [memory.states.get(number, "") for number in range(len(memory.lines))]
    house = [VERSION, memory.programs, memory.rest]
    told = [memory.lines, states, memory.files, pages]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        parts = (json.dumps(part, separators=(",", ":")) for part in (house, told))
        replace(str(file), "\n".join(parts).encode())
    except OSError as error:
        logger.info("%s: %s. The next build renders all pages", file, error.strerror)
