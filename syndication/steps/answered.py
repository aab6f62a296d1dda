"""What a visitor is about to answer: who said it, and how it begins."""

from __future__ import annotations

from dataclasses import dataclass

from syndication.model import CopyState
from syndication.rules.text import one_line
from syndication.steps.conversation import shown_of, utterance
from syndication.steps.site import Site
from syndication.store import Transaction, copies, messages
from syndication.store.posts import StoredPost

BEGINNING = 280  # graphemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Words that the page shows, as plain text."""

    name: str
    text: str  # one line, its end cut off
    language: str


def answered(site: Site, tx: Transaction, post: StoredPost, ref_id: str) -> Answered | None:
    """What has this Ref.id on the page of `post`, if the page shows it.

    Cost: a few queries by key, however long the conversation is.
    """
    if not ref_id:
        return None
    stored = [one for one in messages.of_ref(tx, ref_id) if one.post_id == post.id]
    shown = shown_of(tx, stored)
    for message in shown.messages.values():
        words = shown.words[message.id]
        speaker = utterance(site, shown, message, {}).author
        return _told(speaker.name, words.warning or words.text, words.language)
    return _of_ours(site, tx, post, ref_id)


def _of_ours(site: Site, tx: Transaction, post: StoredPost, ref_id: str) -> Answered | None:
    for space in {network.space for network in site.networks.values()}:
        copy = copies.by_ref(tx, space, [ref_id]).get(ref_id)
        if copy and copy.post_id == post.id and copy.state == CopyState.PUBLISHED:
            return _told(site.name, copy.draft.text, copy.draft.language)
    return None


def _told(name: str, text: str, language: str) -> Answered:
    beginning = one_line(text, BEGINNING)
    cut = len(beginning) < len(one_line(text, BEGINNING + 1))
    return Answered(name=name, text=f"{beginning}…" if cut else beginning, language=language)
