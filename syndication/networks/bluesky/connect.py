"""Connecting an account with an app password: its server is found by its handle."""

from __future__ import annotations

from collections.abc import Mapping

from syndication.networks.asking import TIMEOUT
from syndication.networks.contract import Rejected, SignedIn, Unauthorised
from syndication.networks.fetch import Fetcher

from . import identity, names
from .claims import may_do_everything
from .session import LOGIN, tokens
from .xrpc import Xrpc


def sign_in(who: str, options: Mapping[str, object], typed: Mapping[str, str]) -> SignedIn:
    """A session for the handle or DID `who`; the password itself is not kept.

    Four requests at most. Raises `Rejected` for a handle that nobody knows, `Unauthorised` for a
    wrong password, `Unavailable` when a server did not answer.
    """
    who = who.strip().removeprefix("@")
    if not (names.is_handle(who) or names.is_did(who)):
        raise Rejected(f"{who[:100]!r} is no handle; one looks like vencejo.bsky.social")
    loopback = options.get("loopback") is True
    fetch = Fetcher(allow_loopback=loopback)
    resolver = str(options.get("resolver") or identity.RESOLVER).rstrip("/")
    did = who if names.is_did(who) else identity.did_of(who, fetch, resolver=resolver)
    server = identity.server_of(did, fetch, plc=identity.plc_of(options))
    timeout = options.get("timeout", TIMEOUT)
    place = Xrpc(
        server,
        timeout=float(timeout) if isinstance(timeout, int | float) else TIMEOUT,
        loopback=loopback,
    )
    try:
        body = {"identifier": did, "password": typed["app_password"].strip()}
        kept = tokens(place.procedure(LOGIN, body, repeatable=True), place.host)
    except Unauthorised as error:
        raise Unauthorised(f"{place.host} does not accept that app password for {who}") from error
    finally:
        place.close()
    if may_do_everything(kept["access_jwt"]):
        raise Rejected(
            f"that is the password of {who} itself: make an app password for this, which cannot"
            " change or delete the account (Settings, Privacy and security, App passwords)"
        )
    if kept["did"] != did:
        raise Rejected(f"{place.host} signed in somebody else than {who}")
    return SignedIn(
        secrets={**kept, "pds": place.base},
        server=place.base,
        options={"handle": names.actor(did, kept["handle"])},
    )
