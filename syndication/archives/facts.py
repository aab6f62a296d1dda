"""What a site knows beside what was said: our copies, reactions, who is who, what is watched.

Only our own archive has it: each fact is a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syndication.archives.history import lean
from syndication.exchange.node import Node
from syndication.model import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What an account of ours said of a page, and what its network counts under it."""

    page: str  # `Page.key`
    account: str
    part: str
    ref: Ref
    text: str
    language: str
    sent: datetime
    reactions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A like, repost or bookmark that somebody's own page tells."""

    page: str
    account: str  # ours, which looks again whether it still stands there
    id: str
    source: str  # URL
    kind: str
    who: str  # id of whoever reacted: one person counts once


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A saved query."""

    kind: str
    query: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Two people of two networks are one, or are not."""

    authors: tuple[tuple[str, str], tuple[str, str]]  # (space, id) of both
    state: str  # same | apart
    evidence: str  # hand | rel-me | ""
    by: str  # staff
    at: datetime


Fact = Copied | Reacted | Watched | Related

COPY, REACTION, WATCH, PERSON = (
    "tertulia:Copy",
    "tertulia:Reaction",
    "tertulia:Watch",
    "tertulia:Relation",
)
KINDS = (COPY, REACTION, WATCH, PERSON)


def read(node: Node, kind: str) -> Fact:
    """The fact of a line. Raises `DocumentError`."""
    if kind == COPY:
        return _copied(node)
    if kind == REACTION:
        return Reacted(
            page=node.get("context").name(),
            account=node.get("tertulia:account").name(),
            id=node.get("id").name(),
            source=node.get("url").url(),
            kind=node.get("tertulia:kind").one_of("like", "repost", "bookmark"),
            who=node.get("attributedTo").name(),
        )
    if kind == WATCH:
        return Watched(
            kind=node.get("tertulia:kind").name(),
            query=node.get("content").name(),
            language=node.get("tertulia:language").text(""),
        )
    return _related(node)


def as_json(fact: Fact) -> dict[str, object]:
    """The line of a fact."""
    if isinstance(fact, Copied):
        return _copied_json(fact)
    if isinstance(fact, Reacted):
        return {
            "type": REACTION,
            "id": fact.id,
            "context": fact.page,
            "url": fact.source,
            "attributedTo": fact.who,
            "tertulia:kind": fact.kind,
            "tertulia:account": fact.account,
        }
    if isinstance(fact, Watched):
        return _watched_json(fact)
    return _related_json(fact)


def _copied(node: Node) -> Copied:
    language, text = node.worded("content")
    counts = node.get("tertulia:reactions").mapping(Node.number)
    return Copied(
        page=node.get("context").name(),
        account=node.get("tertulia:account").name(),
        part=node.get("tertulia:part").text("1"),
        ref=Ref(
            space=node.get("tertulia:space").name(),
            id=node.get("id").name(),
            url=node.get("url").text("") or None,
            local=node.get("tertulia:local").text("") or None,
        ),
        text=text,
        language=language,
        sent=node.get("published").moment(),
        reactions={kind: count or 0 for kind, count in counts.items()},
    )


def _copied_json(fact: Copied) -> dict[str, object]:
    words: dict[str, object] = {"content": fact.text}
    if fact.language:
        words = {"contentMap": {fact.language: fact.text}}
    facts: dict[str, object] = {
        "type": COPY,
        "id": fact.ref.id,
        "context": fact.page,
        "url": fact.ref.url,
        "published": fact.sent.isoformat(),
        "tertulia:space": fact.ref.space,
        "tertulia:local": fact.ref.local,
        "tertulia:account": fact.account,
        "tertulia:part": fact.part,
        "tertulia:reactions": dict(fact.reactions),
    }
    return lean(facts) | words


def _watched_json(fact: Watched) -> dict[str, object]:
    return lean(
        {
            "type": WATCH,
            "content": fact.query,
            "tertulia:kind": fact.kind,
            "tertulia:language": fact.language,
        }
    )


def _related(node: Node) -> Related:
    both = [(one.get("space").name(), one.get("id").name()) for one in node.get("items").items()]
    if len(both) != 2:
        raise node.get("items").fail("must be two people")
    return Related(
        authors=(both[0], both[1]),
        state=node.get("tertulia:state").one_of("same", "apart"),
        evidence=node.get("tertulia:evidence").one_of("hand", "rel-me", "", default=""),
        by=node.get("tertulia:by").text(""),
        at=node.get("published").moment(),
    )


def _related_json(fact: Related) -> dict[str, object]:
    return lean(
        {
            "type": PERSON,
            "items": [{"space": space, "id": id_} for space, id_ in fact.authors],
            "tertulia:state": fact.state,
            "tertulia:evidence": fact.evidence,
            "tertulia:by": fact.by,
            "published": fact.at.isoformat(),
        }
    )
