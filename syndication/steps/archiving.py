"""Archive: everything that was said on the site's pages, as records of an archive.

Held, rejected and spam are in it with what was decided: it is for the owner of the site, not for
the site. Not in it: what was erased, what its author took back or nobody knows to be there, what
was said in private, and words that belong to no article. Of words that were edited it has those
that the page shows, or else the newest.

One moment of the database is read, page by page: memory holds one page's conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from syndication.archives import Deleted, Entry, Page, Tombstone
from syndication.archives.nouns import Record
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
from syndication.steps.conversation import answer_html
from syndication.steps.importing import RULE
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, messages, people, posts, tombstones
from syndication.store.accounts import StoredAccount
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor
from syndication.store.posts import StoredPost

ANSWER = "answer:"
"""How the source of a copy begins that answers somebody."""


def records(site: Site, tx: Transaction) -> Iterator[Record]:
    """Tombstones, then each page that has a conversation and what was said there, oldest first."""
    for digest in tombstones.digests(tx):
        yield Tombstone(digest=digest)
    ours = accounts.all_accounts(tx)
    former: dict[int, list[str]] = {}
    for path, post_id in sorted(posts.all_paths(tx).items()):
        former.setdefault(post_id, []).append(path)
    for post in posts.everything(tx):
        said = copies.of_posts(tx, [post.id])
        stored = messages.of_post(tx, post.id)
        entries = [*_messages(tx, post, stored, said), *_answers(site, post, said, ours)]
        paths = [path for path in former.get(post.id, []) if path != post.path]
        if not entries:
            continue
        yield Page(
            key=post.url,
            urls=(post.url, *paths),
            title=post.title,
            published=post.published,
        )
        yield from sorted(entries, key=lambda entry: (entry.written, entry.id))
        yield from _taken_back(post, stored)


def _taken_back(post: StoredPost, stored: Sequence[StoredMessage]) -> Iterator[Deleted]:
    """Where something stood that is not there any more: answers to it hang on what is above."""
    for one in stored:
        if one.visibility in PUBLIC and one.upstream != Upstream.LIVE:
            yield Deleted(id=one.ref_id, page=post.url, parent=one.reply_to)


def _messages(
    tx: Transaction, post: StoredPost, found: Sequence[StoredMessage], said: Sequence[Copy]
) -> Iterator[Entry]:
    # What answers the article where we announced it answers the article.
    announcements = {c.ref.id for c in said if c.ref and not c.source.startswith(ANSWER)}
    stored = [m for m in found if _belongs(m)]
    wanted = {m.id: (m.id, m.shown or m.revision) for m in stored}
    words = messages.words(tx, wanted.values())
    edited = messages.edited(tx, wanted.values())
    authors = people.by_id(tx, (m.author_id for m in stored))
    seen = messages.sightings_of(tx, wanted)
    for one in stored:
        yield _entry(
            post,
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
        )


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
            yield _entry(post, Verdict.APPROVE, message, network=account.network, seen=seen)


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
    post: StoredPost,
    verdict: Verdict,
    message: Message,
    *,
    network: str,
    seen: tuple[tuple[str, str | None], ...],
) -> Entry:
    return Entry(
        id=message.ref.id,
        page=post.url,
        written=message.written,
        verdict=verdict,
        parent=message.reply_to.id if message.reply_to else None,
        network=network,
        seen=seen,
        message=lambda: message,
    )
