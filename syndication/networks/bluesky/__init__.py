"""Bluesky, and whoever else speaks the AT Protocol's `app.bsky` language.

`xrpc` makes the requests, `session` knows the account's tokens, `errors` names what went wrong; a
file for each role on top of them. All that is read is raw JSON. The SDK (`atproto`) checks what is
written against the network's own schemas before it leaves, and is loaded then and not before: its
models cost a second and 50 MB.

Nothing is loaded before it is needed: importing this costs no requests, no SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from syndication.model import Account
from syndication.networks.contract import Connection, Credential, Network, SignedIn
from syndication.rules.compose import DEFAULT_LIMITS

if find_spec("atproto_client") is None:
    # Said when the network is asked for, and not when the first post is about to leave.
    raise ImportError("atproto is not installed", name="atproto")

SPACE = "atproto"

OPTIONS: Mapping[str, str] = {
    "handle": "the account's handle, as it was when it was connected",
    "timeout": "seconds that a server may take to answer (20)",
    "edits": '"update" | "reply" (a correction below) | "leave": when a post changed ("update")',
    "embed": '"auto" | "card" | "pictures": what stands below the text ("auto")',
    "labels": 'what every post says of itself, as ["nudity"] ([])',
    "mirror_hidden": "hide there too what staff rejected here (false)",
    "who_may_reply": '"everybody" | "mentioned" | "following" | "followers" | "nobody"',
    "withhold_labels": 'labels that keep words off the site, besides "!hide" ([])',
    "jetstream": 'a server that tells of every post at once, as "wss://…" (none)',
    "web": 'where people read posts ("https://bsky.app")',
    "plc": 'the directory of accounts ("https://plc.directory")',
    "resolver": 'who knows handles ("https://public.api.bsky.app")',
}


def _connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    from .client import connect

    return connect(account, secrets)


def _sign_in(who: str, options: Mapping[str, object], typed: Mapping[str, str]) -> SignedIn:
    from .connect import sign_in

    return sign_in(who, options, typed)


network = Network(
    name="bluesky",
    title="Bluesky",
    space=SPACE,
    limits=DEFAULT_LIMITS["bluesky"],
    connect=_connect,
    credentials=(
        Credential(
            name="app_password",
            prompt="An app password (Settings, Privacy and security, App passwords)",
            secret=True,
        ),
    ),
    sign_in=_sign_in,
    options=OPTIONS,
    reply_url=lambda url: url,
)
