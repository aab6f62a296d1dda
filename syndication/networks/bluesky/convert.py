"""Views of the AppView become nouns. Pure; about 0.2 ms a post.

A view is a record, as its author wrote it, with what the AppView knows of it: who wrote it, where
its pictures are, its labels and counts. Whatever may be missing is taken as missing. What lacks an
AT URI, an author or a date raises `Unreadable`, and nothing here raises anything else.

A post is named by its AT URI, a person by their DID: handles change, and somebody else may take an
old one, so addresses are built of DIDs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from syndication.model import WITHHELD, Author, Message, Reaction, Ref, Words
from syndication.networks.unreadable import Unreadable, guarded, name_of
from syndication.networks.values import JSON, mapping, number, text
from syndication.rules import markup
from syndication.rules.text import clean, one_line

from . import SPACE, embeds, labels, richtext
from .names import POST, WEB, AtUri, cid_of, is_did, is_handle, post_url, profile_url

__all__ = ["Manner", "Unreadable", "author", "message", "reactions", "ref"]

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NOTE = 2000  # characters of a profile's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one account's settings want posts to be read."""

    web: str = WEB  # where people look at posts: a base address
    withhold: frozenset[str] = frozenset()  # labels that keep words off the site, besides `ALWAYS`


@guarded
def message(
    view: JSON,
    manner: Manner,
    *,
    kind: str = "",
    note: str = "",
    hidden: Collection[str] = (),
    ours: str = "",
) -> Message:
    """A post view as the words of others.

    `kind` "": reply, quote or mention, as the post itself tells. `note`: what its author's profile
    says, where that is known. `hidden`: AT URIs that the thread's owner has hidden. `ours`: our
    DID; a quote out of which we took our post is hidden too. Raises `Unreadable`.
    """
    record = mapping(view["record"])
    named = ref(view, manner)
    quotes = embeds.quoted(record.get("embed"), space=SPACE, web=manner.web)
    reply_to = parent(record, manner)
    detached = quotes is not None and embeds.detached(view.get("embed"))
    withheld = (
        labels.withholds(view, manner.withhold)
        or named.id in hidden
        or (detached and quotes is not None and AtUri.parse(quotes.id).repo == ours)
    )
    words, links = _words(record, view, manner)
    return Message(
        ref=named,
        kind=kind or ("reply" if reply_to else "quote" if quotes else "mention"),
        author=author(mapping(view["author"]), manner, note=note),
        words=words,
        written=written(view, record),
        visibility=WITHHELD if withheld else "public",
        reply_to=reply_to,
        quotes=quotes,
        links=links,
        tags=tuple(one_line(tag) for tag in _tags(record)),
    )


@guarded
def ref(view: JSON, manner: Manner) -> Ref:
    """How a post is named; `local` is the cid, the digest of the very words that were seen."""
    return _ref(text(view["uri"]), view.get("cid"), manner)


def parent(record: JSON, manner: Manner) -> Ref | None:
    """What a record answers; None for what answers nothing that can be named."""
    return named(mapping(mapping(record.get("reply")).get("parent")), manner)


def root(record: JSON) -> str:
    """The AT URI of the thread that a record says it stands in, or ""."""
    return text(mapping(mapping(record.get("reply")).get("root")).get("uri"))


@guarded
def author(profile: JSON, manner: Manner, *, note: str = "") -> Author:
    """A person, as the AppView shows them. Raises `Unreadable` for what is no profile."""
    did = text(profile["did"])
    if not is_did(did):
        raise Unreadable("an account without a DID")
    said = text(profile.get("handle"))
    handle = said if is_handle(said) else did
    carried = labels.carried(profile)
    return Author(
        ref=Ref(space=SPACE, id=name_of(did), url=profile_url(did, web=manner.web)),
        name=one_line(text(profile.get("displayName"))) or one_line(handle),
        handle=handle,
        picture=markup.address(text(profile.get("avatar"))),
        indexable=labels.LOGGED_IN_ONLY not in carried,
        note=clean(note or text(profile.get("description")))[:_NOTE],
        bot=labels.AUTOMATED in carried,
    )


@guarded
def reactions(view: JSON, manner: Manner) -> tuple[Reaction, ...]:
    """How often one post of ours was liked and repeated."""
    on = ref(view, manner)
    counts = {
        "like": number(view.get("likeCount"), 0),
        "repost": number(view.get("repostCount"), 0),
    }
    return tuple(Reaction(on=on, kind=kind, count=count) for kind, count in counts.items() if count)


def hidden_replies(gate: Any) -> frozenset[str]:
    """The replies that the owner of a thread has hidden; `gate`: the view of its threadgate."""
    listed = mapping(mapping(gate).get("record")).get("hiddenReplies")
    return frozenset(uri for uri in (listed if isinstance(listed, list) else []) if text(uri))


def written(view: JSON, record: JSON) -> datetime:
    """When it was said: the AppView's order, which no date in the future and no nonsense upsets."""
    for said in (view.get("indexedAt"), record.get("createdAt")):
        try:
            return moment(text(said))
        except (ValueError, OverflowError):
            continue
    raise Unreadable("no date")


def moment_of(view: JSON) -> datetime:
    """What the AppView dates a view by; `LONG_AGO` where it does not, lest anything be skipped."""
    return moment_or_long_ago(text(view.get("indexedAt")))


def moment_or_long_ago(said: str) -> datetime:
    """`said` as a moment; `LONG_AGO` for what is none."""
    try:
        return moment(said)
    except (ValueError, OverflowError):
        return LONG_AGO


def moment(said: str) -> datetime:
    """An ISO 8601 date as an aware one in UTC. Raises ValueError, OverflowError."""
    parsed = datetime.fromisoformat(said)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def _words(record: JSON, view: JSON, manner: Manner) -> tuple[Words, tuple[str, ...]]:
    """What it says, and the addresses in it."""
    html = richtext.html_of(text(record.get("text")), record.get("facets"), web=manner.web)
    reduced = markup.read(html)
    card = embeds.card(record.get("embed"))
    if card and card[0] not in reduced.links:
        reduced = markup.read(html + embeds.card_html(*card))
    warnings = [label for label in labels.of_self(record) if not label.startswith("!")]
    words = Words(
        html=reduced.html,
        text=reduced.text,
        language=_language(record.get("langs")),
        warning=one_line(", ".join(warnings), 500),
        pictures=embeds.pictures(view.get("embed")),
    )
    links = (*reduced.links, *([card[0]] if card else []))
    return words, tuple(dict.fromkeys(links))


def _tags(record: JSON) -> tuple[str, ...]:
    return richtext.tags_of(record.get("facets"), record.get("tags"))


def _language(langs: Any) -> str:
    first = langs[0] if isinstance(langs, list) and langs else ""
    return one_line(text(first), 35)


def _ref(uri: str, cid: Any, manner: Manner) -> Ref:
    try:
        parsed = AtUri.parse(uri)
    except ValueError as error:
        raise Unreadable("not an AT URI") from error
    if parsed.collection != POST:
        raise Unreadable("not a post")
    return Ref(
        space=SPACE,
        id=name_of(uri),
        url=post_url(parsed.repo, parsed.rkey, web=manner.web),
        local=cid_of(cid),
    )


def named(strong: JSON, manner: Manner) -> Ref | None:
    """A strong reference of a record, which may name anything."""
    try:
        return _ref(text(strong.get("uri")), strong.get("cid"), manner)
    except Unreadable:
        return None
