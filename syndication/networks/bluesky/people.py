"""People who did not address us: what their profiles say, before their words are kept.

A post's view shows its author without the profile's own words, where "#nobot" stands. Nothing of
it is remembered: who asks to be left alone is left alone from then on.

Cost: one request for each 25 people, whenever somebody said something new.
"""

from __future__ import annotations

from collections.abc import Iterable

from syndication.model import Ref
from syndication.networks.contract import Gone, Introduction
from syndication.networks.values import JSON, text
from syndication.rules import markup
from syndication.rules.text import urls

from .hearing import BATCH, Hearing, batches
from .names import is_handle, profile_url


class People:
    """Profiles, and the role Introducer."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    def notes(self, dids: Iterable[str]) -> dict[str, str]:
        """DID → the profile's own words; those of nobody whose profile is not to be had."""
        profiles = self._profiles(dids)
        return {did: text(profile.get("description")) for did, profile in profiles.items()}

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
