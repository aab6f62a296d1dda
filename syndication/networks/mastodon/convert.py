"""JSON of the Mastodon API becomes nouns. Pure; about 0.2 ms a status.

Servers differ and lie: whatever may be missing is taken as missing, every id becomes a `str`, HTML
becomes the small subset, plain text loses its controls, addresses are checked. What lacks an id, an
author or a date raises `Unreadable`, and nothing here raises anything else: `guarded` sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from syndication.model import (
    PUBLIC,
    Author,
    Limits,
    Message,
    Picture,
    Profile,
    Reaction,
    Ref,
    Words,
)
from syndication.networks.unreadable import Unreadable, guarded, name_of
from syndication.networks.values import JSON, mapping, mappings, number, text
from syndication.rules import markup
from syndication.rules.text import clean, one_line

from . import instance as about

__all__ = ["Unreadable", "author", "message", "profile", "reactions", "ref"]

SPACE = "activitypub"
PICTURES, EMOJIS, TAGS, POLL = 16, 100, 60, 50  # more of them are nobody's words
_NOT_PUBLIC = frozenset({"private", "direct", "local", "list", "mutuals_only"})

Parents = Mapping[str, Ref]
"""What is known of the statuses that others answer: the server's own id → Ref."""


@guarded
def message(status: JSON, *, domain: str, parents: Parents, kind: str = "") -> Message:
    """A status as the words of others.

    `domain` completes the handles of local accounts. `kind` "": reply, quote or mention, as the
    status itself tells. Raises `Unreadable`.
    """
    quoted = quotes(status)
    reply_to = parent(status, parents, domain=domain)
    reduced = markup.read(_html(status))
    return Message(
        ref=ref(status),
        kind=kind or ("reply" if reply_to else "quote" if quoted else "mention"),
        author=author(status["account"], domain=domain),
        words=Words(
            html=reduced.html,
            text=reduced.text,
            language=one_line(text(status.get("language")), 35),
            warning=one_line(text(status.get("spoiler_text")), 500),
            pictures=pictures(status.get("media_attachments")),
            emojis=emojis(status.get("emojis")),
        ),
        written=moment(status["created_at"]),
        edited=moment(status["edited_at"]) if status.get("edited_at") else None,
        visibility=visibility(status),
        reply_to=reply_to,
        quotes=quoted,
        links=reduced.links,
        tags=tuple(_tag_names(status.get("tags"))),
    )


@guarded
def ref(status: JSON) -> Ref:
    """How a status is named: its ActivityPub id, and what this server calls it."""
    uri = name_of(text(status["uri"]) or text(status.get("url")))
    return Ref(
        space=SPACE,
        id=uri,
        url=markup.address(text(status.get("url"))) or markup.address(uri),
        local=local_id(status),
    )


@guarded
def local_id(thing: JSON) -> str:
    """What this server calls a status, an account, a notification: many write it as a number."""
    return name_of(thing["id"])


def parent(status: JSON, parents: Parents, *, domain: str) -> Ref | None:
    """What a status answers. Where only this server's id is known, its API address names it."""
    local = parent_id(status)
    if not local:
        return None
    unknown = Ref(space=SPACE, id=f"https://{domain}/api/v1/statuses/{local}", local=local)
    return parents.get(local, unknown)


@guarded
def parent_id(status: JSON) -> str:
    """This server's id of what a status answers, "" for what answers nothing."""
    local = status.get("in_reply_to_id")
    return "" if local is None or local == "" else name_of(local)


def quotes(status: JSON) -> Ref | None:
    """What a status quotes, where its author allowed it."""
    quote = status.get("quote")
    if not isinstance(quote, Mapping):
        return None
    if quote.get("state", "accepted") != "accepted":
        return None
    quoted = quote.get("quoted_status", quote)
    return ref(quoted) if isinstance(quoted, Mapping) and quoted.get("uri") else None


def visibility(status: JSON) -> str:
    """Who may read it; what does not say so is taken as private."""
    if status.get("local_only") is True:
        return "local"
    said = text(status.get("visibility"))
    return said if said in PUBLIC or said in _NOT_PUBLIC else "private"


