"""A page's conversation: rows become the `Discussion` that its document carries.

What is shown: approved public messages that are still there, and our answers, whatever network they
are on (`reading_order`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndication.exchange import Discussion, Speaker, Syndicated, Utterance
from syndication.model import CopyState, Picture, Words
from syndication.rules.direction import direction
from syndication.rules.sameness import Speech, said
from syndication.steps.our_words import answer_html, followed
from syndication.steps.reading_order import reading_order
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    accounts,
    arrivals,
    copies,
    messages,
    people,
    persons,
    pictures,
)
from syndication.store.accounts import StoredAccount
from syndication.store.copies import Copy
from syndication.store.messages import StoredMessage
from syndication.store.people import StoredAuthor
from syndication.store.pictures import StoredPicture
from syndication.store.posts import StoredPost

OURSELVES = 0
"""All our accounts are one person, and nobody else's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that one page shows, as rows."""

    messages: Mapping[int, StoredMessage]
    words: Mapping[int, Words]  # of the revision that was approved
    edited: Mapping[int, datetime]  # when those words replaced earlier ones
    authors: Mapping[int, StoredAuthor]
    accounts: Mapping[str, StoredAccount]
    persons: Mapping[int, int]  # author → who they are, for those who are on several networks

    def is_ours(self, author: StoredAuthor) -> bool:
        """Is this one of our own accounts?"""
        return any(account.ref_id == author.ref_id for account in self.accounts.values())

    def speeches(self) -> dict[str, Speech]:
        """Ref.id → who said what, so that what was said on several networks is told once."""
        return {m.ref_id: self._speech(m) for m in self.messages.values()}

    def _speech(self, message: StoredMessage) -> Speech:
        author = message.author_id
        ours = self.is_ours(self.authors[author])
        return Speech(
            author=author,
            person=OURSELVES if ours else self.persons.get(author, author),
            network=message.network,
            said=said(self.words[message.id]),
        )

    def picture_urls(self) -> set[str]:
        """Pictures of others that the page would show, by where their servers have them."""
        urls = {a.shown_picture for a in self.authors.values() if a.shown_picture}
        for words in self.words.values():
            urls.update(picture.url for picture in words.pictures)
            urls.update(words.emojis.values())
        for author in self.authors.values():
            urls.update((author.shown_emojis or {}).values())
        return urls


