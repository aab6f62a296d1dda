"""What was said on pages, and what we answered. Of edited words it tells those that the page shows,
or else the newest, and beside them the history of all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial

from syndication.archives import Deleted, Entry
from syndication.archives.history import History
from syndication.archives.nouns import NOWHERE
from syndication.model import (
    PUBLIC,
    WITHHELD,
    Author,
    CopyState,
    Message,
    Ref,
    Upstream,
    Verdict,
    Words,
)
from syndication.rules import markup
from syndication.steps.archiving.histories import history_of
from syndication.steps.importing import RULE
from syndication.steps.our_words import answer_html
from syndication.steps.site import Site
from syndication.store import Transaction, archived, messages, people
from syndication.store.accounts import StoredAccount
from syndication.store.archived import Kept
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor
from syndication.store.posts import StoredPost

ANSWER = "answer:"
"""How the source of a copy begins that answers somebody."""


def of_page(
    site: Site,
    tx: Transaction,
    post: StoredPost,
    stored: Sequence[StoredMessage],
    said: Sequence[Copy],
    ours: Mapping[str, StoredAccount],
) -> list[Entry]:
    """What stands under a page, oldest first."""
    # What answers the article where we announced it answers the article.
    announcements = {c.ref.id for c in said if c.ref and not c.source.startswith(ANSWER)}
    names = {account.ref_id for account in ours.values()}
    found = [
        *_messages(tx, post.url, stored, announcements, names),
        *_answers(site, post, said, ours),
    ]
    return sorted(found, key=lambda entry: (entry.written, entry.id))


def unplaced(tx: Transaction) -> Iterator[Entry]:
    """What stands under no page: what watches found, what mentions us."""
    for stored in archived.unplaced(tx):
        yield from _messages(tx, NOWHERE, stored, (), ())


def taken_back(post: StoredPost, stored: Sequence[StoredMessage]) -> Iterator[Deleted]:
    """Where something stood that is not there any more: answers to it hang on what is above."""
    for one in stored:
        if one.visibility in PUBLIC and one.upstream != Upstream.LIVE:
            yield Deleted(id=one.ref_id, page=post.url, parent=one.reply_to)


def _messages(
    tx: Transaction,
    page: str,
    found: Sequence[StoredMessage],
    announcements: Collection[str],
    ours: Collection[str],
) -> Iterator[Entry]:
    """`ours`: ids of our accounts; nobody decides about their words, so they have no history."""
    stored = [m for m in found if _belongs(m)]
    wanted = {m.id: (m.id, m.shown or m.revision) for m in stored}
    words = messages.words(tx, wanted.values())
    edited = messages.edited(tx, wanted.values())
    authors = people.by_id(tx, (m.author_id for m in stored))
    seen = messages.sightings_of(tx, wanted)
    kept = cache(lambda: archived.kept(tx, wanted))  # only where somebody writes histories
    for one in stored:
        yield _entry(
            page,
            one.verdict if one.shown is None else Verdict.APPROVE,
            Message(
                ref=Ref(space=one.space, id=one.ref_id, url=one.url),
                kind=one.kind,
                author=_author(authors[one.author_id]),
                words=words[wanted[one.id]],
                written=one.written,
                edited=edited.get(one.id),
                visibility=one.visibility,
                reply_to=(
                    Ref(space=one.space, id=one.reply_to)
                    if one.reply_to and one.reply_to not in announcements
                    else None
                ),
            ),
            network=one.network,
            seen=tuple(pair for pair in seen.get(one.id, ()) if pair[0] != RULE),
            history=(
                None if authors[one.author_id].ref_id in ours else partial(_history, one, kept)
            ),
        )


def _history(one: StoredMessage, kept: Callable[[], Mapping[int, Kept]]) -> History:
    return history_of(one, kept()[one.id])


def _belongs(message: StoredMessage) -> bool:
    public = message.visibility in PUBLIC or message.visibility == WITHHELD
    return public and message.upstream == Upstream.LIVE


def _author(stored: StoredAuthor) -> Author:
    """A person as pages show them, or as they showed themselves where none does."""
    if stored.shown_name is None:
        return Author(
            ref=stored.ref,
            name=stored.name,
            handle=stored.handle,
            picture=stored.picture,
            emojis=stored.emojis,
        )
    return Author(
        ref=stored.ref,
        name=stored.shown_name,
        handle=stored.handle,
        picture=stored.shown_picture,
        emojis=stored.shown_emojis or {},
    )


def _answers(
    site: Site, post: StoredPost, said: Sequence[Copy], ours: Mapping[str, StoredAccount]
) -> Iterator[Entry]:
    """What we said to people there, in our name."""
    for copy in said:
        account = ours.get(copy.account)
        out = copy.state in (CopyState.PUBLISHED, CopyState.UPDATING)
        if out and account and copy.ref and copy.source.startswith(ANSWER):
            message = _answer(site, copy, account)
            seen = ((copy.account, copy.ref.local),)
            yield _entry(post.url, Verdict.APPROVE, message, network=account.network, seen=seen)


def _answer(site: Site, copy: Copy, account: StoredAccount) -> Message:
    assert copy.ref is not None  # noqa: S101 - it is out there
    html = answer_html(copy)
    ref = Ref(space=account.space, id=account.ref_id, url=account.url or None)
    return Message(
        ref=copy.ref,
        kind="reply",
        author=Author(ref=ref, name=site.name, handle=account.handle),
        words=Words(html=html, text=markup.plain(html), language=copy.draft.language),
        written=copy.sent_at or copy.written_at,
        reply_to=copy.draft.reply_to,
    )


def _entry(
    page: str,
    verdict: Verdict,
    message: Message,
    *,
    network: str,
    seen: tuple[tuple[str, str | None], ...],
    history: Callable[[], History] | None = None,
) -> Entry:
    return Entry(
        id=message.ref.id,
        page=page,
        written=message.written,
        verdict=verdict,
        parent=message.reply_to.id if message.reply_to else None,
        network=network,
        seen=seen,
        message=lambda: message,
        history=history,
    )
