"""After a lost answer: is it there? Servers that ignore idempotency keys make this necessary.

Our own statuses are read, newest first. One is the draft if it answers the same status and says the
same words, as far as a server leaves words alone, or if it carries the same permalink.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import regex

from syndication.model import Draft, Ref
from syndication.networks.contract import Unavailable
from syndication.rules import markup
from syndication.rules.text import atoms

from . import convert
from .errors import Missing
from .home import Home
from .server import segment

PAGE = 40  # statuses a request
PAGES = 10
OLDEST = timedelta(days=30)

_ANCHOR = regex.compile(r"<a [^>]*>(?![@#＃])[^<]*</a>")
_NO_LETTER = regex.compile(r"[^\p{L}\p{N}]+")


class Finder:
    """Looks through what one account of ours has said."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def find(self, draft: Draft) -> Ref | None:
        """The status that `draft` became, or None. Raises what reading raises."""
        try:
            parent = self._home.local(draft.reply_to) if draft.reply_to else None
        except Missing:
            return None
        linked: Ref | None = None
        path = f"/api/v1/accounts/{segment(self._home.me.ref.local or '')}/statuses"
        after: dict[str, str] = {}
        for _ in range(PAGES):
            answer = self._home.server.get(path, limit=PAGE, exclude_reblogs=True, **after)
            if not isinstance(answer.value, list):
                raise Unavailable(f"{self._home.server.host} sent something unreadable")
            for status in answer.value:
                if not _answers(status, parent):
                    continue
                if same_words(status, draft):
                    return convert.ref(status)
                if linked is None and carries(status, draft.url):
                    linked = convert.ref(status)
            oldest = answer.links.get("next", {}).get("max_id")
            if linked or not oldest or self._too_old(answer.value):
                return linked
            after = {"max_id": oldest}
        return linked

    def _too_old(self, statuses: list[Mapping[str, Any]]) -> bool:
        """Is the last of them older than anything that we could be looking for?"""
        if not statuses:
            return False
        written = convert.moment(statuses[-1]["created_at"])
        return self._home.server.now() - written > OLDEST


def same_words(status: Mapping[str, Any], draft: Draft) -> bool:
    """Do both say the same, whatever the server made of addresses, mentions and blanks?"""
    html = _ANCHOR.sub(" ", markup.reduce(str(status.get("content") or "")))
    said = _letters(markup.plain(html))
    return bool(said) and said == _letters(draft.text)


def carries(status: Mapping[str, Any], url: str) -> bool:
    """Is the permalink in it?"""
    return bool(url) and url in markup.links(str(status.get("content") or ""))


def _answers(status: Mapping[str, Any], parent: str | None) -> bool:
    answered = status.get("in_reply_to_id")
    return (None if answered is None else str(answered)) == parent


def _letters(text: str) -> str:
    """Letters and digits alone, without addresses and without the server in a mention."""
    kept = []
    for atom in atoms(text):
        if atom.kind == "mention":
            kept.append(atom.text.split("@")[1])
        elif atom.kind != "url":
            kept.append(atom.text)
    return _NO_LETTER.sub("", " ".join(kept)).casefold()
