"""Who is behind a handle, and where an account lives: handle → DID → document → its server.

What strangers name is fetched through the guard of `networks.fetch`. Each step is one request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

from syndication.networks.contract import NetworkError, Rejected, Unavailable

from . import names

PLC = "https://plc.directory"
RESOLVER = "https://public.api.bsky.app"

_LARGEST = 100_000  # bytes of a document


class Fetched(Protocol):
    """What came back from a fetch."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The content, whole."""


class Fetch(Protocol):
    """Gets a public address; raises `Unavailable` or `Rejected`."""

    def __call__(self, url: str, *, accept: str = ..., limit: int = ...) -> Fetched:
        """GET `url`, at most `limit` bytes."""


def plc_of(options: Mapping[str, object]) -> str:
    """The directory that the settings name, or the one."""
    return str(options.get("plc") or PLC).rstrip("/")


def did_of(handle: str, fetch: Fetch, *, resolver: str = RESOLVER) -> str:
    """Who is behind `handle`: its own site is asked, then `resolver`, which knows DNS too.

    Raises `Rejected` for a handle that nobody knows, `Unavailable` when nobody could say.
    """
    try:
        return _own_word(handle, fetch)
    except NetworkError:
        found = _document(f"{resolver}{_RESOLVE}{quote(handle)}", fetch, what=f"@{handle}")
    did = found.get("did")
    if not isinstance(did, str) or not names.is_did(did):
        raise Rejected(f"nobody is @{handle}: is the handle right?")
    return did


_RESOLVE = "/xrpc/com.atproto.identity.resolveHandle?handle="


def server_of(did: str, fetch: Fetch, *, plc: str = PLC) -> str:
    """The address of the server where `did` lives, as its document says today.

    Raises `Rejected` where it has none, `Unavailable` when nobody could say.
    """
    services = document_of(did, fetch, plc=plc).get("service")
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            place = service.get("serviceEndpoint")
            if isinstance(place, str):
                return place.rstrip("/")
    raise Rejected(f"{did} has no server")


def document_of(did: str, fetch: Fetch, *, plc: str = PLC) -> Mapping[str, Any]:
    """What stands in the directory, or on the site of a ``did:web``."""
    method, _, name = did.removeprefix("did:").partition(":")
    if method == "plc":
        return _document(f"{plc}/{quote(did, safe=':')}", fetch, what=did)
    if method == "web" and names.is_handle(name):
        return _document(f"https://{name}/.well-known/did.json", fetch, what=did)
    raise Rejected(f"{did[:100]} is of a kind that Bluesky does not know")


def _own_word(handle: str, fetch: Fetch) -> str:
    found = fetch(f"https://{handle}/.well-known/atproto-did", accept="text/plain", limit=2_100)
    did = found.body.decode("ascii", "replace").strip()
    if found.status != 200 or not names.is_did(did):
        raise Rejected(f"{handle} does not say whose handle it is")
    return did


def _document(url: str, fetch: Fetch, *, what: str) -> Mapping[str, Any]:
    found = fetch(url, accept="application/", limit=_LARGEST)
    if found.status in (400, 404, 410):
        raise Rejected(f"nobody is {what}: is that right?")
    try:
        value = json.loads(found.body) if found.status == 200 else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unavailable(f"nobody could say who {what} is ({found.status})")
    return value
