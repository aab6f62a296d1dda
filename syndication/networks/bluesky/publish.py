"""Saying things: post, answer, edit, delete, and after a lost answer, find.

A post's key says which post it is (`tid`), and it is created only where there is none: whoever
sends it again, however often, finds it there. What was deleted and is said anew leaves at another
moment, so under another key.

Cost: a post is one request, one more for each mention and picture, one for what it answers; an
edit one more than a post; `find` one; a deletion two.
"""

from __future__ import annotations

from syndication.model import Draft, Ref
from syndication.networks.contract import (
    Gone,
    NetworkError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from . import SPACE
from .errors import Missing, NoRepo, Swapped
from .names import GATE, POST, AtUri, post_url
from .record import Composer, at, gate
from .repo import JSON, Record, Repo
from .session import Session
from .speech import Speech
from .tid import record_key

TRIES = 3  # of an edit, while others edit the same


class Publisher:
    """The roles Publisher and Updater for one account."""

    def __init__(self, session: Session, repo: Repo, composer: Composer, speech: Speech) -> None:
        self._session, self._repo = session, repo
        self._composer, self._speech = composer, speech

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Say it, once for each `key` and `Draft.moment`.

        Pictures go first: until the post itself is sent, every failure can be repeated.
        """
        uri, created = self._named(draft, key)
        reply = self._reply(draft.reply_to) if draft.reply_to else None
        record = self._composer.post(draft, created=created, reply=reply)
        rules = self._speech.gate
        if rules is None or reply:
            try:
                return self._ref(uri, self._repo.create(POST, uri.rkey, record))
            except Swapped:
                return self._said_before(uri)
        together = [
            (POST, uri.rkey, record),
            (GATE, uri.rkey, gate(uri, rules, created=created)),
        ]
        return self._ref(uri, self._repo.create_together(together))

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """Is it there? Our own server is asked, which is never behind."""
        uri, _ = self._named(draft, key)
        try:
            return self._ref(uri, self._repo.get(uri).cid)
        except Missing:
            return None

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Replace what stands there; when it was said and what it answers stay."""
        uri = self._own(ref)
        for _ in range(TRIES):
            there = self._there(uri)
            created = str(there.value.get("createdAt") or at(self._session.now()))
            record = self._composer.post(draft, created=created, reply=there.value.get("reply"))
            try:
                return self._ref(uri, self._repo.replace(there, record))
            except Swapped:
                continue
        raise Unavailable(f"{self._session.host}: somebody else is editing this post")

    def delete(self, ref: Ref) -> None:
        """Take it back with its gate; what is not there is deleted."""
        uri = self._own(ref)
        self._repo.delete(uri)
        self._repo.delete(self._repo.uri(GATE, uri.rkey))

    def _named(self, draft: Draft, key: str) -> tuple[AtUri, str]:
        """Where a draft stands or will stand, and when it was said."""
        if draft.moment is None:
            raise OutcomeUnknown("nobody noted when this left, so it cannot be looked up")
        return self._repo.uri(POST, record_key(draft.moment, key)), at(draft.moment)

    def _said_before(self, uri: AtUri) -> Ref:
        """The same post, encoded otherwise: a picture, or a mention that resolves by now."""
        try:
            return self._ref(uri, self._repo.get(uri).cid)
        except NetworkError as error:
            raise OutcomeUnknown(f"it is there already, and cannot be read: {error}") from error

    def _there(self, uri: AtUri) -> Record:
        try:
            return self._repo.get(uri)
        except NoRepo:  # so says an AppView that has not heard of a new account; our server knows
            self._session.verify()
            raise
        except Missing as error:
            self._session.verify()
            raise Gone(f"{self._session.host}: the post is not there any more") from error

    def _own(self, ref: Ref) -> AtUri:
        try:
            uri = AtUri.parse(ref.id)
        except ValueError as error:
            raise Rejected(f"{ref.id[:100]} is no post of this network") from error
        if uri.repo != self._repo.did or uri.collection != POST:
            raise Rejected(f"{ref.id[:200]} is not a post of this account")
        return uri

    def _reply(self, ref: Ref) -> JSON:
        """What is answered, and the root of its thread, as they are now."""
        try:
            uri = AtUri.parse(ref.id)
            parent = self._repo.get(uri) if uri.repo == self._repo.did else self._theirs(uri)
        except ValueError as error:
            raise Rejected(f"this cannot be answered from here: {ref.id[:100]}") from error
        except Missing as error:
            raise Rejected("what this answers is not there any more") from error
        itself = {"uri": str(parent.uri), "cid": parent.cid}
        return {"root": _root(parent.value) or itself, "parent": itself}

    def _theirs(self, uri: AtUri) -> Record:
        """Somebody's post, if we may answer it: the network would take it, and show it nowhere."""
        posts = self._session.call("app.bsky.feed.getPosts", {"uris": [str(uri)]}).get("posts")
        view = posts[0] if isinstance(posts, list) and posts else None
        if not isinstance(view, dict):
            raise Missing(f"{self._session.host} has no such post")
        record, cid = view.get("record"), view.get("cid")
        if not isinstance(record, dict) or not isinstance(cid, str):
            raise Unavailable(f"{self._session.host} sent something unreadable")
        if _says(view, "viewer", "replyDisabled"):
            raise Rejected("whoever began this conversation does not let us answer here")
        if _says(view, "author", "viewer", "blockedBy"):
            raise Rejected("this person has blocked us")
        return Record(uri, cid, record)

    def _ref(self, uri: AtUri, cid: str) -> Ref:
        url = post_url(uri.repo, uri.rkey, web=self._speech.web)
        return Ref(space=SPACE, id=str(uri), url=url, local=cid)


def _root(record: JSON) -> JSON | None:
    """The root that a record names, None for a record that is one itself."""
    reply = record.get("reply")
    root = reply.get("root") if isinstance(reply, dict) else None
    if not isinstance(root, dict):
        return None
    uri, cid = root.get("uri"), root.get("cid")
    return {"uri": uri, "cid": cid} if isinstance(uri, str) and isinstance(cid, str) else None


def _says(view: JSON, *path: str) -> bool:
    """Is there something true at `path`?"""
    value: object = view
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return bool(value)
