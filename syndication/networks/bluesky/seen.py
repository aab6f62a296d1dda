"""What was reported already, as far as that is certain. No I/O.

What a page reports counts as seen only when its cursor comes back: then it was stored. If storing
failed, the old cursor comes back, and the page is reported again.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from syndication.networks.values import text

REMEMBERED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cursor: the newest moment that was read, and a digest of what stood there."""

    newest: datetime
    digest: str

    def __str__(self) -> str:
        return f"{self.newest.isoformat()} {self.digest}"

    @classmethod
    def parse(cls, cursor: str | None) -> Place | None:
        """None for no cursor, and for one that is not ours."""
        when, _, digest = text(cursor).partition(" ")
        try:
            newest = datetime.fromisoformat(when)
        except ValueError:
            return None
        return cls(newest=newest, digest=digest) if newest.tzinfo else None


class Seen:
    """Keys of things that were reported and stored."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, None] = OrderedDict()
        self._pending: tuple[str, tuple[str, ...]] | None = None

    def stored(self, cursor: str | None) -> None:
        """`cursor` is what the next page is asked for with."""
        if self._pending is not None and self._pending[0] == cursor:
            for key in self._pending[1]:
                self._kept[key] = None
                self._kept.move_to_end(key)
        self._pending = None
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def reported(self, cursor: str, keys: Iterable[str]) -> None:
        """These were given away with `cursor`."""
        self._pending = cursor, tuple(keys)


def digest_of(keys: Iterable[str]) -> str:
    """Tells one page from another; short, since it stands in a cursor."""
    return hashlib.sha256("\n".join(keys).encode("utf-8", "replace")).hexdigest()[:16]
