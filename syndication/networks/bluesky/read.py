"""Single posts, asked for by name.

What the AppView does not show is not therefore deleted: `whereabouts` tells.

Cost: one request for each 25, one for each 25 threads that they stand in, two or three for each
that is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from syndication.model import Ref
from syndication.networks.contract import (
    Found,
    Lookup,
    NetworkError,
    RateLimited,
    Unauthorised,
    Unreachable,
)

from .hearing import Hearing, batches
from .whereabouts import Whereabouts

PATIENCE = 3
"""So many servers of strangers may fail to answer: they are asked one after another."""


class Reader:
    """The role Reader."""

    def __init__(self, hearing: Hearing, whereabouts: Whereabouts) -> None:
        self._hearing, self._whereabouts = hearing, whereabouts

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """What became of each. Raises `RateLimited` and `Unauthorised` only."""
        found: dict[str, Lookup] = {}
        for uris in batches(ref.id for ref in refs):
            try:
                found |= self._look_up(uris)
            except RateLimited as error:
                if not found:
                    raise
                found |= {ref.id: Unreachable(str(error)) for ref in refs if ref.id not in found}
                break
            except Unauthorised:
                raise
            except NetworkError as error:
                found |= {uri: Unreachable(str(error)) for uri in uris}
        return found

    def _look_up(self, uris: Sequence[str]) -> Mapping[str, Lookup]:
        views = self._hearing.posts(uris)
        hidden = self._hearing.hidden_among(views)
        readable = self._hearing.messages(views.values(), hidden=hidden)
        found: dict[str, Lookup] = {message.ref.id: Found(message) for message in readable}
        unanswered = 0
        for uri in uris:
            if uri in views:
                found.setdefault(uri, Unreachable("unreadable"))
            elif unanswered < PATIENCE:
                found[uri] = self._whereabouts.look(uri)
                unanswered += isinstance(found[uri], Unreachable)
            else:
                found[uri] = Unreachable("other servers did not answer")
        return found
