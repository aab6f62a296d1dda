"""What people said → entries. Their words come sanitised from `article.discussion`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

from .addresses import absolute, sayable
from .nouns import Entry, Parent, Person

# RSS does not say whether a title is text or HTML, so a stranger's name must not be able to be it.
NO_MARKUP = str.maketrans("<>", "‹›")
Titled = Callable[[str], str]  # a person's name → what an entry of theirs is called


def said_under(discussion: Any) -> Iterator[tuple[Any, Any]]:
    """(message, the message that it answers or None) for all of a discussion, all its parts."""
    for number in range(1, discussion.parts + 1):
        yield from _walk(discussion.part(number).messages, None)


def _walk(messages: Iterable[Any], parent: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [(message, parent) for message in messages]
    while waiting:
        message, above = waiting.pop()
        yield message, above
        waiting += [(answer, message) for answer in message.replies]


def newest_first(entries: Iterable[Entry], most: int | None) -> tuple[Entry, ...]:
    """The newest `most` entries; of one moment, in an order that every build finds again."""
    ordered = sorted(entries, key=lambda entry: (entry.published, entry.id), reverse=True)
    return tuple(ordered[:most])


def entry_of(
    message: Any, *, page: str, page_id: str, titled: Titled, parent: Any = None, language: str = ""
) -> Entry:
    """The entry of one message on the page at the URL `page`, whose own entry is `page_id`."""
    author = Person(name=sayable(message.author.name), url=sayable(message.author.url))
    above = f"#{parent.id}" if parent else ""
    return Entry(
        id=f"{page_id}#{message.id}",
        url=f"{page}#{message.id}",
        title=sayable(titled(author.name.translate(NO_MARKUP))),
        html=sayable(absolute(_words(message), page)),
        summary="",
        published=message.published,
        updated=max(message.updated or message.published, message.published),
        authors=(author,),
        language=message.language or language,
        parent=Parent(id=f"{page_id}{above}", url=f"{page}{above or '#discussion'}"),
    )


def _words(message: Any) -> str:
    """The words, behind their warning if they have one, and their pictures."""
    pictures = "".join(
        f'<p><img src="{escape(picture.url)}" alt="{escape(picture.alt)}"{_size(picture)}></p>'
        for picture in message.pictures
    )
    words = f"{message.html}{pictures}"
    if message.direction == "rtl":
        words = f'<div dir="rtl">{words}</div>'
    if not message.warning:
        return words
    return f"<details><summary>{escape(message.warning)}</summary>{words}</details>"


def _size(picture: Any) -> str:
    if not picture.width or not picture.height:
        return ""
    return f' width="{picture.width}" height="{picture.height}"'
