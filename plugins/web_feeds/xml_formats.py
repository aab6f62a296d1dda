"""What Atom and RSS have in common: their vocabularies, how XML is escaped, elements of both. Pure.

Text and attributes are free of characters that XML forbids (`addresses.sayable`).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from .nouns import Entry, Feed, Format

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:thr="http://purl.org/syndication/thread/1.0"'
    ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
)
GENERATOR = "Tertulia"


def text(said: str) -> str:
    """`said` between two tags. A bare carriage return would be read as a line's end."""
    return escape(said, quote=False).replace("\r", "&#13;")


def quoted(said: str) -> str:
    """`said` as an attribute's value, with its quotes. Bare ends of lines would be read as
    spaces."""
    value = text(said).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{value}"'


def summary(entry: Entry) -> str:
    """The summary of an entry as the HTML that both formats take."""
    return text(escape(entry.summary, quote=False))


def language(tag: str) -> str:
    """The attribute that says in which language an element is; "" where nobody knows."""
    return f" xml:lang={quoted(tag)}" if tag else ""


def explanation(feed: Feed) -> str:
    """What a feed is, and a link that works, in elements that every browser shows."""
    where = f" lang={quoted(feed.language)}{language(feed.language)}"
    link = f"<h:a href={quoted(feed.home)}>{text(feed.back)}</h:a>"
    return f"<h:p{where}>{text(feed.note)} {link}</h:p>"


def links_of_feed(feed: Feed, form: Format, prefix: str = "") -> str:
    """Where the feed is, and the hubs that tell of news in it; Atom's links, in RSS too."""
    where = f'href={quoted(feed.urls[form])} type="{form.media_type}"'
    own = f'<{prefix}link rel="self" {where}/>'
    hubs = [f'<{prefix}link rel="hub" href={quoted(hub)}/>' for hub in feed.hubs]
    return own + "".join(hubs)


def answer(entry: Entry) -> str:
    """What an entry replies to, as RFC 4685 says it; "" where it is an answer to nothing."""
    if not (above := entry.parent):
        return ""
    where = f"ref={quoted(above.id)} href={quoted(above.url)}"
    return f'<thr:in-reply-to {where} type="text/html"/>'


def document(root: str, styles: Mapping[str, str]) -> bytes:
    """The bytes of a feed, which names its style sheets: hrefs by type."""
    named = "".join(
        f'<?xml-stylesheet type="{kind}" href="{href}"?>' for kind, href in styles.items()
    )
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{named}{root}\n".encode()
