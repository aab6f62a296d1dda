"""WordPress eXtended RSS 1.2, written: what a WordPress imports with ``Tools → Import``.

What WordPress has no word for stands in ``wp:commentmeta``, so that `wordpress` reads back the
same. E-mail and network addresses are empty: nothing here has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from syndication.archives.nouns import NOWHERE, Entry, Page, Record
from syndication.archives.wordpress import META_ID, META_NETWORK, META_SPACE
from syndication.model import PUBLIC, Verdict

STATES = {
    Verdict.APPROVE: "1",
    Verdict.HOLD: "0",
    Verdict.SPAM: "spam",
    Verdict.REJECT: "trash",
}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
_UNKNOWN_TO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def wxr(records: Iterable[Record], *, site: str, name: str, made: datetime) -> Iterator[bytes]:
    """An export of `site`: its pages as items, what was said in public as their comments.

    Pages come before their entries. Words that are kept off pages have no state there and are
    left out.
    """
    yield _HEAD.encode()
    yield _element("title", name) + _element("link", site)
    yield _element("pubDate", made.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"))
    yield _element("wp:wxr_version", "1.2")
    yield _element("wp:base_site_url", site) + _element("wp:base_blog_url", site)
    numbers: dict[str, str] = {}
    items = 0
    for record in records:
        if isinstance(record, Page):
            yield b"</item>\n" * bool(items)
            items += 1
            yield b"<item>\n" + _item(record, items)
        elif isinstance(record, Entry) and record.page != NOWHERE:
            yield b"".join(_comment(record, numbers))
    yield b"</item>\n" * bool(items) + b"</channel>\n</rss>\n"


def _item(page: Page, number: int) -> bytes:
    slug = unquote(urlsplit(page.urls[0]).path).strip("/").rpartition("/")[2]
    return b"".join(
        (
            _element("title", page.title),
            _element("link", page.urls[0]),
            f'<guid isPermaLink="true">{escape(page.urls[0])}</guid>\n'.encode(),
            _element("wp:post_id", str(number)),
            _element("wp:post_date", _moment(page.published)),
            _element("wp:post_date_gmt", _moment(page.published)),
            _element("wp:comment_status", "open"),
            _element("wp:post_name", slug.removesuffix(".html")),
            _element("wp:status", "publish"),
            _element("wp:post_type", "post"),
        )
    )


def _comment(entry: Entry, numbers: dict[str, str]) -> Iterator[bytes]:
    message = entry.message()
    if message.visibility not in PUBLIC:
        return
    moment = _moment(entry.written)
    yield b"<wp:comment>\n"
    yield _element("wp:comment_id", _number(entry.id, numbers))
    yield _element("wp:comment_author", message.author.name or message.author.handle)
    yield _element("wp:comment_author_email", "")
    yield _element("wp:comment_author_url", message.author.ref.url or "")
    yield _element("wp:comment_author_IP", "")
    yield _element("wp:comment_date", moment) + _element("wp:comment_date_gmt", moment)
    yield _element("wp:comment_content", message.words.html)
    yield _element("wp:comment_approved", STATES[entry.verdict])
    yield _element("wp:comment_type", "comment")
    parent = _number(entry.parent, numbers) if entry.parent else "0"
    yield _element("wp:comment_parent", parent) + _element("wp:comment_user_id", "0")
    for key, value in (
        (META_ID, entry.id),
        ("tertulia_parent", entry.parent),
        (META_SPACE, message.ref.space),
        (META_NETWORK, entry.network),
        ("tertulia_kind", message.kind),
        ("tertulia_url", message.ref.url),
    ):
        if value:
            yield b"<wp:commentmeta>" + _element("wp:meta_key", key)
            yield _element("wp:meta_value", value) + b"</wp:commentmeta>\n"
    yield b"</wp:comment>\n"


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _number(id_: str, numbers: dict[str, str]) -> str:
    """WordPress's comments have numbers, counted as they are first named."""
    return numbers.setdefault(id_, str(len(numbers) + 1))


def _element(name: str, text: str) -> bytes:
    return f"<{name}>{escape(_UNKNOWN_TO_XML.sub('', text))}</{name}>\n".encode()
