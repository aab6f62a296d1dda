"""One of our accounts on its server, with what is asked once and remembered.

Cost: who we are is two requests, once; a parent that is not known yet is one.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Any

from syndication.model import Author, Limits, Message, Profile, Ref
from syndication.networks.contract import (
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from syndication.networks.values import mapping, mappings

from . import convert, instance
from .errors import Missing
from .server import Server, segment

log = logging.getLogger("tertulia")

_REMEMBERED = 5_000  # statuses by the server's id; a Ref is about 0.5 kB
_FOUND = 5  # statuses that may be what was looked for
_PARENTS_A_PAGE = 40  # unknown parents that are asked for; the thread tells of the others

Statuses = Iterable[Mapping[str, Any]]
"""As the server sent them."""


class Home:
    """What the roles share: the server, who we are there, and how statuses are named."""

    def __init__(self, server: Server, limits: Limits) -> None:
        self.server = server
        self._limits = limits
        self._refs: OrderedDict[str, Ref] = OrderedDict()

    @cached_property
    def instance(self) -> Mapping[str, Any]:
        """What the server says of itself: the second version of that, or the first."""
        try:
            found = self.server.get("/api/v2/instance").value
        except Rejected:
            found = self.server.get("/api/v1/instance").value
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def domain(self) -> str:
        """The domain of the handles of this server's accounts."""
        return instance.domain_of(self.instance, self.server.base)

    @cached_property
    def me(self) -> Author:
        """Ourselves. Raises `Unauthorised` for a token that is not, or no longer, good."""
        try:
            return convert.author(self._credentials(), domain=self.domain)
        except convert.Unreadable as error:
            raise Unavailable(f"{self.server.host} sent an unreadable account: {error}") from error

    def profile(self) -> Profile:
        """Ourselves and what the server takes, asked anew."""
        account = self._credentials()
        self.__dict__.pop("instance", None)
        try:
            return convert.profile(account, self.instance, domain=self.domain, default=self._limits)
        except convert.Unreadable as error:
            raise Rejected(f"{self.server.host} says nothing readable about the account") from error

    def is_ours(self, account: Any) -> bool:
        """Is this us?"""
        return str(mapping(account).get("id")) == self.me.ref.local

    def messages(
        self,
        statuses: Statuses,
        *,
        kinds: Mapping[str, str] = MappingProxyType({}),
        ask_parents: bool = True,
    ) -> list[Message]:
        """Statuses as messages; one that cannot be read is left out and logged.

        `kinds`: the server's id of a status → its kind, where that is known from elsewhere.
        """
        listed = list(statuses)
        self.remember(listed)
        if ask_parents:
            self._learn_parents(listed)
        found = []
        for status in listed:
            try:
                kind = kinds.get(convert.local_id(status), "")
                made = convert.message(status, domain=self.domain, parents=self._refs, kind=kind)
            except convert.Unreadable as error:
                self.unreadable(error)
                continue
            found.append(made)
        return found

    def unreadable(self, error: convert.Unreadable) -> None:
        """Say in the log that one thing was passed over, without a word of what it says."""
        log.warning("%s sent something unreadable: %s", self.server.host, error)

    def remember(self, statuses: Statuses) -> None:
        """Keep how these statuses are named: others may answer them."""
        for status in statuses:
            try:
                named = convert.ref(status)
            except convert.Unreadable:
                continue
            self._refs[named.local or ""] = named
            self._refs.move_to_end(named.local or "")
        while len(self._refs) > _REMEMBERED:
            self._refs.popitem(last=False)

    def local(self, ref: Ref) -> str:
        """What this server calls `ref`. One request where that is not known yet.

        Raises `Missing` where the server cannot find it.
        """
        if ref.local:
            return ref.local
        known = next((r.local for r in self._refs.values() if r.id == ref.id and r.local), None)
        return known or self.resolve(ref)["id"]

    def resolve(self, ref: Ref) -> Mapping[str, Any]:
        """The status of that global id, found by search. Raises `Missing`."""
        answer = self.server.get(
            "/api/v2/search", q=ref.url or ref.id, type="statuses", resolve=True, limit=_FOUND
        )
        for status in mappings(mapping(answer.value).get("statuses"), _FOUND):
            if ref.id in (status.get("uri"), status.get("url")):
                with suppress(convert.Unreadable):
                    local = convert.local_id(status)
                    self.remember([status])
                    return {**status, "id": local}
        raise Missing(f"{self.server.host} cannot find {ref.url or ref.id}")

    def _credentials(self) -> Mapping[str, Any]:
        account = self.server.get("/api/v1/accounts/verify_credentials").value
        if not isinstance(account, Mapping) or "id" not in account:
            raise Unauthorised(f"{self.server.host} does not say whose token this is")
        return account

    def _learn_parents(self, statuses: Statuses) -> None:
        """Ask for the statuses that these answer, where nothing is known of them yet."""
        answered: dict[str, None] = {}
        for status in statuses:
            with suppress(convert.Unreadable):
                answered[convert.parent_id(status)] = None
        unknown = [id_ for id_ in answered if id_ and id_ not in self._refs]
        for local in unknown[:_PARENTS_A_PAGE]:
            try:
                self.remember([self.server.get(f"/api/v1/statuses/{segment(local)}").value])
            except (RateLimited, Unauthorised):
                raise
            except NetworkError as error:
                # Deleted, or not for us: its child says all the same what it answers.
                log.debug("parent %s: %s", local, error)