def shown_of(tx: Transaction, stored: Iterable[StoredMessage]) -> Shown:
    """What may be shown of these messages, with words and authors."""
    visible = {message.id: message for message in stored if message.visible}
    wanted = [(m.id, m.shown) for m in visible.values() if m.shown is not None]
    return Shown(
        messages=visible,
        words={id_: words for (id_, _), words in messages.words(tx, wanted).items()},
        edited=messages.edited(tx, wanted),
        authors=people.by_id(tx, (m.author_id for m in visible.values())),
        persons=persons.grouped(tx, {m.author_id for m in visible.values()}),
        accounts=accounts.all_accounts(tx),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What one page shows, what it would like to show, and what is worth looking into."""

    discussion: Discussion
    pictures: frozenset[str] = frozenset()  # URLs of others' pictures that it would like
    alike: frozenset[tuple[int, int]] = frozenset()  # authors who may be one person


def conversation_of(site: Site, tx: Transaction, post: StoredPost) -> Conversation:
    """What the page of `post` shows."""
    stored = messages.of_post(tx, post.id)
    posted = copies.of_posts(tx, [post.id])
    counted = arrivals.reactions_of(tx, [post.id])
    if not (stored or posted or counted):
        return Conversation(discussion=Discussion(page=post.path))
    twice = messages.told_twice(tx, (m for m in stored if m.visible))
    shown = shown_of(tx, (m for m in stored if m.id not in twice))
    wanted = shown.picture_urls()
    files = pictures.by_url(tx, wanted)
    ours = [c for c in posted if c.ref and c.state in (CopyState.PUBLISHED, CopyState.UPDATING)]
    syndicated = [c for c in ours if c.source.startswith("post:")]
    # Nobody is invited to an account that left the settings: what is said there reaches no one.
    heard = [c for c in syndicated if c.account in site.accounts and c.part == "1"]
    answers = [c for c in ours if c.source.startswith("answer:") and _in_place(c, stored)]
    parents = {message.ref_id: message.reply_to for message in stored}
    parents |= {c.ref.id: c.draft.reply_to.id for c in answers if c.ref and c.draft.reply_to}
    others = _beside(shown, stored)
    utterances = [utterance(site, shown, message, files) for message in others]
    utterances += [_answer(site, shown, copy) for copy in answers]
    reading = reading_order(utterances, parents, shown.speeches())
    discussion = Discussion(
        page=post.path,
        messages=reading.messages,
        reactions=_sum([counted, *copies.reactions_of(tx, (c.id for c in syndicated)).values()]),
        copies=tuple(_syndicated(site, shown, c) for c in heard),
    )
    return Conversation(discussion=discussion, pictures=frozenset(wanted), alike=reading.alike)


def _in_place(answer: Copy, stored: Iterable[StoredMessage]) -> bool:
    """Our answer stands under what it answers, so it stands nowhere while that is withheld.

    What was erased is not withheld: then the answer hangs on what is left of the thread.
    """
    return all(m.visible for m in stored if m.id == answer.answers_id)


def _beside(shown: Shown, stored: Iterable[StoredMessage]) -> list[StoredMessage]:
    """The messages to show. Answers of ours that a file brought are messages: see `_in_place`."""
    withheld = {m.ref_id for m in stored if not m.visible}
    return [
        message
        for message in shown.messages.values()
        if message.reply_to not in withheld or not shown.is_ours(shown.authors[message.author_id])
    ]


def utterance(
    site: Site, shown: Shown, message: StoredMessage, files: Mapping[str, StoredPicture]
) -> Utterance:
    """One message of others as the page shows it: words, name and face as they were approved."""
    words = shown.words[message.id]
    author = shown.authors[message.author_id]
    ours = shown.is_ours(author)
    portrait = files.get(author.shown_picture or "")
    emojis = {**(author.shown_emojis or {}), **words.emojis}
    return Utterance(
        id=message.ref_id,
        url=message.url or "",
        author=Speaker(
            name=site.name if ours else author.shown_name or author.handle,
            url=author.url or "",
            handle=author.handle,
            picture=portrait.file if portrait else None,
        ),
        html=followed(words.html) if ours else words.html,
        published=message.written,
        network=message.network,
        kind=message.kind,
        updated=shown.edited.get(message.id),
        language=words.language,
        direction=direction(words.text),
        warning=words.warning,
        pictures=tuple(_own_pictures(words.pictures, files)),
        emojis={
            code: found.file
            for code, url in emojis.items()
            if (found := files.get(url)) and found.file
        },
        reply_to=message.reply_to,
        ours=ours,
    )


def _answer(site: Site, shown: Shown, copy: Copy) -> Utterance:
    """What we said to somebody, in our own name."""
    assert copy.ref is not None and copy.sent_at is not None  # noqa: S101, PT018 - published
    account = shown.accounts.get(copy.account)
    network = site.networks.get(account.network) if account else None
    return Utterance(
        id=copy.ref.id,
        url=copy.ref.url or "",
        author=Speaker(
            name=site.name,
            url=account.url if account else "",
            handle=account.handle if account else "",
        ),
        html=answer_html(copy),
        published=copy.sent_at,
        network=network.name if network else "",
        language=copy.draft.language,
        direction=direction(copy.draft.text),
        reply_to=copy.draft.reply_to.id if copy.draft.reply_to else None,
        ours=True,
    )


def _syndicated(site: Site, shown: Shown, copy: Copy) -> Syndicated:
    account = shown.accounts.get(copy.account)
    network = site.networks.get(account.network) if account else None
    url = copy.ref.url or "" if copy.ref else ""
    return Syndicated(
        network=account.network if account else "",
        account=account.handle if account else copy.account,
        url=url,
        reply_url=network.reply_url(url) if network and network.reply_url else "",
    )


def _own_pictures(
    wanted: Sequence[Picture], files: Mapping[str, StoredPicture]
) -> Iterable[Picture]:
    for picture in wanted:
        found = files.get(picture.url)
        if found and found.file:
            yield Picture(
                url=found.file,
                alt=picture.alt,
                media_type="image/webp",
                width=found.width,
                height=found.height,
            )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for kind, number in each.items():
            total[kind] = total.get(kind, 0) + number
    return total
