"""One JSON value that knows where it stands, so that every complaint names file and field.

No complaint repeats the value: it may be the words of a person, and errors go to logs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from syndication.exchange.nouns import VERSION, DocumentError

T = TypeVar("T")
PLAIN_KEY = re.compile(r"[\w@:./-]{1,60}", re.ASCII)
UNCARRIABLE = re.compile("[\0\ud800-\udfff]")


def _no_constant(_: str) -> NoReturn:
    """NaN and Infinity are Python's own."""
    raise ValueError


# Made once: with each text that is given such options `json.loads` makes another.
_decode = json.JSONDecoder(parse_constant=_no_constant).decode


class Node:
    """A value inside a document. Each reading method raises `DocumentError` with its place."""

    __slots__ = ("_key", "_parent", "file", "value")

    def __init__(
        self, file: str, value: object, key: str | int = "", parent: Node | None = None
    ) -> None:
        """`key`: under which the value stands in `parent`, or the number that it has there."""
        self.file, self.value = file, value
        self._key, self._parent = key, parent

    @property
    def place(self) -> str:
        """Where the value stands in the document, such as ``items[2].content``."""
        if self._parent is None:
            return ""
        before = self._parent.place
        if isinstance(self._key, int):
            return f"{before}[{self._key}]"
        shown = self._key if PLAIN_KEY.fullmatch(self._key) else "?"
        return f"{before}.{shown}" if before else shown

    def fail(self, problem: str) -> DocumentError:
        """The error to raise about this value."""
        return DocumentError(self.file, self.place, problem)

    def get(self, key: str) -> Node:
        """What `key` holds; a missing key is a `Node` of None."""
        return Node(self.file, self.plain(key), key, self)

    def plain(self, key: str) -> Any:
        """The same as JSON has it, None where it is missing; nothing of it has been looked at."""
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        return self.value.get(key)

    def words(self, key: str, default: str | None = None) -> str:
        """``get(key).text(default)``; no `Node` is made of what can be read."""
        value = self.value.get(key) if isinstance(self.value, dict) else self.plain(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and is_carriable(value):
            return value
        return self.get(key).text(default)

    def has_none(self, keys: frozenset[str]) -> bool:
        """Whether all of these fields are missing."""
        return isinstance(self.value, dict) and keys.isdisjoint(self.value)

    def if_there(self, key: str, read: Callable[[Node], T]) -> T | None:
        """What `read` makes of what `key` holds; None where the field is missing."""
        return None if self.plain(key) is None else read(self.get(key))

    def each(self, key: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """What `read` makes of each member of the list under `key`; none where it is missing."""
        return () if self.plain(key) is None else tuple(map(read, self.get(key).items()))

    def items(self) -> Iterator[Node]:
        """The members of a list; none where the field is missing."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.fail("must be a list")
        for index, item in enumerate(self.value):
            yield Node(self.file, item, index, self)

    def text(self, default: str | None = None) -> str:
        """A text without NUL and halves of characters; `default` where the field is missing."""
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str):
            raise self.fail("must be a text" if self.value is not None else "is missing")
        if not is_carriable(self.value):
            raise self.fail("has a NUL or half a character")
        return self.value

    def name(self) -> str:
        """A text that says something."""
        text = self.text()
        if not text:
            raise self.fail("is empty")
        return text

    def one_of(self, *allowed: str, default: str | None = None) -> str:
        """One of the words `allowed`; `default` where the field is missing."""
        text = self.text(default)
        if text not in allowed and text != default:
            raise self.fail(f"must be {' or '.join(allowed)}")
        return text

    def flag(self, default: bool) -> bool:
        """True or false; `default` where the field is missing."""
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            raise self.fail("must be true or false")
        return self.value

    def number(self) -> int | None:
        """A whole number from 0, or None where the field is missing."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise self.fail("must be a whole number")
        return self.value

    def url(self) -> str:
        """An absolute web address."""
        text = self.text()
        try:
            parts = urlsplit(text)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            sound = False
        if not sound or any(character <= " " for character in text):
            raise self.fail("is not an absolute web address (https://…)")
        return text

    def moment(self) -> datetime:
        """A date with a time zone."""
        try:
            moment = datetime.fromisoformat(self.text())
        except DocumentError:
            raise
        except ValueError:
            raise self.fail("is not a date like 2026-11-22T10:00:00+00:00") from None
        if moment.tzinfo is None:
            raise self.fail("is a date without a time zone")
        return moment

    def mapping(self, read: Callable[[Node], T]) -> dict[str, T]:
        """An object whose values are all read by `read`; empty where the field is missing."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        if not all(map(is_carriable, self.value)):
            raise self.fail("has a key with a NUL or half a character")
        return {key: read(self.get(key)) for key in self.value}

    def worded(self, key: str) -> tuple[str, str]:
        """(language, text) of ``keyMap``, which has one language, or of ``key``."""
        mapped = self.if_there(f"{key}Map", lambda node: node.mapping(Node.text)) or {}
        if len(mapped) > 1:
            raise self.get(f"{key}Map").fail("must have one language")
        return next(iter(mapped.items())) if mapped else ("", self.words(key, ""))


def is_carriable(text: str) -> bool:
    """Whether documents may have `text`: mostly plain ASCII, of which that is told at once."""
    return (text.isascii() and "\0" not in text) or not UNCARRIABLE.search(text)


def open_document(data: bytes | str, file: str, kind: str) -> Node:
    """The whole document as a `Node`, once it is JSON, ours, of this version and of this type."""
    value = parse_json(data, file)
    if not isinstance(value, dict) or "tertulia:version" not in value:
        raise DocumentError(file, "tertulia:version", "is missing: not a document of Tertulia")
    node = Node(file, value)
    version = node.get("tertulia:version")
    if version.number() != VERSION:
        raise version.fail(
            f"is not {VERSION}, which this Tertulia reads: bring both halves to one release"
        )
    node.get("type").one_of(kind)
    return node


def parse_json(data: bytes | str, file: str) -> Any:
    """What a JSON text says. Raises `DocumentError` naming the line, never repeating the text."""

    try:
        return _decode(data if isinstance(data, str) else data.decode())
    except UnicodeDecodeError:
        raise DocumentError(file, "", "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}"
        raise DocumentError(file, place, f"is not whole JSON ({error.msg})") from None
    except RecursionError:
        raise DocumentError(file, "", "is nested too deeply") from None
    except ValueError:
        raise DocumentError(file, "", "has a number that JSON does not know") from None
