"""How things are named there: AT URIs, web addresses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

POST = "app.bsky.feed.post"
GATE = "app.bsky.feed.threadgate"
WEB = "https://bsky.app"

_AT_URI = re.compile(
    r"at://(?P<repo>did:[a-z]+:[A-Za-z0-9._:%-]{1,2000})"
    r"/(?P<collection>[A-Za-z0-9.-]{3,317})/(?P<rkey>[A-Za-z0-9._:~-]{1,512})"
)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,2000}")
_CID = re.compile(r"[A-Za-z0-9]{8,200}")
_HANDLE = re.compile(
    r"(?=.{3,253}\Z)(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+"
    r"[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\Z"
)
_NO_HANDLE = "handle.invalid"  # what servers say of a handle that does not lead back to its account


@dataclass(frozen=True, slots=True)
class AtUri:
    """One record: whose, of which kind, under which key."""

    repo: str  # the DID of its author
    collection: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.repo}/{self.collection}/{self.rkey}"

    @classmethod
    def parse(cls, uri: str) -> AtUri:
        """Raises `ValueError` for what is no AT URI of a record by DID."""
        match = _AT_URI.fullmatch(uri)
        if match is None:
            raise ValueError("not an AT URI of a record")
        return cls(match["repo"], match["collection"], match["rkey"])


def cid_of(said: object) -> str | None:
    """The digest of a record's words; None for what is none, for strangers write some of them."""
    return said if isinstance(said, str) and _CID.fullmatch(said) else None


def is_did(text: str) -> bool:
    """Is it the permanent name of an account?"""
    return _DID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """May it be a handle? All of them are domain names."""
    return _HANDLE.match(text) is not None and text.casefold() != _NO_HANDLE


def actor(did: str, handle: str) -> str:
    """How a person's page is addressed: by handle, by DID where they have none that works."""
    return handle if is_handle(handle) else did


def post_url(who: str, rkey: str, *, web: str = WEB) -> str:
    """Where a person reads a post; `who` is a handle or a DID."""
    return f"{web}/profile/{quote(who, safe=':.%')}/post/{quote(rkey, safe=':')}"


def profile_url(who: str, *, web: str = WEB) -> str:
    """Where a person reads who somebody is."""
    return f"{web}/profile/{quote(who, safe=':.%')}"
