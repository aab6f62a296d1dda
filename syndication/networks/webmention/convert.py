"""A page that speaks of ours becomes a Message, or a reaction to be counted. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from syndication.model import Author, Message, Picture, Ref, Words
from syndication.networks.webmention.page import (
    Item,
    Page,
    all_items,
    first_text,
    is_a,
    text_of,
    urls_of,
    values,
)
from syndication.rules import markup
from syndication.rules.mentions import host_of, same_address, source_of, web_address
from syndication.rules.text import graphemes

FITTING = 1_500
"""Graphemes of an answer that stand on our page; longer ones are told by their summary."""
EXCERPT = 300
"""Graphemes of a summary, of a mention, and of what has to be cut."""
MOST_PICTURES = 4

_RELATIONS = (
    ("repost-of", "repost"),
    ("like-of", "like"),
    ("bookmark-of", "bookmark"),
    ("in-reply-to", "reply"),
    ("quotation-of", "quote"),
)
_ENTRIES = ("h-entry", "h-event", "h-cite", "h-review", "h-recipe", "h-resume", "h-item")
REACTIONS = frozenset({"repost", "like", "bookmark"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """How a page speaks of one of ours."""

    kind: str  # reply | rsvp | quote | mention | like | repost | bookmark
    entry: tuple[Item, ...]  # the entry that does so, and what it stands in; empty: only the page


def speaking_of(page: Page, target: str) -> Speaking:
    """What relation a page that links to `target` has to it."""
    paths = [path for path in all_items(page.items) if is_a(path[0], *_ENTRIES)]
    for path in paths:
        for name, kind in _RELATIONS:
            if _points(values(path[0], name), target):
                answered = kind == "reply" and values(path[0], "rsvp")
                return Speaking(kind="rsvp" if answered else kind, entry=path)
    for path in paths:
        for answer in values(path[0], "comment"):
            if _own_answer(answer, page) and _points(values(answer, "in-reply-to"), target):
                return Speaking(kind="reply", entry=(answer,))
    linking = [path for path in paths if _mentions(path[0], target)]
    if linking or len(paths) == 1:
        return Speaking(kind="mention", entry=(linking or paths)[0])
    return Speaking(kind="mention", entry=())


def message(
    page: Page, said: Speaking, author: Author, *, ref: Ref, target: str, now: datetime
) -> Message:
    """The words of a page, as much of them as fits on ours."""
    entry = said.entry[0] if said.entry else {}
    url = web_address(first_text(entry, "url")) or page.url
    written = min(_moment(first_text(entry, "published")) or now, now)
    edited = _moment(first_text(entry, "updated"))
    return Message(
        ref=Ref(space=ref.space, id=ref.id, url=url, local=target),
        kind=said.kind,
        author=author,
        words=_words(page, said, entry),
        written=written,
        edited=min(edited, now) if edited and edited > written else None,
        links=(target,),
        names=tuple(dict.fromkeys(_names(page, entry, ref))),
        reply_to=_answered(said, entry, target, ref.space),
    )


def _answered(said: Speaking, entry: Item, target: str, space: str) -> Ref | None:
    """What else an answer answers, beside our page: somebody's words there, as a rule."""
    if said.kind not in ("reply", "rsvp"):
        return None
    named = (url for value in values(entry, "in-reply-to") for url in urls_of(value))
    # One of ours with a fragment is a message that stands there.
    others = (url for url in named if "#" in url or not same_address(url, target))
    found = next(filter(None, map(web_address, others)), None)
    return Ref(space=space, id=found, url=found) if found else None


def _words(page: Page, said: Speaking, entry: Item) -> Words:
    content = next(iter(values(entry, "content")), "")
    whole = content.get("html", "") if isinstance(content, Mapping) else _escaped(content)
    language = text_of(content.get("lang", "")) if isinstance(content, Mapping) else ""
    read = markup.read(whole if isinstance(whole, str) else "")
    if said.kind == "rsvp":
        reply = f"RSVP: {first_text(entry, 'rsvp').lower()[:20]}"
        read = markup.read(f"<p>{html.escape(reply)}</p>{read.html}")
    too_long = len(graphemes(read.text)) > FITTING
    if said.kind == "mention" or too_long or not read.text.strip():
        read = markup.read(_in_short(page, entry, read.text))
    return Words(
        html=read.html,
        text=read.text,
        language=(language or page.language)[:35],
        pictures=tuple(_pictures(entry)) if said.kind != "mention" else (),
    )


def _in_short(page: Page, entry: Item, text: str) -> str:
    """Title and summary, or the beginning of the words; as HTML."""
    title = markup.escape_plain(first_text(entry, "name") or page.title, 200)
    summary = _cut(first_text(entry, "summary") or text)
    if title and " ".join(summary.split()).startswith(" ".join(title.split()).rstrip("…")):
        title = ""  # an entry without a title is named by its beginning
    kept = [part for part in (title, summary) if part]
    return "".join(f"<p>{html.escape(part)}</p>" for part in kept or [page.url])


def _cut(text: str) -> str:
    """The beginning of a text, ended at a word."""
    letters = graphemes(" ".join(text.split()))
    if len(letters) <= EXCERPT:
        return "".join(letters)
    return "".join(letters[:EXCERPT]).rpartition(" ")[0].rstrip(",;:–—- ") + "…"


def _pictures(entry: Item) -> Sequence[Picture]:
    found = []
    for value in values(entry, "photo")[:MOST_PICTURES]:
        url = web_address(text_of(value))
        alt = value.get("alt", "") if isinstance(value, Mapping) else ""
        if url:
            found.append(Picture(url=url, alt=markup.escape_plain(str(alt), 1_500)))
    return found


def _names(page: Page, entry: Item, ref: Ref) -> Sequence[str]:
    """Other addresses of the same words: canonical ones, and copies on networks."""
    found = [text_of(v) for name in ("url", "uid", "syndication") for v in values(entry, name)]
    found += [str(url) for url in page.rels.get("canonical") or ()]
    found += [*page.activities, page.url, source_of(ref.id)]
    at_most = [web_address(name) for name in found[:20]]
    # An AT Protocol address is no web address, and names a post all the same.
    return [n for n in at_most if n] + [n for n in found[:20] if n.startswith("at://")]


def _points(named: Sequence[Any], target: str) -> bool:
    return any(same_address(url, target) for value in named for url in urls_of(value))


def _own_answer(value: Any, page: Page) -> bool:
    """Is this a comment on the page that its own people wrote, as far as it says?"""
    if not (isinstance(value, Mapping) and is_a(value, *_ENTRIES)):
        return False
    urls = (url for writer in values(value, "author") for url in urls_of(writer))
    return all(host_of(url) in ("", host_of(page.url)) for url in urls)


def _mentions(entry: Item, target: str) -> bool:
    """Does the entry's content link there?"""
    for value in values(entry, "content"):
        inner = value.get("html", "") if isinstance(value, Mapping) else ""
        if any(same_address(link, target) for link in markup.links(str(inner))):
            return True
    return False


def _moment(text: str) -> datetime | None:
    """A date as people write it in microformats; None where it is none."""
    try:
        found = datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        return None
    try:
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except OverflowError:
        return None


def _escaped(value: Any) -> str:
    return html.escape(text_of(value))
