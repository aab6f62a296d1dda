"""People: who may not be listened to, for a wish wins; and who is the same person.

Words addressed to us or answering us are taken in. Words that merely talk about us are only for
listening, and only where their author has agreed to be found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from syndication.model import PUBLIC, Author, Message

_TAG = re.compile(r"<[^>]*>")
_NO_BOT = re.compile(r"#\s*no[\s_-]?(?:bots?|index|search|archive)\b", re.IGNORECASE)


def barred_from_listening(message: Message) -> str:
    """Why a message that a watch found must not be kept, or "" when it may be."""
    if message.visibility not in PUBLIC:
        return "not public"
    if message.author.indexable is not True:
        return "its author is not indexable"
    return opted_out(message.author)


def opted_out(author: Author) -> str:
    """Why this author's profile asks to be left alone by programs, or ""."""
    return "its author's profile says #nobot" if _NO_BOT.search(_plain(author.note)) else ""


def _plain(note: str) -> str:
    """Without markup, invisible characters and compatibility forms: a wish is a wish."""
    text = unicodedata.normalize("NFKC", _TAG.sub("", note))
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def one_person(
    same: Iterable[tuple[int, int]], *, apart: Collection[tuple[int, int]] = ()
) -> dict[int, int]:
    """author → the smallest author of the same person, for all who are named in `same`.

    Pairs are believed in their order; one that would make those of `apart` (each with the smaller
    id first) one person is not.
    """
    members: dict[int, set[int]] = {}
    for one, other in same:
        joined = members.setdefault(one, {one}) | members.setdefault(other, {other})
        if not any(first in joined and second in joined for first, second in apart):
            members.update(dict.fromkeys(joined, joined))
    return {author: min(person) for author, person in members.items()}
