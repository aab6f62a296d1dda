"""Between a build and its twins: who is where, who renders what, and the texts themselves.

Pages are known by their position: the number of their generator and their own among its pages, as
both sides count them. A twin marks the position before it begins to render; a build that finds no
mark renders the page itself. Should it look a moment too early, both render the page, and the
twin's text is thrown away: nothing is locked.

Texts go through a ring in shared memory, their descriptions through a pipe, which tells at once
when the other side has died.
"""

from __future__ import annotations

import json
import mmap
import os
import select
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

PAGES = 1 << 20  # of one generator that twins consider
ROOM = 1 << 24  # bytes of texts that wait for the build, of each twin
PATIENCE = 20.0  # seconds for one page, after which a twin is taken for dead
NAP = 0.0005  # seconds between two looks for room

RECORD = struct.Struct("<qqqq")  # position, digest of the name, bytes of text or LEFT, of the rest
END = 1 << 62  # where a build is that is over
LEFT = -1  # instead of a size: the build renders this page itself


def position_of(generator: int, number: int) -> int:
    """Of the page `number` of a generator."""
    return generator * PAGES + min(number, PAGES - 1)


class Board:
    """What all see: where the build is, and which pages are taken."""

    def __init__(self, generators: int, twins: int) -> None:
        """Raises `OSError` where there is no memory. Cost: the pages of memory that are used."""
        self._words = memoryview(mmap.mmap(-1, 8 * (1 + twins))).cast("q")
        self._taken = mmap.mmap(-1, generators * PAGES)
        self._words[0] = -1

    @property
    def at(self) -> int:
        """The position of the page that the build has come to."""
        return self._words[0]

    @at.setter
    def at(self, position: int) -> None:
        self._words[0] = position

    def fetched(self, twin: int) -> int:
        """How many bytes of a twin's texts the build has taken from the ring."""
        return self._words[1 + twin]

    def fetch(self, twin: int, size: int) -> None:
        """The build has taken so many more."""
        self._words[1 + twin] += size

    def take(self, position: int, twin: int) -> None:
        """This page is rendered by that twin."""
        self._taken[position] = 1 + twin

    def taken(self, position: int) -> int | None:
        """The twin that renders this page; None: nobody."""
        twin = self._taken[position]
        return twin - 1 if twin else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What became of a page at a twin's."""

    position: int
    name: int  # a digest of its file name
    text: str | None  # None: the build has to render it
    confirmed: dict[str, str]  # files that its template vouched for, and their states
    account: Any = None  # what the Writer has noted of it


def digest_of(name: str) -> int:
    """A short one, to notice that two sides do not speak of the same page."""
    return crc32(name.encode("utf-8", "surrogatepass"))


class Channel:
    """From one twin to the build. Made before the fork; each side then closes the other's end."""

    def __init__(self, board: Board, twin: int) -> None:
        self.board, self.twin = board, twin
        self._coming, self._going = os.pipe()
        self._ring = mmap.mmap(-1, ROOM)
        self._passed = 0  # bytes, on this side
        self._next: Text | None = None

    def send(self, text: Text, wanted: Callable[[], bool]) -> None:
        """The twin's: hand over a page, as soon as there is room for it.

        `wanted`: whether the build still lives. Raises `BrokenPipeError` when it does not.
        """
        more = (text.confirmed, text.account)
        effects = json.dumps(more).encode() if any(more) else b""
        data = None if text.text is None else text.text.encode("utf-8", "surrogatepass")
        if data is None or len(data) + len(effects) > ROOM:
            os.write(self._going, RECORD.pack(text.position, text.name, LEFT, 0))
            return
        size = len(data) + len(effects)
        while self._passed - self.board.fetched(self.twin) + size > ROOM:
            if not wanted():
                raise BrokenPipeError
            time.sleep(NAP)
        self._put(data)
        self._put(effects)
        os.write(self._going, RECORD.pack(text.position, text.name, len(data), len(effects)))

    def receive(self, position: int) -> Text | None:
        """The build's: the text of a page that is taken; waits while the twin renders it.

        None when it does not come: the twin has ended, or is taken for dead.
        """
        while self._next is None or self._next.position < position:
            self._next = self._received()
            if self._next is None:
                return None
        return self._next if self._next.position == position else None

    def wait_for_end(self, seconds: float) -> None:
        """The build's: until the twin has ended, but no longer."""
        watched = select.poll()
        watched.register(self._coming, 0)
        watched.poll(seconds * 1000)

    def close_receiving(self) -> None:
        """The build's end, at the twin's."""
        self._coming = _closed(self._coming)

    def close_sending(self) -> None:
        """The twin's end, at the build's: so that it hears when the twin has died."""
        self._going = _closed(self._going)

    def close(self) -> None:
        """What is open of both."""
        self.close_receiving()
        self.close_sending()

    def _received(self) -> Text | None:
        watched = select.poll()
        watched.register(self._coming, select.POLLIN)
        if not watched.poll(PATIENCE * 1000):
            return None
        head = os.read(self._coming, RECORD.size)
        if len(head) < RECORD.size:
            return None
        position, name, size, more = RECORD.unpack(head)
        if size == LEFT:
            return Text(position=position, name=name, text=None, confirmed={})
        text = self._get(size).decode("utf-8", "surrogatepass")
        confirmed, account = json.loads(self._get(more)) if more else ({}, None)
        self.board.fetch(self.twin, size + more)
        return Text(position=position, name=name, text=text, confirmed=confirmed, account=account)

    def _put(self, data: bytes) -> None:
        at = self._passed % ROOM
        first = min(len(data), ROOM - at)
        self._ring[at : at + first] = data[:first]
        self._ring[: len(data) - first] = data[first:]
        self._passed += len(data)

    def _get(self, size: int) -> bytes:
        at = self._passed % ROOM
        first = min(size, ROOM - at)
        self._passed += size
        return self._ring[at : at + first] + self._ring[: size - first]


def _closed(end: int) -> int:
    if end >= 0:
        os.close(end)
    return -1
