"""What one account says over a `MemoryServer`, and hides in its own threads."""

from __future__ import annotations

from syndication.model import Draft, Ref
from syndication.networks.contract import OutcomeUnknown, Rejected
from syndication.rules.compose import check_draft

from .member import Member
from .status import Status


class Speaker(Member):
    """The roles Publisher, Updater and Hider."""

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Say it; the same key says it once, on a server that knows keys."""
        with self._serving("publish"):
            if problem := check_draft(draft, self._server.limits):
                raise Rejected(f"{self._server.host}: {problem}")
            said = self._by_key(key) if self._server.idempotent else None
            if said is not None:
                return said.message.ref
            if draft.reply_to and self._alive(draft.reply_to) is None:
                raise Rejected(f"{self._server.host}: what this answers is not there")
            return self._me.say(
                draft.text,
                reply_to=draft.reply_to,
                visibility=draft.visibility,
                warning=draft.warning,
                language=draft.language,
                pictures=draft.pictures,
                key=key,
            )

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """Is it there?"""
        with self._serving("find"):
            if not self._server.finds:
                raise OutcomeUnknown(f"{self._server.host} tells nobody what it has")
            said = self._by_key(key)
            return said.message.ref if said else None

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Say `draft` in place of what was said."""
        with self._serving("update"):
            self._me.edit(self._own(ref).message.ref, draft.text, warning=draft.warning)
            return ref

    def delete(self, ref: Ref) -> None:
        """Take it back."""
        with self._serving("delete"):
            if self._alive(ref) is not None:
                self._me.delete(self._own(ref).message.ref)

    def hide(self, ref: Ref) -> None:
        """Hide an answer in a thread of ours."""
        self._hide(ref, hidden=True)

    def unhide(self, ref: Ref) -> None:
        """Show it again."""
        self._hide(ref, hidden=False)

    def _hide(self, ref: Ref, *, hidden: bool) -> None:
        with self._serving("hide" if hidden else "unhide"):
            status = self._alive(ref)
            if status is None:
                return
            if hidden and not self._is_ours(self._root(status)):
                raise Rejected(f"{self._server.host}: this thread is not ours")
            status.hidden = hidden

    def _root(self, status: Status) -> Status:
        """What a thread hangs on. No ring can be said here: an answer comes after its parent."""
        while (parent := self._alive(status.message.reply_to)) is not None:
            status = parent
        return status

    def _own(self, ref: Ref) -> Status:
        status = self._alive(ref)
        if status is None or not self._is_ours(status):
            raise Rejected(f"{self._server.host}: {ref.id} is not there, or not ours")
        return status

    def _by_key(self, key: str) -> Status | None:
        mine = (s for s in self._server.statuses.values() if s.key == key and not s.deleted)
        return next((s for s in mine if s.message.author.ref == self._me.author.ref), None)
