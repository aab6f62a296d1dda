"""Disqus's export in XML: threads (pages), then posts (comments), each naming its thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from syndication.archives import wording
from syndication.archives.elements import attribute, elements, local, texts
from syndication.archives.nouns import (
    SPACE,
    ArchiveError,
    Deleted,
    Entry,
    Page,
    Reading,
    Record,
)
from syndication.model import Message, Ref, Verdict

THREAD, POST = "disqus/thread", "disqus/post"


def read(path: Path, reading: Reading) -> Iterator[Record]:
    """Its threads and posts. Raises `ArchiveError`."""
    for place, element in elements(path, {THREAD, POST}, reading):
        yield _page(element) if place == THREAD else _post(path, element, reading)


def _page(element: Element) -> Page:
    about = texts(element)
    urls = tuple(url for url in (about.get("link", ""), about.get("id", "")) if "/" in url)
    # An identifier that is no address may be the article's short name.
    slug = "" if "/" in about.get("id", "") else about.get("id", "")
    return Page(key=attribute(element, "id"), urls=urls, slug=slug, title=about.get("title", ""))


def _post(path: Path, element: Element, reading: Reading) -> Entry | Deleted:
    about = texts(element)
    children = {local(child): child for child in element}
    number = attribute(element, "id")
    if not number:
        raise ArchiveError(path, "a post", "has no dsq:id")
    page = attribute(children.get("thread"), "id")
    above = attribute(children.get("parent"), "id")
    parent = _name(above) if above else None
    if about.get("isDeleted") == "true":
        return Deleted(id=_name(number), page=page, parent=parent)
    author = texts(children["author"]) if "author" in children else {}
    reading.counts["emails"] += bool(author.get("email"))
    reading.counts["addresses"] += bool(about.get("ipAddress"))
    written = _written(path, number, about.get("createdAt", ""))
    return Entry(
        id=_name(number),
        page=page,
        written=written,
        verdict=_verdict(about),
        parent=parent,
        message=lambda: _message(number, about.get("message", ""), author, written, reading),
    )


def _message(
    number: str, source: str, author: dict[str, str], written: datetime, reading: Reading
) -> Message:
    user, mail = author.get("username", ""), author.get("email", "").lower()
    known_by = f"disqus:{user}" if user else f"mailto:{mail}" if mail else ""
    url = author.get("link", "")
    return Message(
        ref=Ref(space=SPACE, id=_name(number)),
        kind="comment",
        author=reading.author(
            _name(number), author.get("name", "") or user, known_by=known_by, url=url
        ),
        words=wording.from_lines(wording.straight(source)),
        written=written,
    )


def _verdict(about: dict[str, str]) -> Verdict:
    if about.get("isSpam") == "true":
        return Verdict.SPAM
    return Verdict.HOLD if about.get("isApproved") == "false" else Verdict.APPROVE


def _name(number: str) -> str:
    return f"disqus:{number}"


def _written(path: Path, number: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArchiveError(
            path, f"post {number}", "has no date like 2014-05-01T10:00:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
