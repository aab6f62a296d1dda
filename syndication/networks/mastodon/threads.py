"""Reading what is there: whole conversations, and single statuses.

A thread is two requests, whatever its depth and size. What it lacks is not deleted: the server
leaves out what it may not show, and all that hangs below it; only asking for the id itself tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syndication.model import Ref
from syndication.networks.contract import (
    Absent,
    Found,
    Gone,
    Lookup,
    NetworkError,
    RateLimited,
    Thread,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from syndication.networks.values import mapping

from . import convert
from .errors import Missing
from .home import Home
from .server import segment


class Reading:
    """The roles Threader and Reader."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def thread(self, ref: Ref) -> Thread:
        """All answers under `ref`, our own among them, and the counts on it. Two requests.

        Nobody can block us or go private from what is ours: without it, it is `Gone`.
        """
        try:
            path = f"/api/v1/statuses/{segment(self._home.local(ref))}"
            root = self._root(path) if ref.local else self._home.server.get(path).value
            context = self._home.server.get(f"{path}/context").value
        except Missing as error:
            raise Unavailable(str(error)) from error
        descendants = mapping(context).get("descendants")
        try:
            reactions = convert.reactions(root)
        except convert.Unreadable as error:
            raise Unavailable(f"{self._home.server.host} sent something unreadable") from error
        if not isinstance(descendants, list):
            raise Unavailable(f"{self._home.server.host} sent no conversation")
        self._home.remember([root])
        below = parents_first([one for one in descendants if isinstance(one, Mapping)])
        messages = self._home.messages(below, ask_parents=False)
        return Thread(messages=tuple(messages), reactions=reactions)

    def _root(self, path: str) -> Any:
        """Our copy, asked for by the server's own id."""
        try:
            return self._home.server.get(path).value
        except Missing as error:
            raise Gone(str(error)) from error

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """What became of each; one request each. Raises `RateLimited` and `Unauthorised` only."""
        found: dict[str, Lookup] = {}
        for ref in refs:
            try:
                found[ref.id] = self._look_up(ref)
            except RateLimited as error:
                if not found:
                    raise
                found |= {r.id: Unreachable(str(error)) for r in refs if r.id not in found}
        return found

    def _look_up(self, ref: Ref) -> Lookup:
        try:
            status = self._status(ref)
        except Missing as error:
            # Without the server's own id, not finding it says nothing.
            return Absent() if ref.local else Unreachable(str(error))
        except (RateLimited, Unauthorised):
            raise
        except NetworkError as error:
            return Unreachable(str(error))
        messages = self._home.messages([status])
        return Found(messages[0]) if messages else Unreachable("unreadable")

    def _status(self, ref: Ref) -> Mapping[str, Any]:
        if ref.local:
            status = self._home.server.get(f"/api/v1/statuses/{segment(ref.local)}").value
            # Another server's id can be anything here.
            if isinstance(status, Mapping) and ref.id in (status.get("uri"), status.get("url")):
                return status
        try:
            return self._home.resolve(ref)
        except Missing as error:
            raise Unavailable(str(error)) from error


def parents_first(statuses: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The same statuses, each after what it answers; otherwise in their order. Rings stay whole."""
    waiting = {str(status.get("id")): status for status in statuses}
    ordered: list[Mapping[str, Any]] = []
    for id_ in list(waiting):
        upwards = []
        while (status := waiting.pop(id_, None)) is not None:
            upwards.append(status)
            id_ = str(status.get("in_reply_to_id"))
        ordered += reversed(upwards)
    return ordered
