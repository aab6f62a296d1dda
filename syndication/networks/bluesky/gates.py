"""Hiding upstream: "not shown here" becomes "hidden by the author of the thread" on the network.

The list stands in the threadgate of the thread's first post, which has to be ours. Others may
change it meanwhile, so it is read, changed and written back only if it is still as it was read.

Cost: three requests, and one more for each time that somebody else was quicker.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syndication.model import Ref
from syndication.networks.contract import Rejected, Unavailable

from .errors import Missing, NoRepo, Swapped
from .names import GATE, POST, AtUri
from .record import at
from .repo import JSON, Record, Repo
from .session import Session

MOST = 300  # replies that a gate hides
TRIES = 5


class Hider:
    """The role Hider for one account."""

    def __init__(self, session: Session, repo: Repo) -> None:
        self._session, self._repo = session, repo

    def hide(self, ref: Ref) -> None:
        """Hide an answer in a thread of ours; one that is not there any more is hidden."""
        self._change(ref, _with)

    def unhide(self, ref: Ref) -> None:
        """Show it again."""
        self._change(ref, _without)

    def _change(self, ref: Ref, change: Callable[[list[str], str], list[str]]) -> None:
        post = self._thread_of(ref)
        if post is None:
            return
        if post.repo != self._repo.did:
            raise Rejected("only who began a conversation can hide answers in it")
        address = self._repo.uri(GATE, post.rkey)
        for _ in range(TRIES):
            there = self._gate(address)
            before = _hidden(there.value) if there else []
            after = change(before, ref.id)
            if after == before:
                return
            if len(after) > MOST:
                raise Rejected(f"no more than {MOST} answers can be hidden under one post")
            try:
                self._write(there, post, after)
                return
            except Swapped:
                continue
        raise Unavailable(f"{self._session.host}: somebody else is changing who is hidden")

    def _thread_of(self, ref: Ref) -> AtUri | None:
        """The first post of the thread in which `ref` stands; None where it is not there."""
        try:
            value = self._repo.get(AtUri.parse(ref.id)).value
            reply = value.get("reply")
            root = reply.get("root") if isinstance(reply, dict) else None
            return AtUri.parse(str(root.get("uri")) if isinstance(root, dict) else ref.id)
        except (Missing, NoRepo):
            return None
        except ValueError as error:
            raise Rejected(f"{ref.id[:100]} stands in no thread of this network") from error

    def _gate(self, address: AtUri) -> Record | None:
        try:
            return self._repo.get(address)
        except Missing:
            return None

    def _write(self, there: Record | None, post: AtUri, hidden: list[str]) -> None:
        if there is not None:
            self._repo.replace(there, {**there.value, "hiddenReplies": hidden})
            return
        record: dict[str, Any] = {
            "$type": GATE,
            "post": str(AtUri(post.repo, POST, post.rkey)),
            "createdAt": at(self._session.now()),
            "hiddenReplies": hidden,
        }
        self._repo.create(GATE, post.rkey, record)


def _hidden(gate: JSON) -> list[str]:
    listed = gate.get("hiddenReplies")
    return [uri for uri in listed if isinstance(uri, str)] if isinstance(listed, list) else []


def _with(hidden: list[str], uri: str) -> list[str]:
    return hidden if uri in hidden else [*hidden, uri]


def _without(hidden: list[str], uri: str) -> list[str]:
    return [one for one in hidden if one != uri]
