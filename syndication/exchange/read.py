"""Documents → values. A document is read whole or refused: nothing is guessed or repaired.

What strangers chose (names, words, the addresses of their pages, dates) is read as it stands, so
that nobody can make a whole discussion unreadable: whoever shows it escapes and checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from syndication.exchange.files import continued_path, document_path
from syndication.exchange.node import Node, open_document
from syndication.exchange.nouns import (
    Discussion,
    IndexNow,
    Outbox,
    Site,
    comments_rule,
)
from syndication.exchange.utterances import picture, syndicated, utterance
from syndication.model import LABELS, Post


def parse_outbox(data: bytes | str, file: str = "outbox.json") -> Outbox:
    """Read an outbox whole. Raises `DocumentError`; a cut or halved document never parses."""
    node = open_document(data, file, "OrderedCollection")
    site = node.get("tertulia:site").url().rstrip("/")
    items = list(node.get("orderedItems").items())
    posts = tuple(_post(item) for item in items)
    _unique((post.path for post in posts), items, "url")
    _complete(node, len(posts))
    return Outbox(
        site=site,
        posts=posts,
        feeds=node.get("tertulia:feeds").mapping(Node.text),
        hubs=tuple(hub.url() for hub in node.get("tertulia:hubs").items()),
        index_now=_index_now(node.get("tertulia:indexNow")),
    )


def parse_discussion(
    data: bytes | str, file: str, follow: Callable[[str], bytes] | None = None
) -> Discussion:
    """Read a page's document, and with ``follow(path) -> bytes`` the pages that continue it.

    Without `follow` a long discussion is its first page. `file` ends with the document's path
    below discussion/. Raises `DocumentError`, and what `follow` raises.
    """
    node = open_document(data, file, "Collection")
    page = _own_page(node)
    items = list(node.get("items").items())
    following = _following(node, page, 2)
    number = 2
    while following and follow:
        part = open_document(follow(following), following, "CollectionPage")
        if part.get("tertulia:page").text() != page:
            raise part.get("tertulia:page").fail("belongs to another discussion")
        items += part.get("items").items()
        number += 1
        following = _following(part, page, number)
    messages = tuple(utterance(item) for item in items)
    _unique((message.id for message in messages), items, "id")
    if not following:
        _complete(node, len(messages))
    reactions = node.get("tertulia:reactions").mapping(Node.number)
    changed = node.get("updated")
    return Discussion(
        page=page,
        messages=messages,
        reactions={kind: number or 0 for kind, number in reactions.items()},
        copies=tuple(syndicated(item) for item in node.get("tertulia:copies").items()),
        changed=None if changed.value is None else changed.moment(),
    )


def parse_site(data: bytes | str, file: str = "site.json") -> Site:
    """Read site.json. Raises `DocumentError`."""
    node = open_document(data, file, "Organization")
    return Site(
        accounts=tuple(syndicated(item) for item in node.get("tertulia:accounts").items()),
        limits=node.get("tertulia:limits").mapping(_limits),
        endpoints=node.get("endpoints").mapping(Node.url),
        retention_days=node.get("tertulia:retentionDays").number(),
        contact=node.get("tertulia:contact").text(""),
        spam_service=node.get("tertulia:spamService").text(""),
        latest=tuple(
            (item.get("tertulia:page").text(), utterance(item))
            for item in node.get("tertulia:latest").items()
        ),
    )


def _own_page(node: Node) -> str:
    """The page this document is about, which must be the page its file is named after."""
    place = node.get("tertulia:page")
    page = place.name()
    try:
        path = document_path(page)
    except ValueError:
        raise place.fail("is not the path of a page") from None
    if not f"/{node.file}".endswith(f"/{path}"):
        raise place.fail("does not belong to this file: another page's document lies here")
    return page


def _following(node: Node, page: str, number: int) -> str:
    """The file that goes on; it can only be the next one, so no chain runs in a circle."""
    following = node.get("next")
    if following.value is not None and following.text() != continued_path(page, number):
        raise following.fail(f"must be page {number} of this discussion")
    return following.text("")


def _unique(names: Iterable[str], items: list[Node], key: str) -> None:
    seen: set[str] = set()
    for name, item in zip(names, items, strict=True):
        if name in seen:
            raise item.get(key).fail("is here twice")
        seen.add(name)


def _complete(node: Node, count: int) -> None:
    total = node.get("totalItems")
    if total.number() != count:
        says = "is missing" if total.value is None else f"says {total.value}"
        raise total.fail(f"{says}, but {count} are here: not the whole document")


def _index_now(node: Node) -> IndexNow | None:
    if node.value is None:
        return None
    return IndexNow(
        key=node.get("key").name(),
        key_url=node.get("keyLocation").url(),
        endpoints=tuple(endpoint.url() for endpoint in node.get("endpoints").items()),
    )


def _post(node: Node) -> Post:
    language, title = node.worded("name")
    networks = node.get("tertulia:networks")
    updated = node.get("updated")
    post = Post(
        url=node.get("url").url(),
        kind="article" if node.get("type").one_of("Article", "Page") == "Article" else "page",
        title=title,
        summary=node.worded("summary")[1],
        language=language,
        published=node.get("published").moment(),
        updated=None if updated.value is None else updated.moment(),
        tags=tuple(tag.get("name").text() for tag in node.get("tag").items()),
        pictures=tuple(picture(item, Node.url) for item in node.get("attachment").items()),
        aliases=tuple(_alias(item) for item in node.get("tertulia:aliases").items()),
        translations=node.get("tertulia:translations").mapping(Node.url),
        original=node.get("tertulia:original").flag(default=True),
        comments=_comments(node.get("tertulia:comments")),
        networks=None if networks.value is None else tuple(n.name() for n in networks.items()),
        texts=node.get("tertulia:texts").mapping(Node.text),
        labels=tuple(label.one_of(*LABELS) for label in node.get("tertulia:labels").items()),
        page_digest=node.get("tertulia:pageDigest").text(""),
    )
    digest = node.get("tertulia:digest")
    if digest.text() != post.digest:
        raise digest.fail("does not belong to this post: the document was changed by hand")
    return post


def _limits(node: Node) -> dict[str, int | bool | None]:
    if not isinstance(node.value, dict):
        raise node.fail("must be an object")
    for key, value in node.value.items():
        if value is not None and not isinstance(value, int):
            raise node.get(key).fail("must be a number, true, false or null")
    return dict(node.value)


def _alias(node: Node) -> str:
    path = node.text()
    if not path.startswith("/"):
        raise node.fail("must start with a slash")
    return path


def _comments(node: Node) -> str:
    text = node.text("open")
    try:
        if comments_rule(text) == text:
            return text
    except ValueError as error:
        raise node.fail(str(error)) from None
    raise node.fail("must be open, closed or a date like 2026-12-31")
