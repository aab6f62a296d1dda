"""The documents that the two halves exchange; standard library only.

``outbox.json`` goes from the site to the daemon, ``discussion/`` from the daemon to the site.
Both are ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-core/); what AS2 lacks is
prefixed ``tertulia:``. docs/exchange.md shows an example and a JSON Schema of each.

Invariants: the same value is always the same bytes; a file is replaced atomically and only when
its bytes change; whatever cannot be read raises `DocumentError` naming file and field, and no
reader ever returns half a document.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from syndication.model import Picture, Post

VERSION = 1
MESSAGES_PER_PAGE = 500
CONTEXT: list[object] = [
    "https://www.w3.org/ns/activitystreams",
    {"tertulia": "https://tertulia.example/ns#"},
]
T = TypeVar("T")


class DocumentError(ValueError):
    """A document that cannot be used: which file, which field, what is wrong with it."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(f"{file}: {place + ': ' if place else ''}{problem}")
        self.file, self.place, self.problem = file, place, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What one build for the public address has published, newest first."""

    site: str  # absolute URL without a trailing slash
    posts: tuple[Post, ...]
    feeds: Mapping[str, str] = field(default_factory=dict)  # feed URL → digest of its posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it, as the page shows them."""

    name: str
    url: str = ""
    handle: str = ""
    picture: str | None = None  # relative to discussion/: "pictures/HASH.webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One approved public message, or an answer of ours."""

    id: str
    url: str
    author: Speaker
    html: str  # sanitised when stored; whoever shows it sanitises it again
    published: datetime
    network: str
    kind: str = "reply"
    updated: datetime | None = None
    language: str = ""
    direction: str = ""  # ltr | rtl | "" (unknown: the page says auto)
    warning: str = ""
    pictures: tuple[Picture, ...] = ()  # urls relative to discussion/
    reply_to: str | None = None  # id of another utterance of this discussion
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Syndicated:
    """A copy of ours elsewhere: the page links to it and invites to reply there."""

    network: str
    account: str  # handle
    url: str
    reply_url: str = ""  # where a visitor can reply; empty: the same as url


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """All that a page shows of its conversation. Messages in reading order, parents first."""

    page: str  # URL path
    messages: tuple[Utterance, ...] = ()
    reactions: Mapping[str, int] = field(default_factory=dict)  # kind → how many
    copies: tuple[Syndicated, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing to show: such a page has no document."""
        return not (self.messages or self.copies or any(self.reactions.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Facts that the daemon knows and the build wants."""

    accounts: tuple[Syndicated, ...] = ()  # ours, for rel=me; url is the profile
    limits: Mapping[str, Mapping[str, int | bool | None]] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)  # what for → absolute URL
    retention_days: int | None = None  # how long words that nobody approved are kept
    contact: str = ""  # where a person asks for their words to be removed
    latest: tuple[tuple[str, Utterance], ...] = ()  # (page path, message), newest first


# --- files -----------------------------------------------------------------------------------


def document_path(page: str) -> str:
    """The file of a page below discussion/: ``/es/hola/`` → ``pages/es/hola/index.json``.

    Raises `ValueError` for a path that would leave the folder.
    """
    parts = page.lstrip("/").split("/")
    if any(part in ("..", ".") or "\0" in part or "\\" in part for part in parts):
        raise ValueError(f"not a page of a site: {page!r}")
    parts[-1] = (parts[-1] or "index") + ".json"
    return "/".join(["pages", *(part for part in parts if part)])


def continued_path(page: str, number: int) -> str:
    """The file of a long discussion's page `number`; 1 is `document_path` itself."""
    first = document_path(page)
    return first if number == 1 else f"{first.removesuffix('.json')}.{number}.json"


def replace_file(path: Path, data: bytes) -> bool:
    """Write `data` whole or not at all; False when the file already says exactly this.

    Raises `OSError` (full disk, read-only folder) with the old file untouched.
    """
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


# --- writing ---------------------------------------------------------------------------------


def outbox_bytes(outbox: Outbox) -> bytes:
    """outbox.json as bytes. 10,000 posts are about 11 MB."""
    return _bytes(
        {
            "@context": CONTEXT,
            "id": f"{outbox.site}/outbox.json",
            "type": "OrderedCollection",
            "tertulia:version": VERSION,
            "tertulia:site": outbox.site,
            "tertulia:feeds": dict(outbox.feeds),
            "totalItems": len(outbox.posts),
            "orderedItems": [_post_json(post) for post in outbox.posts],
        }
    )


