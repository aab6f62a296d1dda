"""WordPress eXtended RSS, versions 1.0 to 1.2: ``Tools → Export`` of a WordPress.

Comments stand within their item; pingbacks and trackbacks become mentions. What our own archive
adds (`writing_wxr`) lies in ``wp:commentmeta``, so that nothing is taken in twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from syndication.archives import wording
from syndication.archives.elements import elements, local, texts
from syndication.archives.nouns import SPACE, ArchiveError, Entry, Page, Reading, Record
from syndication.model import Message, Ref, Verdict

ITEM = "rss/channel/item"
SITE = "rss/channel/base_site_url"
_OF_ITEM = ("title", "link", "guid", "post_name", "post_id")
WANTED = {SITE, ITEM, f"{ITEM}/comment", *(f"{ITEM}/{name}" for name in _OF_ITEM)}

META_ID, META_SPACE, META_NETWORK = "tertulia_id", "tertulia_space", "tertulia_network"
VERDICTS = {
    "1": Verdict.APPROVE,
    "approve": Verdict.APPROVE,
    "0": Verdict.HOLD,
    "hold": Verdict.HOLD,
    "spam": Verdict.SPAM,
    "trash": Verdict.REJECT,
    "post-trashed": Verdict.REJECT,
}
KINDS = {
    "": "comment",
    "comment": "comment",
    "review": "comment",
    "pingback": "mention",
    "trackback": "mention",
    "webmention": "mention",
}
"""Types of comments that are said to everybody: plugins keep likes and staff's notes in others."""


def read(path: Path, reading: Reading) -> Iterator[Record]:
    """The items that have comments, and these. Raises `ArchiveError`."""
    home = reading.home
    about: dict[str, str] = {}
    number, commented = 0, False
    for place, element in elements(path, WANTED, reading):
        name = place.rpartition("/")[2]
        if place == SITE:
            home = (element.text or "").strip().rstrip("/") or home
        elif name == "comment" and texts(element).get("comment_type", "") not in KINDS:
            reading.counts["others"] += 1
        elif name == "comment":
            commented = True
            yield _entry(path, element, str(number), home, reading)
        elif place == ITEM:
            if commented:
                yield _page(str(number), about)
            about, number, commented = {}, number + 1, False
        else:
            about.setdefault(name, (element.text or "").strip())


def _page(key: str, about: dict[str, str]) -> Page:
    urls = tuple(url for url in (about.get("link"), about.get("guid")) if url)
    return Page(key=key, urls=urls, slug=about.get("post_name", ""), title=about.get("title", ""))


def _entry(path: Path, element: Element, page: str, home: str, reading: Reading) -> Entry:
    about = texts(element)
    number = about.get("comment_id", "")
    if not number:
        raise ArchiveError(path, f"item {int(page) + 1}", "a comment has no wp:comment_id")
    meta = _meta(element)
    parent = about.get("comment_parent", "0")
    reading.counts["emails"] += bool(about.get("comment_author_email"))
    reading.counts["addresses"] += bool(about.get("comment_author_IP"))
    # Under the names of our own archive the answered one is named there too.
    own = {"id": meta.get(META_ID), "parent": meta.get("tertulia_parent")}
    return Entry(
        id=own["id"] or _name(home, number),
        page=page,
        written=_written(path, number, about),
        verdict=VERDICTS.get(about.get("comment_approved", "1"), Verdict.HOLD),
        parent=own["parent"] if own["id"] else _name(home, parent) if parent != "0" else None,
        network=meta.get(META_NETWORK) or SPACE,
        message=lambda: _message(path, home, about, meta, reading),
    )


def _message(
    path: Path, home: str, about: dict[str, str], meta: dict[str, str], reading: Reading
) -> Message:
    number = about["comment_id"]
    id_ = meta.get(META_ID) or _name(home, number)
    url = about.get("comment_author_url", "")
    kind = meta.get("tertulia_kind") or KINDS[about.get("comment_type", "")]
    user, mail = about.get("comment_user_id", "0"), about.get("comment_author_email", "").lower()
    known_by = f"{home} user {user}" if user not in ("", "0") else f"mailto:{mail}" if mail else ""
    author = reading.author(id_, about.get("comment_author", ""), known_by=known_by, url=url)
    address = meta.get("tertulia_url") or (author.ref.url if kind == "mention" else None)
    words_of = wording.from_html if META_ID in meta else wording.from_lines
    return Message(
        ref=Ref(space=meta.get(META_SPACE) or SPACE, id=id_, url=address),
        kind=kind,
        author=author,
        words=words_of(about.get("comment_content", "")),
        written=_written(path, number, about),
    )


def _meta(element: Element) -> dict[str, str]:
    pairs = (texts(child) for child in element if local(child) == "commentmeta")
    return {pair.get("meta_key", ""): pair.get("meta_value", "") for pair in pairs}


def _name(home: str, number: str) -> str:
    """A comment's global name: its address below the front page, whatever its article is called."""
    return f"{home}/#comment-{number}"


def _written(path: Path, number: str, about: dict[str, str]) -> datetime:
    for key in ("comment_date_gmt", "comment_date"):
        try:
            return datetime.fromisoformat(about.get(key, "")).replace(tzinfo=UTC)
        except ValueError:
            continue  # "0000-00-00 00:00:00": not known
    raise ArchiveError(path, f"comment {number}", "has no date like 2019-05-01 10:00:00")
