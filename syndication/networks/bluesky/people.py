"""People who did not address us: what their profiles say, before their words are kept.

A post's view shows its author without the profile's own words, where "#nobot" stands.

Cost: one request for each 25 people whose profile was not read within `FRESH`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from syndication.model import Ref
from syndication.networks.contract import Gone, Introduction
from syndication.networks.values import JSON, text
from syndication.rules import markup
from syndication.rules.text import urls

from .hearing import BATCH, Hearing, batches
from .names import is_handle, profile_url

FRESH = timedelta(hours=6)
REMEMBERED = 2_000


class People:
    """Profiles, read once in a while; and the role Introducer."""

    def __init__(self, hearing: Hearing, now: Callable[[], datetime]) -> None:
        self._hearing, self._now = hearing, now
        self._known: OrderedDict[str, tuple[datetime, str]] = OrderedDict()

    def notes(self, dids: Iterable[str]) -> dict[str, str]:
        """DID → the profile's own words; those of nobody whose profile is not to be had."""
        now, wanted = self._now(), list(dict.fromkeys(dids))
        stale = [did for did in wanted if not self._is_fresh(did, now)]
        for did, profile in self._profiles(stale).items():
            self._known[did] = now, text(profile.get("description"))
            self._known.move_to_end(did)
        found = {did: self._known[did][1] for did in wanted if self._is_fresh(did, now)}
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

    def introduce(self, author: Ref) -> Introduction:
        """The addresses of a profile, its handle's domain among them, and what it links to."""
        profile = self._profiles([author.id]).get(author.id)
        if profile is None:
            raise Gone(f"{self._hearing.session.host} shows no such profile")
        web, handle = self._hearing.manner.web, text(profile.get("handle"))
        addresses = [profile_url(author.id, web=web)]
        if is_handle(handle):
            addresses += [profile_url(handle, web=web), f"https://{handle}"]
        named = [*urls(text(profile.get("description"))), text(profile.get("website"))]
        links = (markup.address(link) for link in named)
        return Introduction(
            addresses=tuple(addresses),
            links=tuple(dict.fromkeys(link for link in links if link)),
        )

    def _profiles(self, dids: Iterable[str]) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for some in batches(dids):
            answer = self._hearing.session.call("app.bsky.actor.getProfiles", {"actors": some})
            listed = self._hearing.listed(answer, "profiles", BATCH)
            found |= {text(profile.get("did")): profile for profile in listed}
        return found

    def _is_fresh(self, did: str, now: datetime) -> bool:
        return did in self._known and now - self._known[did][0] < FRESH
