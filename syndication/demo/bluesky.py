"""A practice network for Bluesky, as those who speak and listen on it see it.

`syndication.demo.bluesky_server` starts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import requests

from syndication.demo.bluesky_person import Person, Strong
from syndication.demo.servers import ServerError

CONTROL_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyNetwork:
    """Where a running network answers, and what can be done to it from outside."""

    pds: str  # the server of the accounts; what `server` of an account's settings is
    plc: str  # the directory that knows every did:plc
    appview: str | None  # answers about threads without a login; None where there is only a PDS
    labeler: str | None  # DID of the moderation service that `label` speaks for
    control: str  # see start.mjs
    jwt_secret: str  # what the PDS signs tokens with: a test can make an expired one

    @classmethod
    def of(cls, told: Mapping[str, str | None]) -> Self:
        """The network that said `told` when it was up."""
        return cls(
            pds=str(told["pds"]),
            plc=str(told["plc"]),
            appview=told.get("appview"),
            labeler=told.get("modServiceDid"),
            control=str(told["control"]),
            jwt_secret=str(told["jwtSecret"]),
        )

    def person(
        self, handle: str, *, display_name: str = "", about: str = "", picture: bytes = b""
    ) -> Person:
        """A new account with a profile, ready to speak.

        `handle`: 3 to 18 letters, digits or hyphens, then `.test`. `picture`: a portrait as PNG.
        """
        person = Person.register(self.pds, handle, password=f"{handle}-secret")
        name = display_name or handle.partition(".")[0].title()
        person.profile(display_name=name, about=about, picture=picture)
        return person

    def strong(self, uri: str) -> Strong:
        """A record by its address and what it says now, which is how another points at it."""
        repo, collection, key = uri.removeprefix("at://").split("/")
        answer = requests.get(
            f"{self.pds}/xrpc/com.atproto.repo.getRecord",
            params={"repo": repo, "collection": collection, "rkey": key},
            timeout=CONTROL_SECONDS,
        )
        answer.raise_for_status()
        return {"uri": uri, "cid": str(answer.json()["cid"])}

    def process(self) -> None:
        """Wait until everything written so far can be read from the AppView (0.3 to 0.5 s)."""
        self._control("process")

    def label(self, uri: str, value: str, *, cid: str = "", negated: bool = False) -> None:
        """The moderation service labels a record, or an account by its DID."""
        self._control("label", uri=uri, val=value, cid=cid, neg=negated)

    def takedown_record(self, uri: str) -> None:
        """The AppView takes a record down; it stays on its author's PDS."""
        self._control("takedown-record", uri=uri)

    def takedown_account(self, did: str) -> None:
        """The AppView takes an account down."""
        self._control("takedown-actor", did=did)

    def _control(self, verb: str, **told: object) -> None:
        answer = requests.post(f"{self.control}/{verb}", json=told, timeout=CONTROL_SECONDS)
        if not answer.ok:
            raise ServerError(f"the Bluesky network could not {verb}: {answer.text[:500]}")
