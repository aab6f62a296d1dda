"""A person's wish wins: who may not be listened to.

Words addressed to us or answering us are taken in. Words that merely talk about us are only for
listening, and only where their author has agreed to be found.
"""

from __future__ import annotations

import re

from syndication.model import PUBLIC, Author, Message

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
    return "its author's profile says #nobot" if _NO_BOT.search(author.note) else ""
