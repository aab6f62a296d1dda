"""Visitor: what the writer of a comment may see and do with nothing but a private link.

They see the decision with its reason, edit until somebody answered or 15 minutes passed, ask a
person to read what the filter sorted out, and withdraw for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndication.model import Decision, Ref, Verdict, Words
from syndication.steps.comment import CannotComment, draft_of, judged_again, page_of
from syndication.steps.consult import ask_about
from syndication.steps.forget import forget
from syndication.steps.site import Site
from syndication.steps.take_in import tell
from syndication.store import Transaction, comments, context, events, messages, people, posts
from syndication.store.comments import Comment
from syndication.store.messages import StoredMessage
from syndication.store.posts import StoredPost

EDITABLE = timedelta(minutes=15)
MOST_WORDINGS = 20
"""So many a comment may have: enough for whoever cannot decide, of no use to a machine."""
TOO_LATE, NOTHING = "too-late", "nothing"
APPEAL, BY = "appeal", "visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a comment stands, for whoever wrote it."""

    comment: Comment
    stored: StoredMessage
    words: Words
    name: str
    website: str
    post: StoredPost | None
    by_person: bool  # did a person decide, rather than the rules?
    rule: str  # which rule, where it was one
    reason: str  # what staff say of it
    answered: bool
    editable_until: datetime

    def editable(self, now: datetime) -> bool:
        """May the words still be changed?"""
        in_time = now < self.editable_until and self.stored.revision < MOST_WORDINGS
        return in_time and not self.answered

    @property
    def appealable(self) -> bool:
        """Did a machine sort it out, and no person look yet?"""
        return self.stored.verdict == Verdict.SPAM and not self.by_person


def standing(site: Site, token: str) -> Standing | None:
    """What this private link opens; None where it opens nothing any more."""
    with site.store.read() as tx:
        return _standing(tx, token)


def edit(site: Site, account: str, token: str, text: str) -> None:
    """Replace the words; they are judged anew. Raises `CannotComment`."""
    now = site.clock()
    with site.store.write() as tx:
        found = _present(tx, token)
        if found.post is None or not found.editable(now):
            raise CannotComment(TOO_LATE)
        page_of(site, tx, found.post.url)
        stored = found.stored
        fields: Mapping[str, str] = {
            "id": stored.ref_id,
            "url": found.post.url,
            "written": stored.written.isoformat(),
            "name": found.name,
            "website": found.website,
            "language": found.words.language,
            "text": text,
        }
        answers = Ref(space=stored.space, id=stored.reply_to) if stored.reply_to else None
        message = replace(draft_of(site, account, fields), edited=now, reply_to=answers)
        taken = judged_again(site, tx, account, message, text)
        comments.typed(tx, stored.id, text)
        ask_about(site, tx, stored.id)
    tell(site, taken)
    site.wake("consult", None)


def withdraw(site: Site, token: str) -> None:
    """Erase the comment for ever, whatever became of it. Raises `CannotComment`."""
    with site.store.write() as tx:
        forget(site, tx, _present(tx, token).stored, reason="withdrawn", by=BY)
    site.store.sweep()
    site.wake("export", None)
    site.wake("desk", None)


def appeal(site: Site, token: str) -> None:
    """A person shall read what the filter sorted out; once. Raises `CannotComment`."""
    now = site.clock()
    with site.store.write() as tx:
        found = _present(tx, token)
        if not found.appealable:
            raise CannotComment(NOTHING)
        decision = Decision(verdict=Verdict.HOLD, by=BY, rule=APPEAL)
        messages.decide(tx, found.stored, decision, revision=found.stored.revision, now=now)
        events.record(tx, APPEAL, [f"message:{found.stored.id}"], now=now, by=BY)
    site.wake("desk", None)


def _present(tx: Transaction, token: str) -> Standing:
    found = _standing(tx, token)
    if found is None:
        raise CannotComment(NOTHING)
    return found


def _standing(tx: Transaction, token: str) -> Standing | None:
    comment = comments.of_token(tx, token)
    stored = messages.get(tx, comment.message_id) if comment else None
    if comment is None or stored is None:
        return None
    words = messages.words(tx, [(stored.id, stored.revision)])[stored.id, stored.revision]
    author = people.by_id(tx, [stored.author_id])[stored.author_id]
    last = context.last_decisions(tx, [stored.id])[stored.id]
    replies = messages.replies_to(tx, stored.space, stored.ref_id)
    return Standing(
        comment=comment,
        stored=stored,
        words=words,
        name=author.name,
        website=author.url or "",
        post=posts.get(tx, stored.post_id) if stored.post_id else None,
        by_person=last.by not in ("rules", BY),
        rule=last.rule,
        reason=last.reason,
        answered=bool(replies or context.answers_to(tx, [stored.id])),
        editable_until=stored.first_seen + EDITABLE,
    )
