"""Who of us can answer a message, and how much fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syndication.model import ANSWERABLE, Limits
from syndication.rules import compose
from syndication.steps.site import Site
from syndication.store.accounts import StoredAccount
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """An account of ours that saw a message and can answer it."""

    account: str
    handle: str  # ours; the site's name where the network gives none, or until it was verified
    network: str  # as people call it
    greeting: str  # how an answer begins: "@ana@plaza.example "
    limits: Limits

    @property
    def room(self) -> int:
        """Characters that are left beside the greeting."""
        return self.limits.characters - compose.measure(self.greeting, self.limits)


def speakers(
    site: Site,
    message: StoredMessage,
    author: StoredAuthor,
    seen: Iterable[tuple[str, str]],
    known: Mapping[str, StoredAccount],
) -> tuple[Speaker, ...]:
    """The accounts that can answer `message` in public, the one that saw it first in front."""
    if message.visibility not in ANSWERABLE:
        return ()
    found = []
    for name in dict.fromkeys(account for account, _ in seen):
        stored = known.get(name)
        if stored is None or name not in site.accounts:
            continue
        network = site.network_of(name)
        if network.space != message.space:
            continue
        found.append(
            Speaker(
                account=name,
                handle=stored.handle or site.name,
                network=network.title,
                greeting=network.address(author.handle) if network.address else "",
                limits=stored.counting(network.limits),
            )
        )
    return tuple(found)