@guarded
def author(account: JSON, *, domain: str) -> Author:
    """A person, as this server shows them. Raises `Unreadable` for what is no account."""
    name = text(account.get("display_name")) or text(account.get("username"))
    picture = markup.address(text(account.get("avatar_static") or account.get("avatar")))
    return Author(
        ref=account_ref(account),
        name=one_line(name) or "?",
        handle=handle(account, domain=domain),
        picture=None if picture and picture.endswith("/missing.png") else picture,
        emojis=emojis(account.get("emojis")),
        indexable=indexable(account),
        note=markup.plain(text(account.get("note")))[:2000],
        bot=account.get("bot") is True,
    )


def account_ref(account: JSON) -> Ref:
    """How an account is named: its ActivityPub id where the server tells it, else its page."""
    url = text(account.get("url"))
    id_ = name_of(text(account.get("uri")) or url)
    return Ref(space=SPACE, id=id_, url=markup.address(url), local=local_id(account))


def handle(account: JSON, *, domain: str) -> str:
    """The handle with its server, without a leading "@"."""
    acct = one_line(text(account.get("acct")) or text(account["username"]), 320)
    return acct if "@" in acct else f"{acct}@{domain}"


def indexable(account: JSON) -> bool | None:
    """May this person be found by those they did not address? None: their server does not say."""
    if account.get("noindex") is True:
        return False
    said = account.get("indexable")
    return said if isinstance(said, bool) else None


@guarded
def profile(account: JSON, instance: JSON, *, domain: str, default: Limits) -> Profile:
    """One of our own accounts, with what its server takes."""
    shown = author(account, domain=domain)
    return Profile(
        ref=shown.ref, handle=shown.handle, name=shown.name, limits=about.limits(instance, default)
    )


@guarded
def reactions(status: JSON) -> tuple[Reaction, ...]:
    """How often one status of ours was liked and repeated."""
    on = ref(status)
    counted = {"like": status.get("favourites_count"), "repost": status.get("reblogs_count")}
    counts = {kind: number(count, 0) for kind, count in counted.items()}
    return tuple(Reaction(on=on, kind=kind, count=count) for kind, count in counts.items() if count)


def pictures(attachments: Any) -> tuple[Picture, ...]:
    """Images, and the stills of moving ones, with their alternative text."""
    found = []
    for attachment in mappings(attachments, PICTURES):
        kind = text(attachment.get("type"))
        still = attachment.get("url") if kind == "image" else attachment.get("preview_url")
        url = markup.address(text(still)) if kind in ("image", "gifv", "video") else None
        if url is None:
            continue
        size = mapping(mapping(attachment.get("meta")).get("original"))
        found.append(
            Picture(
                url=url,
                alt=clean(text(attachment.get("description")))[:5000].strip(),
                width=number(size.get("width"), 0) or None,
                height=number(size.get("height"), 0) or None,
            )
        )
    return tuple(found)


@guarded
def attached(status: JSON) -> list[str]:
    """What this server calls the pictures of a status."""
    return [local_id(medium) for medium in status["media_attachments"]]


def emojis(listed: Any) -> dict[str, str]:
    """The server's own emoji: shortcode → the address of a still picture."""
    found = {}
    for emoji in mappings(listed, EMOJIS):
        code = text(emoji.get("shortcode"))
        url = markup.address(text(emoji.get("static_url") or emoji.get("url")))
        if url and code.replace("_", "").replace("-", "").isalnum() and len(code) <= 64:
            found[code] = url
    return found


def moment(written: str) -> datetime:
    """An ISO 8601 date as an aware one in UTC. Raises ValueError."""
    parsed = datetime.fromisoformat(written)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def _html(status: JSON) -> str:
    """The words, and the answers that a poll offers."""
    options = mappings(mapping(status.get("poll")).get("options"), POLL)
    titles = [text(option.get("title")) for option in options]
    offered = "".join(f"<li>{escape(title)}</li>" for title in titles if title)
    return text(status.get("content")) + (f"<ul>{offered}</ul>" if offered else "")


def _tag_names(tags: Any) -> list[str]:
    found = [one_line(text(tag.get("name"))).lstrip("#") for tag in mappings(tags, TAGS)]
    return [name for name in found if name]