def discussion_files(discussion: Discussion) -> dict[str, bytes]:
    """The files of one page below discussion/: the first, and one more every 500 messages."""
    total = len(discussion.messages)
    count = max(1, -(-total // MESSAGES_PER_PAGE))
    files = {}
    for number in range(1, count + 1):
        start = (number - 1) * MESSAGES_PER_PAGE
        part = discussion.messages[start : start + MESSAGES_PER_PAGE]
        value: dict[str, object] = {
            "@context": CONTEXT,
            "id": continued_path(discussion.page, number),
            "type": "Collection" if number == 1 else "CollectionPage",
            "tertulia:version": VERSION,
            "tertulia:page": discussion.page,
            "totalItems": total,
            "items": [_utterance_json(message) for message in part],
        }
        if number == 1:
            value["tertulia:reactions"] = {k: n for k, n in discussion.reactions.items() if n}
            value["tertulia:copies"] = [_syndicated_json(copy) for copy in discussion.copies]
        else:
            value["partOf"] = document_path(discussion.page)
        if number < count:
            value["next"] = continued_path(discussion.page, number + 1)
        files[continued_path(discussion.page, number)] = _bytes(value)
    return files


def site_bytes(site: Site) -> bytes:
    """site.json as bytes."""
    return _bytes(
        {
            "@context": CONTEXT,
            "type": "Organization",
            "tertulia:version": VERSION,
            "tertulia:accounts": [_syndicated_json(account) for account in site.accounts],
            "tertulia:limits": {name: dict(limits) for name, limits in site.limits.items()},
            "endpoints": dict(site.endpoints),
            "tertulia:retentionDays": site.retention_days,
            "tertulia:contact": site.contact,
            "tertulia:latest": [
                {"tertulia:page": page, **_utterance_json(message)} for page, message in site.latest
            ],
        }
    )


def _bytes(value: Mapping[str, object]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def _lean(value: dict[str, object]) -> dict[str, object]:
    """Without what says nothing, so that documents stay small and readable."""
    return {key: item for key, item in value.items() if item not in (None, "", [], {}, ())}


def _words(key: str, language: str, text: str) -> dict[str, object]:
    return {f"{key}Map": {language: text}} if language else {key: text}


def _picture_json(picture: Picture) -> dict[str, object]:
    return _lean(
        {
            "type": "Image",
            "url": picture.url,
            "name": picture.alt,
            "mediaType": picture.media_type,
            "tertulia:size": picture.size,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _post_json(post: Post) -> dict[str, object]:
    value = _lean(
        {
            "id": post.url,
            "url": post.url,
            "type": "Article" if post.kind == "article" else "Page",
            "published": post.published.isoformat(),
            "updated": post.updated.isoformat() if post.updated else None,
            "tag": [{"type": "Hashtag", "name": tag} for tag in post.tags],
            "attachment": [_picture_json(p) for p in post.pictures],
            "tertulia:aliases": list(post.aliases),
            "tertulia:translations": dict(post.translations),
            "tertulia:texts": dict(post.texts),
        }
    )
    return value | {
        **_words("name", post.language, post.title),
        **_words("summary", post.language, post.summary),
        "tertulia:original": post.original,
        "tertulia:comments": post.comments,
        "tertulia:networks": None if post.networks is None else list(post.networks),
        "tertulia:digest": post.digest,
    }


def _utterance_json(message: Utterance) -> dict[str, object]:
    author = message.author
    return _lean(
        {
            "id": message.id,
            "url": message.url,
            "type": "Note",
            "attributedTo": _lean(
                {
                    "type": "Person",
                    "name": author.name,
                    "url": author.url,
                    "preferredUsername": author.handle,
                    "icon": {"type": "Image", "url": author.picture} if author.picture else None,
                }
            ),
            **_words("content", message.language, message.html),
            "published": message.published.isoformat(),
            "updated": message.updated.isoformat() if message.updated else None,
            "summary": message.warning,
            "attachment": [_picture_json(p) for p in message.pictures],
            "inReplyTo": message.reply_to,
            "tertulia:network": message.network,
            "tertulia:kind": message.kind,
            "tertulia:direction": message.direction,
            "tertulia:ours": message.ours or None,
        }
    )


def _syndicated_json(copy: Syndicated) -> dict[str, object]:
    return _lean(
        {
            "type": "Link",
            "href": copy.url,
            "name": copy.account,
            "tertulia:network": copy.network,
            "tertulia:reply": copy.reply_url,
        }
    )


# --- reading ---------------------------------------------------------------------------------


class _Node:
    """One JSON value that knows where it stands, so that every complaint names the place."""

    def __init__(self, file: str, place: str, value: object) -> None:
        self.file, self.place, self.value = file, place, value

    def fail(self, problem: str) -> DocumentError:
        return DocumentError(self.file, self.place, problem)

    def get(self, key: str) -> _Node:
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        place = f"{self.place}.{key}" if self.place else key
        return _Node(self.file, place, self.value.get(key))

    def items(self) -> Iterator[_Node]:
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.fail("must be a list")
        for index, item in enumerate(self.value):
            yield _Node(self.file, f"{self.place}[{index}]", item)

    def text(self, default: str | None = None) -> str:
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str):
            raise self.fail("must be a text" if self.value is not None else "is missing")
        return self.value

    def one_of(self, *allowed: str) -> str:
        text = self.text()
        if text not in allowed:
            raise self.fail(f"{text!r} is not one of {', '.join(allowed)}")
        return text

    def number(self) -> int | None:
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise self.fail("must be a whole number")
        return self.value

    def url(self) -> str:
        text = self.text()
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise self.fail(f"{text!r} is not an absolute web address")
        return text

    def moment(self, required: bool = True) -> datetime | None:
        if self.value is None and not required:
            return None
        try:
            moment = datetime.fromisoformat(self.text())
        except ValueError as error:
            raise self.fail(f"is not a date: {error}") from None
        if moment.tzinfo is None:
            raise self.fail("is a date without a time zone")
        return moment

    def mapping(self, read: Callable[[_Node], T]) -> dict[str, T]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.fail("must be an object")
        return {key: read(self.get(key)) for key in self.value}

    def worded(self, key: str) -> tuple[str, str]:
        """(language, text) of ``keyMap`` or ``key``."""
        mapped = self.get(f"{key}Map").mapping(_Node.text)
        if mapped:
            return next(iter(mapped.items()))
        return "", self.get(key).text("")


def parse_outbox(data: bytes | str, file: str = "outbox.json") -> Outbox:
    """Read an outbox whole. Raises `DocumentError`; a cut or halved document never parses."""
    node = _document(data, file, "OrderedCollection")
    site = node.get("tertulia:site").url().rstrip("/")
    posts = tuple(_post(item) for item in node.get("orderedItems").items())
    _complete(node, len(posts))
    return Outbox(site=site, posts=posts, feeds=node.get("tertulia:feeds").mapping(_Node.text))


def parse_discussion(
    data: bytes | str, file: str, follow: Callable[[str], bytes] | None = None
) -> Discussion:
    """Read a page's document, and with ``follow(path) -> bytes`` the pages that continue it.

    Raises `DocumentError`, and what `follow` raises.
    """
    node = _document(data, file, "Collection")
    messages = [_utterance(item) for item in node.get("items").items()]
    seen, rest = {file}, node.get("next").text("")
    while rest and follow:
        if rest in seen:
            raise node.get("next").fail("the pages of this discussion run in a circle")
        seen.add(rest)
        page = _document(follow(rest), rest, "CollectionPage")
        messages += [_utterance(item) for item in page.get("items").items()]
        rest = page.get("next").text("")
    if not rest:
        _complete(node, len(messages))
    reactions = node.get("tertulia:reactions").mapping(_Node.number)
    return Discussion(
        page=node.get("tertulia:page").text(),
        messages=tuple(messages),
        reactions={kind: number or 0 for kind, number in reactions.items()},
        copies=tuple(_syndicated(item) for item in node.get("tertulia:copies").items()),
    )


def parse_site(data: bytes | str, file: str = "site.json") -> Site:
    """Read site.json. Raises `DocumentError`."""
    node = _document(data, file, "Organization")
    return Site(
        accounts=tuple(_syndicated(item) for item in node.get("tertulia:accounts").items()),
        limits=node.get("tertulia:limits").mapping(_limits),
        endpoints=node.get("endpoints").mapping(_Node.url),
        retention_days=node.get("tertulia:retentionDays").number(),
        contact=node.get("tertulia:contact").text(""),
        latest=tuple(
            (item.get("tertulia:page").text(), _utterance(item))
            for item in node.get("tertulia:latest").items()
        ),
    )


def _document(data: bytes | str, file: str, kind: str) -> _Node:
    try:
        value: Any = json.loads(data)
    except UnicodeDecodeError:
        raise DocumentError(file, "", "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}"
        raise DocumentError(file, place, f"is not whole JSON ({error.msg})") from None
    except RecursionError:
        raise DocumentError(file, "", "is nested too deeply") from None
    if not isinstance(value, dict) or "tertulia:version" not in value:
        raise DocumentError(file, "tertulia:version", "is missing: not a document of Tertulia")
    version = value["tertulia:version"]
    if version != VERSION:
        raise DocumentError(
            file,
            "tertulia:version",
            f"is {version!r}, this Tertulia reads {VERSION}: bring both halves to one release",
        )
    node = _Node(file, "", value)
    node.get("type").one_of(kind)
    return node


def _complete(node: _Node, count: int) -> None:
    total = node.get("totalItems")
    if total.number() != count:
        raise total.fail(f"says {total.value!r}, but {count} are here: not the whole document")


def _post(node: _Node) -> Post:
    language, title = node.worded("name")
    networks = node.get("tertulia:networks")
    post = Post(
        url=node.get("url").url(),
        kind="article" if node.get("type").one_of("Article", "Page") == "Article" else "page",
        title=title,
        summary=node.worded("summary")[1],
        language=language,
        published=_moment(node.get("published")),
        updated=node.get("updated").moment(required=False),
        tags=tuple(tag.get("name").text() for tag in node.get("tag").items()),
        pictures=tuple(_picture(item) for item in node.get("attachment").items()),
        aliases=_texts(node.get("tertulia:aliases")),
        translations=node.get("tertulia:translations").mapping(_Node.url),
        original=node.get("tertulia:original").value is not False,
        comments=_comments(node.get("tertulia:comments")),
        networks=None if networks.value is None else _texts(networks),
        texts=node.get("tertulia:texts").mapping(_Node.text),
    )
    digest = node.get("tertulia:digest")
    if digest.text() != post.digest:
        raise digest.fail("does not belong to this post: the document was changed by hand")
    return post


def _utterance(node: _Node) -> Utterance:
    author = node.get("attributedTo")
    language, html = node.worded("content")
    icon = author.get("icon")
    return Utterance(
        id=node.get("id").text(),
        url=node.get("url").text(""),
        author=Speaker(
            name=author.get("name").text(""),
            url=author.get("url").text(""),
            handle=author.get("preferredUsername").text(""),
            picture=None if icon.value is None else icon.get("url").text(),
        ),
        html=html,
        published=_moment(node.get("published")),
        network=node.get("tertulia:network").text(),
        kind=node.get("tertulia:kind").text("reply"),
        updated=node.get("updated").moment(required=False),
        language=language,
        direction=node.get("tertulia:direction").text(""),
        warning=node.get("summary").text(""),
        pictures=tuple(_picture(item) for item in node.get("attachment").items()),
        reply_to=node.get("inReplyTo").text("") or None,
        ours=node.get("tertulia:ours").value is True,
    )


def _syndicated(node: _Node) -> Syndicated:
    return Syndicated(
        network=node.get("tertulia:network").text(),
        account=node.get("name").text(""),
        url=node.get("href").text(),
        reply_url=node.get("tertulia:reply").text(""),
    )


def _picture(node: _Node) -> Picture:
    return Picture(
        url=node.get("url").text(),
        alt=node.get("name").text(""),
        media_type=node.get("mediaType").text(""),
        size=node.get("tertulia:size").number(),
        width=node.get("width").number(),
        height=node.get("height").number(),
    )


def _limits(node: _Node) -> dict[str, int | bool | None]:
    if not isinstance(node.value, dict):
        raise node.fail("must be an object")
    for key, value in node.value.items():
        if value is not None and not isinstance(value, int):
            raise node.get(key).fail("must be a number, true, false or null")
    return dict(node.value)


def _comments(node: _Node) -> str:
    text = node.text("open")
    if text not in ("open", "closed"):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise node.fail(f"{text!r} is not open, closed or a date like 2026-12-31") from None
    return text


def _moment(node: _Node) -> datetime:
    moment = node.moment()
    assert moment is not None
    return moment


def _texts(node: _Node) -> tuple[str, ...]:
    return tuple(item.text() for item in node.items())


def picture_paths(messages: Sequence[Utterance]) -> Iterator[str]:
    """Every picture (relative to discussion/) that these messages refer to."""
    for message in messages:
        if message.author.picture:
            yield message.author.picture
        yield from (picture.url for picture in message.pictures)
