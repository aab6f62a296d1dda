"""What became of an entry since it was taken in: every wording, every decision, who agreed to what.

Only our own archive has it. Read and written here, so that both sides stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from syndication.archives import wording
from syndication.exchange.node import Node
from syndication.model import Decision, Picture, Verdict, Words
from syndication.rules import markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One wording of a message."""

    words: Words
    edited: datetime | None  # as its network says
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One decision, and the version (1, 2, …) that it is about."""

    decision: Decision
    version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the writer of a comment of our own form agreed to."""

    notice: str  # digest of the notice
    language: str  # in which they are spoken to
    at: datetime
    link: str  # digest of their private page's token: the page opens again


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is known of an entry beside what a page shows."""

    first_seen: datetime
    versions: tuple[Version, ...]
    judgements: tuple[Judgement, ...]
    shown: int | None  # the version that the page shows
    verdict: Verdict  # on the newest version
    names: tuple[str, ...] = ()  # other addresses of the same words
    consent: Consent | None = None


def read(node: Node) -> History:
    """That of a note of our own archive. Raises `DocumentError`."""
    judgements = tuple(_judgement(item) for item in node.get("tertulia:decisions").items())
    versions = tuple(_version(item) for item in node.get("tertulia:versions").items())
    if not (judgements and versions):
        raise node.get("tertulia:versions").fail("needs a version and a decision at least")
    shown = node.get("tertulia:shown")
    if any(not 1 <= one.version <= len(versions) for one in judgements):
        raise node.get("tertulia:decisions").fail("speak of a version that is not there")
    if shown.value is not None and not 1 <= (shown.number() or 0) <= len(versions):
        raise shown.fail("is no version of this note")
    consent = node.get("tertulia:consent")
    return History(
        first_seen=node.get("tertulia:firstSeen").moment(),
        versions=versions,
        judgements=judgements,
        shown=shown.number(),
        verdict=Verdict(node.get("tertulia:newest").one_of(*Verdict)),
        names=tuple(name.name() for name in node.get("tertulia:names").items()),
        consent=None if consent.value is None else _consent(consent),
    )


def fields(history: History) -> dict[str, object]:
    """What a note of our archive says of it."""
    consent = history.consent
    return {
        "tertulia:firstSeen": history.first_seen.isoformat(),
        "tertulia:versions": [
            lean(
                {
                    **content(version.words),
                    "updated": version.edited.isoformat() if version.edited else None,
                    "tertulia:firstSeen": version.seen.isoformat(),
                }
            )
            for version in history.versions
        ],
        "tertulia:decisions": [_judgement_json(one) for one in history.judgements],
        "tertulia:shown": history.shown,
        "tertulia:newest": history.verdict,
        "tertulia:names": list(history.names),
        "tertulia:consent": consent
        and {
            "tertulia:notice": consent.notice,
            "tertulia:language": consent.language,
            "published": consent.at.isoformat(),
            "tertulia:link": consent.link,
        },
    }


def content(said: Words) -> dict[str, object]:
    """Words with all that belongs to them."""
    words = {"contentMap": {said.language: said.html}} if said.language else {}
    return {
        **(words or {"content": said.html}),
        "summary": said.warning,
        "attachment": [_picture(picture) for picture in said.pictures],
        "tag": emojis(said.emojis),
    }


def emojis(known: Mapping[str, str]) -> list[dict[str, object]]:
    """Custom emojis, by their names."""
    pairs = sorted(known.items())
    return [
        {"type": "Emoji", "name": f":{code}:", "icon": {"type": "Image", "url": url}}
        for code, url in pairs
    ]


def read_words(node: Node, said: Words, language: str) -> Words:
    """`said` with the warning, pictures and emojis of a note."""
    return Words(
        html=said.html,
        text=said.text,
        language=language,
        warning=markup.escape_plain(node.get("summary").text(""), 500),
        pictures=tuple(_read_picture(item) for item in node.get("attachment").items()),
        emojis=read_emojis(node),
    )


def read_emojis(node: Node) -> dict[str, str]:
    """Its custom emojis: name → address of the picture."""
    tags: Iterable[Node] = node.get("tag").items()
    return {tag.get("name").name().strip(":"): tag.get("icon").get("url").url() for tag in tags}


def lean(value: dict[str, object]) -> dict[str, object]:
    """`value` without what says nothing."""
    return {key: item for key, item in value.items() if item not in (None, "", [], {})}


def _version(node: Node) -> Version:
    language, source = node.worded("content")
    edited = node.get("updated")
    return Version(
        words=read_words(node, wording.from_html(source), language),
        edited=None if edited.value is None else edited.moment(),
        seen=node.get("tertulia:firstSeen").moment(),
    )


def _judgement(node: Node) -> Judgement:
    decision = Decision(
        verdict=Verdict(node.get("tertulia:verdict").one_of(*Verdict)),
        by=node.get("tertulia:by").name(),
        rule=node.get("tertulia:rule").text(""),
        trace=tuple(line.text() for line in node.get("tertulia:trace").items()),
        reason=node.get("summary").text(""),
    )
    version = node.get("tertulia:version").number() or 0
    return Judgement(decision=decision, version=version, at=node.get("published").moment())


def _judgement_json(one: Judgement) -> dict[str, object]:
    decision = one.decision
    return lean(
        {
            "tertulia:verdict": decision.verdict,
            "tertulia:version": one.version,
            "tertulia:by": decision.by,
            "tertulia:rule": decision.rule,
            "tertulia:trace": list(decision.trace),
            "summary": decision.reason,
            "published": one.at.isoformat(),
        }
    )


def _consent(node: Node) -> Consent:
    return Consent(
        notice=node.get("tertulia:notice").text(""),
        language=node.get("tertulia:language").name(),
        at=node.get("published").moment(),
        link=node.get("tertulia:link").name(),
    )


def _picture(picture: Picture) -> dict[str, object]:
    return lean(
        {
            "type": "Image",
            "url": picture.url,
            "name": picture.alt,
            "mediaType": picture.media_type,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _read_picture(node: Node) -> Picture:
    return Picture(
        url=node.get("url").url(),
        alt=node.get("name").text(""),
        media_type=node.get("mediaType").text(""),
        width=node.get("width").number(),
        height=node.get("height").number(),
    )
