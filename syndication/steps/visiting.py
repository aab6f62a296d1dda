"""What steps for visitors share: keyed names of things, and how much one sender may bring.

Nothing here can be turned back into an address or a word without this installation's key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from syndication.steps.site import Site
from syndication.store import keys

MINUTES, DAY, WEEK = timedelta(minutes=10), timedelta(days=1), timedelta(weeks=1)
MOST_IN_MINUTES, MOST_IN_A_DAY = 5, 40
"""So much one address prefix may bring: enough for a household, little for a machine."""
ATTACK = 60
"""So many comments of everybody within `MINUTES` are an attack."""


def keyed(key: str, *parts: object) -> str:
    """A name for `parts` that only this installation can make; 43 letters fit for a URL."""
    text = "\0".join(str(part) for part in parts)
    digest = hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def key_of(site: Site) -> str:
    """This installation's key for everything that concerns visitors."""
    return keys.get(site.store, keys.VISITORS)


def sender_of(key: str, address: str) -> str:
    """Who sends, as a keyed hash of the network prefix: IPv4 /24, IPv6 /56."""
    found = _prefix(address)
    if found is None:
        return keyed(key, "sender", "")
    number = int(found.network_address) >> (found.max_prefixlen - found.prefixlen)
    return keyed(key, "sender", found.version, number)


def mailbox_of(key: str, mail: str) -> str:
    """Who reads this mail, as a keyed hash: most servers ignore case and what follows a "+"."""
    name, _, server = mail.casefold().rpartition("@")
    return keyed(key, "mailbox", name.partition("+")[0], server)


def neighbourhood_of(address: str) -> str:
    """An address with the part that tells households apart left out; "" for none."""
    found = _prefix(address)
    return str(found.network_address) if found else ""


def _prefix(address: str) -> IPv4Network | IPv6Network | None:
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return ip_network((mapped, 24 if mapped.version == 4 else 56), strict=False)


def comment_token(key: str, ref_id: str) -> str:
    """Opens the private page of the comment `ref_id`."""
    return keyed(key, "comment", ref_id)


def mail_token(key: str, message_id: int) -> str:
    """Opens what the mail about a comment leads to, and nothing else."""
    return keyed(key, "mail", message_id)


def hashed_tokens(key: str, tokens: Iterable[str]) -> frozenset[str]:
    """What the filter keeps of words: 12 letters of their keyed hash."""
    return frozenset(keyed(key, "word", token)[:12] for token in tokens)
