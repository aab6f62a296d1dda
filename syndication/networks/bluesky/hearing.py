"""What the listening roles share: the session, how posts are read, and asking for them by name.

Cost: one request for each `BATCH` posts, and one more for each `BATCH` threads that they stand in,
since only a thread's first post says which answers its owner has hidden.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from syndication.model import Message
from syndication.networks.contract import Unavailable
from syndication.networks.values import JSON, mapping, mappings, text

from . import convert
from .convert import Manner
from .names import POST, AtUri

log = logging.getLogger("tertulia")

BATCH = 25  # posts, or profiles, that the AppView gives at once
LONGEST = 300  # characters of an AT URI; those of a ``did:plc`` have 70

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Caller(Protocol):
    """A session, as far as listening goes."""

    @property
    def did(self) -> str:
        """Who we are."""

    @property
    def host(self) -> str:
        """The name of our server."""

    def call(self, nsid: str, parameters: Any = None) -> dict[str, Any]:
        """A query. Raises any `NetworkError`; `errors.Missing` for what is not there."""


class Hearing:
    """Reads posts for one account. Not shared between threads."""

    def __init__(self, session: Caller, manner: Manner) -> None:
        self.session, self.manner = session, manner

    def posts(self, uris: Iterable[str]) -> dict[str, JSON]:
        """AT URI → view, for those that the AppView shows us now.

        One name that is none would have the whole request refused, and strangers choose some of
        them: such are left out.
        """
        found: dict[str, JSON] = {}
        for some in batches(uri for uri in uris if askable(uri)):
            answer = self.session.call("app.bsky.feed.getPosts", {"uris": some})
            found |= {text(view.get("uri")): view for view in self.listed(answer, "posts", BATCH)}
        return found

    def hidden_among(self, views: Mapping[str, JSON]) -> frozenset[str]:
        """Those that the owners of their threads have hidden."""
        roots = {uri: convert.root(mapping(view.get("record"))) for uri, view in views.items()}
        known = dict(views)
        unknown = {root for root in roots.values() if root and root not in known}
        if unknown:
            known |= self.posts(sorted(unknown))
        gates = {
            root: convert.hidden_replies(mapping(known.get(root)).get("threadgate"))
            for root in set(roots.values())
        }
        return frozenset(uri for uri, root in roots.items() if uri in gates[root])

    def messages(
        self,
        views: Iterable[JSON],
        *,
        kinds: Mapping[str, str] = _NOTHING,
        notes: Mapping[str, str] = _NOTHING,
        hidden: Collection[str] = (),
    ) -> list[Message]:
        """Views as messages; one that cannot be read is left out and logged.

        `kinds`: AT URI → its kind, where that is known from elsewhere. `notes`: DID → what that
        profile says.
        """
        found = []
        for view in views:
            who = text(mapping(view.get("author")).get("did"))
            try:
                made = convert.message(
                    view,
                    self.manner,
                    kind=kinds.get(text(view.get("uri")), ""),
                    note=notes.get(who, ""),
                    hidden=hidden,
                    ours=self.session.did,
                )
            except convert.Unreadable as error:
                self.unreadable(error)
            else:
                found.append(made)
        return found

    def listed(self, answer: JSON, name: str, limit: int) -> list[JSON]:
        """The objects in a list of an answer. Raises `Unavailable` where there is no list."""
        if not isinstance(answer.get(name), list):
            raise Unavailable(f"{self.session.host} sent something unreadable")
        return mappings(answer[name], limit)

    def unreadable(self, error: convert.Unreadable) -> None:
        """Say in the log that one thing was passed over, without a word of what it says."""
        log.warning("%s sent something unreadable: %s", self.session.host, error)


def askable(uri: str) -> bool:
    """Is this the name of a post, and short enough to be asked for among others?"""
    try:
        named = AtUri.parse(uri) if len(uri) <= LONGEST else None
    except ValueError:
        return False
    if named is None or named.collection != POST or named.rkey in (".", ".."):
        return False
    return not named.repo.endswith((":", "%"))


def batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Each name once, as many together as the AppView takes."""
    listed = list(dict.fromkeys(names))
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]
