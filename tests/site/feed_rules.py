"""What RFC 4287, RSS 2.0 and JSON Feed 1.1 demand of a document, as lists of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE_OF_FEED = ("id", "title", "updated")
ONCE_OF_ENTRY = ("id", "title", "updated")
AT_MOST_ONCE = ("content", "published", "rights", "source", "summary", "subtitle", "generator",
                "icon", "logo")  # fmt: skip
TEXTS = {"text", "html", "xhtml"}
RSS_ELEMENTS = {
    "channel": {"title", "link", "description", "language", "copyright", "managingEditor",
                "webMaster", "pubDate", "lastBuildDate", "category", "generator", "docs", "cloud",
                "ttl", "image", "rating", "textInput", "skipHours", "skipDays", "item"},
    "item": {"title", "link", "description", "author", "category", "comments", "enclosure",
             "guid", "pubDate", "source"},
}  # fmt: skip
MANY = {"item", "category"}
URL = {"type": "string", "pattern": r"^https?://[^\s]+$"}
DATE = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
AUTHOR = {
    "type": "object",
    "minProperties": 1,
    "properties": {"name": {"type": "string"}, "url": URL, "avatar": URL},
    "patternProperties": {"^_": True},
    "additionalProperties": False,
}
WORDS = {"type": "string", "minLength": 1}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": WORDS,
        "home_page_url": URL,
        "feed_url": URL,
        "description": WORDS,
        "user_comment": WORDS,
        "next_url": URL,
        "icon": URL,
        "favicon": URL,
        "authors": {"type": "array", "items": AUTHOR},
        "language": {"type": "string", "pattern": r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"},
        "expired": {"type": "boolean"},
        "hubs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "properties": {"type": WORDS, "url": URL},
                "additionalProperties": False,
            },
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": WORDS,
                    "url": URL,
                    "external_url": URL,
                    "title": WORDS,
                    "content_html": {"type": "string"},
                    "content_text": {"type": "string"},
                    "summary": WORDS,
                    "image": URL,
                    "banner_image": URL,
                    "date_published": DATE,
                    "date_modified": DATE,
                    "authors": {"type": "array", "items": AUTHOR},
                    "tags": {"type": "array", "items": WORDS, "uniqueItems": True},
                    "language": {"type": "string"},
                    "attachments": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["url", "mime_type"],
                            "properties": {
                                "url": URL,
                                "mime_type": {"type": "string", "pattern": "^[a-z]+/.+$"},
                                "title": WORDS,
                                "size_in_bytes": {"type": "integer", "minimum": 0},
                                "duration_in_seconds": {"type": "number"},
                            },
                            "additionalProperties": False,
                        },
                    },
                },
                "patternProperties": {"^_[A-Za-z]": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": {"^_[A-Za-z]": {"type": "object"}},
    "additionalProperties": False,
}


def atom_faults(data: bytes) -> list[str]:
    """What RFC 4287 would not let pass."""
    feed = etree.fromstring(data)
    if feed.tag != f"{ATOM}feed":
        return ["4.1.1: the root is no atom:feed"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_once(feed, ONCE_OF_FEED), *_links(feed), *_dates(feed), *_ids(entries)]
    if feed.find(f"{ATOM}author") is None and any(e.find(f"{ATOM}author") is None for e in entries):
        found.append("4.1.1: neither the feed nor each entry has an author")
    for person in feed.iter(f"{ATOM}author", f"{ATOM}contributor"):
        if not (person.findtext(f"{ATOM}name") or "").strip():
            found.append("3.2.1: a person without a name")
    for category in feed.iter(f"{ATOM}category"):
        if not category.get("term"):
            found.append("4.2.2.1: a category without a term")
    for entry in entries:
        found += [*_once(entry, ONCE_OF_ENTRY), *_links(entry), *_dates(entry), *_texts(entry)]
    return found


def rss_faults(data: bytes) -> list[str]:
    """What the RSS 2.0 specification would not let pass."""
    rss = etree.fromstring(data)
    channel = rss.find("channel")
    if rss.tag != "rss" or rss.get("version") != "2.0" or channel is None or len(rss) != 1:
        return ["the root is no rss 2.0 with one channel"]
    found = [f"channel without {name}" for name in ("title", "link", "description")
             if not channel.findtext(name)]  # fmt: skip
    guids = []
    for part in (channel, *channel.findall("item")):
        found += _rss_part(part)
    for item in channel.findall("item"):
        if not item.findtext("title") and not item.findtext("description"):
            found.append("an item with neither title nor description")
        guids.append(item.findtext("guid"))
        for enclosure in item.findall("enclosure"):
            if not (_is_url(enclosure.get("url")) and (enclosure.get("length") or "").isdigit()
                    and "/" in enclosure.get("type", "")):  # fmt: skip
                found.append(f"enclosure {dict(enclosure.attrib)}")
    if len(set(guids)) < len(guids):
        found.append("two items have the same guid")
    return found


def json_faults(document: Any) -> list[str]:
    """What the JSON Feed 1.1 specification would not let pass."""
    faults = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(JSON_FEED).iter_errors(document)
    ]
    ids = [item.get("id") for item in document.get("items", [])]
    return faults + (["two items have the same id"] if len(set(ids)) < len(ids) else [])


def _rss_part(part: Any) -> Iterator[str]:
    names = [child.tag for child in part if isinstance(child.tag, str) and child.tag[0] != "{"]
    for name in dict.fromkeys(names):
        if name not in RSS_ELEMENTS[part.tag]:
            yield f"{part.tag} has an element {name}"
        elif name not in MANY and names.count(name) > 1:
            yield f"{part.tag} has {name} more than once"
    for name in ("link", "comments"):
        if part.find(name) is not None and not _is_url(part.findtext(name)):
            yield f"{part.tag}: {name} is no address"
    for name in ("pubDate", "lastBuildDate"):
        if (text := part.findtext(name)) is not None and parsedate_to_datetime(text).tzinfo is None:
            yield f"{part.tag}: {name} has no zone"


def _once(element: Any, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if len(element.findall(ATOM + name)) != 1:
            yield f"4.1: {element.tag} has not exactly one {name}"
    for name in AT_MOST_ONCE:
        if len(element.findall(ATOM + name)) > 1:
            yield f"4.1: {element.tag} has {name} more than once"


def _links(element: Any) -> Iterator[str]:
    seen = set()
    for link in element.findall(f"{ATOM}link"):
        if not _is_url(link.get("href")):
            yield f"4.2.7: link to {link.get('href')!r}"
        if link.get("rel", "alternate") == "alternate":
            pair = (link.get("type"), link.get("hreflang"))
            if pair in seen:
                yield "4.1: two alternate links of one type and language"
            seen.add(pair)
    if element.tag == f"{ATOM}entry" and not seen and element.find(f"{ATOM}content") is None:
        yield "4.1.2: an entry without content needs an alternate link"


def _dates(element: Any) -> Iterator[str]:
    for name in ("updated", "published"):
        text = element.findtext(ATOM + name)
        if text is not None and (
            not re.fullmatch(DATE["pattern"], text) or datetime.fromisoformat(text).tzinfo is None
        ):
            yield f"3.3: {name} is {text!r}"


def _ids(entries: list[Any]) -> Iterator[str]:
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(set(ids)) < len(ids):
        yield "4.1.1: two entries with one id"
    for name in ids:
        if not name or not urlsplit(name).scheme:
            yield f"4.2.6: {name!r} is no IRI"


def _texts(entry: Any) -> Iterator[str]:
    for name in ("title", "summary", "content"):
        element = entry.find(ATOM + name)
        if element is None:
            continue
        if element.get("type", "text") not in TEXTS:
            yield f"3.1.1: {name} of type {element.get('type')}"
        elif len(element):
            yield f"3.1.1: {name} has child elements"


def _is_url(text: str | None) -> bool:
    return bool(re.fullmatch(URL["pattern"], text or ""))
