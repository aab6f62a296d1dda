# ruff: noqa: S101
"""Whoever listens to a stream, as the daemon does: in a thread, until it is told to stop."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from syndication.model import Message, Ref
from syndication.networks.contract import Connection, NetworkError

from .harness import role

PATIENCE = 60.0  # seconds that only what hangs takes, however busy the machine


class Listener:
    """Wants the words that hold `word`. A context manager: the stream ends with the block."""

    def __init__(self, connection: Connection, word: str = "", cursor: str | None = None) -> None:
        self._streamer = role(connection.streamer)
        self._word, self._cursor = word, cursor
        self._stop = threading.Event()
        self._hints: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._kept: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._errors: list[NetworkError] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """The stream has to end, and without an error."""
        self._stop.set()
        self._thread.join(PATIENCE)
        if kind is None:
            assert not self._thread.is_alive(), "the stream does not end when it is asked to"
            assert self._errors == []

    def hears(self, ref: Ref | None) -> bool:
        """Does it come within `PATIENCE`: the message `ref`, or for None a hint to poll now?"""
        wanted = ref.id if ref else None
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                hint = self._hints.get(timeout=left)
            except queue.Empty:
                return False
            if (hint.ref.id if hint else None) == wanted:
                return True
        return False

    def keeps(self) -> str:
        """The newest cursor that was kept."""
        try:
            newest = self._kept.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(
                "the stream keeps no cursor: declare `cursor` in `cannot`"
            ) from None
        while not self._kept.empty():
            newest = self._kept.get()
        return newest

    def _wants(self, text: str, tags: Sequence[str], language: str) -> bool:
        return bool(self._word) and self._word in text

    def _listen(self) -> None:
        try:
            self._streamer.stream(
                self._stop, self._wants, self._hints.put, cursor=self._cursor, keep=self._kept.put
            )
        except NetworkError as error:
            self._errors.append(error)
