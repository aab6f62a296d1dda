"""How a person introduces themselves: the addresses in the fields of their profile."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from syndication.model import Ref
from syndication.networks.contract import Gone, Introduction, Unavailable
from syndication.networks.values import JSON, mapping, mappings, text
from syndication.rules import markup

from . import convert
from .errors import Missing
from .home import Home
from .server import segment

_FIELDS = 20  # servers show four, some a few more
_FOUND = 5  # accounts that may be the one that was looked for


class Introducer:
    """The role Introducer. One request, one more where this server knows the person otherwise."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def introduce(self, author: Ref) -> Introduction:
        """The addresses of the profile's page, and the links in its fields."""
        account = self._known(author) or self._found(author)
        fields = mappings(account.get("fields"), _FIELDS)
        links = (link for field in fields for link in markup.links(text(field.get("value"))))
        return Introduction(addresses=_addresses(account), links=tuple(dict.fromkeys(links)))

    def _known(self, author: Ref) -> JSON | None:
        """By this server's id; None where another server gave that id."""
        if not author.local:
            return None
        try:
            said = self._home.server.get(f"/api/v1/accounts/{segment(author.local)}").value
        except Missing:
            return None
        return mapping(said) if _is(said, author) else None

    def _found(self, author: Ref) -> JSON:
        answer = self._home.server.get(
            "/api/v2/search", q=author.url or author.id, type="accounts", resolve=True, limit=_FOUND
        ).value
        if not isinstance(answer, dict):
            raise Unavailable(f"{self._home.server.host} sent something unreadable")
        listed = mappings(answer.get("accounts"), _FOUND)
        account = next((one for one in listed if _is(one, author)), None)
        if account is None:
            raise Gone(f"{self._home.server.host} does not have this profile")
        return account


def _addresses(account: JSON) -> tuple[str, ...]:
    """Where the profile is to be seen: on the server that vouches for its id, and on no other.

    Anybody's server can claim that somebody's page elsewhere is theirs.
    """
    page, id_ = (markup.address(text(account.get(key))) for key in ("url", "uri"))
    here = [page] if page and (id_ is None or _site(page) == _site(id_)) else []
    return tuple(dict.fromkeys([*here, *([id_] if id_ else [])]))


def _site(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _is(account: Any, author: Ref) -> bool:
    """Is this the account of that name?"""
    try:
        return convert.account_ref(mapping(account)).id == author.id
    except convert.Unreadable:
        return False
