"""What we say ourselves, as pages show it: the same bytes wherever it was stored."""

from __future__ import annotations

import html
import re

from syndication.rules import markup
from syndication.store.copies import Copy

_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_FOR_STRANGERS = f' rel="{markup.REL}"'


def answer_html(copy: Copy) -> str:
    """What an answer of ours says, without the name that only its network needs."""
    return followed(markup.reduce(_as_html(_without_greeting(copy.draft.text))))


def followed(words: str) -> str:
    """Reduced HTML of ours: where we link to is meant."""
    return words.replace(_FOR_STRANGERS, "")


def _without_greeting(text: str) -> str:
    """Our answer without the "@name" that only the network needs."""
    return re.sub(r"^(?:@\S+\s+)+", "", text)


def _as_html(text: str) -> str:
    """Plain words as paragraphs, with their links."""
    linked, end = [], 0
    for match in _URL.finditer(text):
        url = html.escape(match[0])
        linked += [html.escape(text[end : match.start()]), f'<a href="{url}">{url}</a>']
        end = match.end()
    linked.append(html.escape(text[end:]))
    paragraphs = "".join(linked).strip().split("\n\n")
    return "".join(f"<p>{p.strip().replace(chr(10), '<br>')}</p>" for p in paragraphs if p.strip())
