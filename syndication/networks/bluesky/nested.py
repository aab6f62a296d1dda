"""JSON of any depth. Pure.

A conversation is a tree: each answer to an answer stands two levels deeper, and Python's own parser
gives up at a thousand levels. What it cannot read is read here without recursion.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEEPEST = 20_000  # containers within each other; an answer of nothing but brackets ends here

_MARK = re.compile(r"[ \t\n\r]*+([{}\[\],:]?)")
_CLOSED_BY: dict[type, str] = {dict: "}", list: "]"}
_plain = json.JSONDecoder().raw_decode  # reads what holds nothing: strings, numbers, words


def loads(body: bytes) -> Any:
    """The value. Raises `ValueError` for what is no JSON, or deeper than `DEEPEST`.

    Takes as long as `json.loads`, and about twenty times as long for what is too deep for that:
    half a second for a chain of a thousand replies.
    """
    try:
        return json.loads(body)
    except RecursionError:
        return _Reader(body.decode()).document()


class _Reader:
    """Keeps on a list what recursion would keep on the stack."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._open: list[tuple[Any, str]] = []  # containers above, each with the key that waits
        self._in: Any = []  # the document is the one element of a list that nobody wrote
        self._key = ""

    def document(self) -> Any:
        whole = self._in
        self._value()
        while self._open:
            mark = self._mark()
            if mark == ",":
                self._read_key()
                self._value()
            else:
                self._close(mark)
        if self._mark() or self._at < len(self._source):
            raise ValueError("something stands behind the end")
        return whole[0]

    def _value(self) -> None:
        """Read a value; of a container, its beginning and all that begins at once with it."""
        while True:
            mark = self._mark()
            if mark == "":
                value, self._at = _plain(self._source, self._at)
                self._put(value)
                return
            if mark not in "{[":
                raise ValueError(f"{mark!r} where a value should stand")
            self._begin({} if mark == "{" else [])
            ahead = self._ahead()
            if ahead[1] in ("}", "]"):
                self._at = ahead.end()
                self._close(ahead[1])
                return
            self._read_key()

    def _begin(self, container: Any) -> None:
        if len(self._open) >= DEEPEST:
            raise ValueError("deeper than any conversation")
        self._put(container)
        self._open.append((self._in, self._key))
        self._in = container

    def _close(self, mark: str) -> None:
        if _CLOSED_BY[type(self._in)] != mark:
            raise ValueError(f"{mark!r} closes nothing")
        self._in, self._key = self._open.pop()

    def _read_key(self) -> None:
        """In an object, what the next value is called."""
        if not isinstance(self._in, dict):
            return
        self._mark()
        if self._source[self._at : self._at + 1] != '"':
            raise ValueError("no key")
        self._key, self._at = _plain(self._source, self._at)
        if self._mark() != ":":
            raise ValueError("a key without a value")

    def _put(self, value: Any) -> None:
        if isinstance(self._in, dict):
            self._in[self._key] = value
        else:
            self._in.append(value)

    def _mark(self) -> str:
        """The next mark, read; "" before anything else."""
        ahead = self._ahead()
        self._at = ahead.end()
        return ahead[1]

    def _ahead(self) -> re.Match[str]:
        found = _MARK.match(self._source, self._at)
        assert found is not None  # noqa: S101 - it matches nothing too
        return found
