"""Text with facets becomes HTML. Pure; its cost grows with the length of the text alone.

A facet names a piece of the text by offsets in its UTF-8 bytes and says what it is: a link, a
mention, a hashtag. Servers check none of it. What lies outside the text, cuts a letter, overlaps
an earlier facet or leads nowhere is plain text here. The result still goes through
`rules.markup`, which has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from syndication.networks.values import JSON, mapping, mappings, text
from syndication.rules import markup

from .names import is_did, profile_url

LONGEST = 10_000  # characters; the network takes 3,000 bytes
FACETS = 200

_LINK = "app.bsky.richtext.facet#link"
_MENTION = "app.bsky.richtext.facet#mention"
_TAG = "app.bsky.richtext.facet#tag"

_CONTINUES = range(0x80, 0xC0)  # a byte in the middle of a letter
_SHOWN_ADDRESS = re.compile(r"\s*(?:https?://)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[:/?#…].*)?\s*", re.S)


class Span(NamedTuple):
    """A piece of the text that leads somewhere, by its bytes."""

    start: int
    end: int
    kind: str  # "" for a link, or the class of what it is: mention, hashtag
    href: str


def html_of(said: str, facets: Any, *, web: str) -> str:
    """The words as paragraphs with links; `web`: where people and hashtags are looked at."""
    raw = said[:LONGEST].encode("utf-8", "surrogatepass")
    out, at = [], 0
    for span in spans(raw, facets, web=web):
        out += [_plain(raw[at : span.start]), _link(_letters(raw[span.start : span.end]), span)]
        at = span.end
    out.append(_plain(raw[at:]))
    paragraphs = re.split(r"\n{2,}", "".join(out).strip("\n"))
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)


def tags_of(facets: Any, more: Any = None) -> tuple[str, ...]:
    """The hashtags of the facets and of the record's own list, without "#"."""
    found = [text(feature.get("tag")) for _, feature in _features(facets) if _kind(feature) == _TAG]
    found += [tag for tag in (more if isinstance(more, list) else [])[:FACETS] if text(tag)]
    return tuple(dict.fromkeys(tag.strip().lstrip("#＃") for tag in found if tag.strip("#＃ ")))


def spans(raw: bytes, facets: Any, *, web: str) -> list[Span]:
    """The pieces that lead somewhere, in the text's order, none within another."""
    found = []
    for index, feature in _features(facets):
        span = _span(raw, index, feature, web=web)
        if span is not None:
            found.append(span)
    found.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _features(facets: Any) -> Iterator[tuple[JSON, JSON]]:
    """(where, what) for each facet: the first of its features that is known."""
    for facet in mappings(facets, FACETS):
        for feature in mappings(facet.get("features"), 10):
            if _kind(feature) in (_LINK, _MENTION, _TAG):
                yield mapping(facet.get("index")), feature
                break


def _kind(feature: JSON) -> str:
    return text(feature.get("$type"))


def _span(raw: bytes, index: JSON, feature: JSON, *, web: str) -> Span | None:
    start, end = index.get("byteStart"), index.get("byteEnd")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(raw)):
        return None
    if any(at < len(raw) and raw[at] in _CONTINUES for at in (start, end)):
        return None
    kind, href = _destination(feature, web)
    return Span(start, end, kind, href) if href else None


def _destination(feature: JSON, web: str) -> tuple[str, str]:
    """(class, address) of a feature; no address where it leads nowhere."""
    if _kind(feature) == _MENTION:
        did = text(feature.get("did"))
        return "mention", profile_url(did, web=web) if is_did(did) else ""
    if _kind(feature) == _TAG:
        tag = text(feature.get("tag")).strip()
        safe = quote(tag.encode("utf-8", "replace"), safe="")
        return "hashtag", f"{web}/hashtag/{safe}" if tag else ""
    return "", markup.address(text(feature.get("uri"))) or ""


def _link(words: str, span: Span) -> str:
    shown = words.replace("\n", " ")
    if not span.kind and _misleads(shown, span.href):
        shown = span.href
    kind = f' class="{span.kind}"' if span.kind else ""
    return f'<a{kind} href="{escape(span.href)}">{escape(shown, quote=False)}</a>'


def _misleads(words: str, href: str) -> bool:
    """Do the words look like an address on another host than the one that they lead to?"""
    looks = _SHOWN_ADDRESS.fullmatch(words)
    if looks is None:
        return False
    shown, real = looks[1].casefold(), (urlsplit(href).hostname or "").casefold()
    return shown.removeprefix("www.") != real.removeprefix("www.")


def _letters(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _plain(raw: bytes) -> str:
    return escape(_letters(raw).replace("\r\n", "\n"), quote=False)
