"""Accounts of ours on the practice network for Bluesky, connected as the daemon connects them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import requests

from syndication.demo.bluesky_person import Person
from syndication.model import Account
from syndication.networks import registry
from syndication.networks.contract import Connection
from tests.servers.waiting import HANGS

NOWHERE = "http://127.0.0.1:9"  # a directory that never answers: nobody moves


def session_of(person: Person, password: str = "") -> dict[str, str]:
    """What `tertulia connect` would keep, by the account's own password or an app password."""
    answer = requests.post(
        f"{person.pds}/xrpc/com.atproto.server.createSession",
        json={"identifier": person.did, "password": password or person.password},
        timeout=HANGS,
    )
    answer.raise_for_status()
    said = answer.json()
    return {
        "did": said["did"],
        "handle": said["handle"],
        "access_jwt": said["accessJwt"],
        "refresh_jwt": said["refreshJwt"],
    }


def expired(token: str, secret: str) -> str:
    """The same token, over since an hour, signed by the server's own secret."""
    head, payload, _ = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    now = int(time.time())
    said |= {"iat": now - 7200, "exp": now - 3600}
    signed = f"{head}.{_encoded(json.dumps(said).encode())}"
    return f"{signed}.{_encoded(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def account(server: str, **options: Any) -> Account:
    """Our account on `server`; nobody knows where else it may live, unless `plc` names one."""
    return Account(
        name="vencejo",
        network="bluesky",
        server=server,
        languages=("es",),
        options={
            "loopback": True,
            "timeout": HANGS,
            "plc": NOWHERE,
            **options,
        },
    )


def connected(server: str, secrets: Mapping[str, str], **options: Any) -> Connection:
    """A connection of our account to `server`."""
    return registry.get("bluesky").connect(account(server, **options), secrets)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
