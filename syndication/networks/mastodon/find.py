"""After a lost answer: is it there? Servers that ignore idempotency keys make this necessary.

Our own statuses are read, newest first. One is the draft if it answers the same status, says the
same words, as far as a server leaves words alone, and carries the same permalink where the draft
has one: every week's menu may be told in the same words, and staff may share an article by hand.
A status that was edited since is known by its permalink alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

import regex

from syndication.model import Draft, Ref
from syndication.networks.contract import Unavailable
from syndication.networks.unreadable import guarded
from syndication.networks.values import JSON
from syndication.rules import markup
from syndication.rules.discovery import site_paths
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
        path = f"/api/v1/accounts/{segment(self._home.me.ref.local or '')}/statuses"
        after: dict[str, str] = {}
        for _ in range(PAGES):
            answer = self._home.server.get(path, limit=PAGE, exclude_reblogs=True, **after)
            try:
                if found := _first(answer.value, draft, parent):
                    return found
                written = _oldest(answer.value)
            except convert.Unreadable as error:
                # What cannot be read might be it: to look again is better than to say it twice.
                raise Unavailable(f"{self._home.server.host} sent something unreadable") from error
            below = answer.links.get("next", {}).get("max_id")
            too_old = written is not None and self._home.server.now() - written > OLDEST
            if not below or too_old:
                return None
            after = {"max_id": below}
        return None


@guarded
def _first(statuses: list[JSON], draft: Draft, parent: str | None) -> Ref | None:
    """The newest of `statuses` that is `draft`."""
    for status in statuses:
        if convert.parent_id(status) == (parent or "") and _is(status, draft):
            return convert.ref(status)
    return None


@guarded
def _oldest(statuses: list[JSON]) -> datetime | None:
    """When the last of them was written."""
    return convert.moment(statuses[-1]["created_at"]) if statuses else None


def _is(status: JSON, draft: Draft) -> bool:
    if not draft.url:
        return same_words(status, draft)
    edited = bool(status.get("edited_at"))
    return carries(status, draft.url) and (edited or same_words(status, draft))


def same_words(status: JSON, draft: Draft) -> bool:
    """Do both say the same, whatever the server made of addresses, mentions and blanks?"""
    html = _ANCHOR.sub(" ", markup.reduce(str(status.get("content") or "")))
    said = _letters(markup.plain(html))
    return bool(said) and said == _letters(draft.text)


def carries(status: JSON, url: str) -> bool:
    """Is the permalink in it, in whatever spelling a server gives it?"""
    path = unquote(urlsplit(url).path) or "/"
    return path in site_paths(markup.links(str(status.get("content") or "")), url)


def _letters(text: str) -> str:
    """Letters and digits alone, without addresses and without the server in a mention."""
    kept = []
    for atom in atoms(text):
        if atom.kind == "mention":
            kept.append(atom.text.split("@")[1])
        elif atom.kind != "url":
            kept.append(atom.text)
    return _NO_LETTER.sub("", " ".join(kept)).casefold()
