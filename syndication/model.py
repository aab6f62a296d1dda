"""The nouns. Standard library only; every other room speaks in these words.

A **Post** of ours becomes **Drafts**, and a sent draft is a **Copy**. The words of others are
**Messages** by **Authors**; each edit is a new **Revision** and a **Decision** holds for the one
revision that a person read. People are never labelled: a message may be a question, a person is
a name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

PUBLIC = frozenset({"public", "unlisted"})
"""Visibilities that may ever be shown on the site; everything else is for staff only."""

WITHHELD = "withheld"
"""A visibility: words said in public that their author, a label or the network keeps off pages.

Staff read and may answer them; the site shows them again once nothing keeps them back any more.
"""

ANSWERABLE = PUBLIC | {WITHHELD}
"""Visibilities that may be answered in public."""


LABELS = ("graphic-media", "nudity", "porn", "sexual")
"""What a post may say of what it shows, in the AT Protocol's words; elsewhere it is "sensitive"."""


class CopyState(StrEnum):
    """The life of a copy. ``written`` waits for its brakes; ``ready`` may be claimed by send."""

    WRITTEN = "written"
    READY = "ready"
    SENDING = "sending"  # intent stored, outcome not yet
    PUBLISHED = "published"
    FAILED = "failed"  # final, with the reason for a person
    UNKNOWN = "unknown"  # bytes left, no answer came: find before sending again
    SKIPPED = "skipped"
    UPDATING = "updating"
    DELETING = "deleting"
    DELETED = "deleted"


class Upstream(StrEnum):
    """What a message's own network says of it; ``missing`` is hidden until confirmed or back."""

    LIVE = "live"
    MISSING = "missing"
    GONE = "gone"


class Verdict(StrEnum):
    """What was decided about one revision; ``hold`` waits for a person."""

    HOLD = "hold"
    APPROVE = "approve"
    REJECT = "reject"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Names one thing on a network, in words that adapters understand and nobody else need."""

    space: str  # a naming space: the Mastodon family shares "activitypub"
    id: str  # global and stable: ActivityPub id, at:// URI, URL
    url: str | None = None  # where a person reads it
    local: str | None = None  # what this account's own server calls it


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of ours, as the settings declare it."""

    name: str  # the key in the settings: [accounts.NAME]
    network: str  # which adapter: "mastodon"
    server: str = ""  # base URL without a trailing slash
    languages: tuple[str, ...] = ()  # speaks these; empty: the original of each post only
    options: Mapping[str, object] = field(default_factory=dict)  # what the network declares


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a network says about one of our accounts when it is asked."""

    ref: Ref
    handle: str  # with server: "vencejo@social.example"
    name: str
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a server takes, as data: `rules.compose` counts with it, the build checks with it."""

    characters: int  # graphemes a text may have
    url_characters: int | None = None  # every URL counts as this many; None: as it is written
    handle_counts_server: bool = True  # does "@name@server" count whole, or only "@name"?
    pictures: int = 4
    alt_characters: int = 1500
    picture_bytes: int = 8_000_000
    bytes: int | None = None  # UTF-8 bytes, where a network limits those too
    card: bool = False  # does a link show only the card that its author sends along?
    chain: bool = False  # do our settings let a longer text go as a chain of posts?


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image, ours or theirs."""

    url: str
    alt: str = ""
    media_type: str = ""
    width: int | None = None
    height: int | None = None
    size: int | None = None  # bytes, where known
    path: str | None = None  # a file on this machine, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How a link is shown on a network that does not look at the page for itself."""

    url: str
    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public article or page of the site, in one language, as its build published it."""

    url: str  # absolute
    kind: str  # article | page
    title: str
    summary: str  # plain text
    language: str
    published: datetime  # aware
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    aliases: tuple[str, ...] = ()  # former URL paths, each with a leading slash
    translations: Mapping[str, str] = field(default_factory=dict)  # language → absolute URL
    original: bool = True  # False: a translation of another post
    comments: str = "open"  # open | closed | the ISO date until which they are open
    networks: tuple[str, ...] | None = None  # None: every account that speaks the language
    texts: Mapping[str, str] = field(default_factory=dict)  # network → its own text
    labels: tuple[str, ...] = ()  # of LABELS: what it shows that not everybody wants to see
    page_digest: str = ""  # of all that its page says, approved words included; "": not told

    @property
    def path(self) -> str:
        """The URL's path, with a leading slash, percent-decoded: the post's name."""
        return unquote(urlsplit(self.url).path) or "/"

    @property
    def digest(self) -> str:
        """SHA-256 of exactly what a copy is composed from: neither body nor address count."""
        return digest_of(
            [self.title, self.summary, self.language, list(self.tags), dict(self.texts)]
            + [[p.url.rsplit("/", 1)[-1], p.alt, p.size] for p in self.pictures]
            + ([["labels", *self.labels]] if self.labels else [])
        )

    def open_on(self, day: date) -> bool:
        """May people still comment on `day`?"""
        if self.comments in ("open", "closed"):
            return self.comments == "open"
        return day <= date.fromisoformat(self.comments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one account will say: one part of a copy or an answer, complete as it will be sent."""

    text: str
    language: str = ""  # BCP 47; empty: the account's own
    url: str = ""  # the permalink it carries, "" in an answer
    pictures: tuple[Picture, ...] = ()
    reply_to: Ref | None = None  # someone's message, or the part of a chain before this one
    visibility: str = "public"  # public | unlisted, never anything else
    warning: str = ""  # content warning
    card: Card | None = None  # where `Limits.card` asks for one
    labels: tuple[str, ...] = ()  # of LABELS
    moment: datetime | None = None  # when it left first: the same for every try; None: not yet

    @property
    def digest(self) -> str:
        """SHA-256 over all that a reader would notice; ``reply_to`` by its global id."""
        noticed: dict[str, object] = {
            "text": self.text,
            "language": self.language,
            "pictures": [[p.url, p.alt] for p in self.pictures],
            "reply_to": self.reply_to.id if self.reply_to else None,
            "visibility": self.visibility,
            "warning": self.warning,
        }
        # Left out where they are not, so that what was said before keeps its digest.
        if self.card:
            noticed["card"] = [self.card.url, self.card.title, self.card.summary]
        if self.labels:
            noticed["labels"] = list(self.labels)
        return digest_of(noticed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person as one network shows them. Plain text throughout: escape when shown."""

    ref: Ref
    name: str
    handle: str
    picture: str | None = None  # URL on their server; the site shows a copy of its own
    emojis: Mapping[str, str] = field(default_factory=dict)  # shortcode → picture URL
    indexable: bool | None = None  # None: the server does not say, which is not a yes
    note: str = ""  # profile text, kept only to honour #nobot
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message says, ready to be judged and shown. HTML is already the small subset."""

    html: str
    text: str  # the same words without markup
    language: str = ""
    warning: str = ""
    pictures: tuple[Picture, ...] = ()
    emojis: Mapping[str, str] = field(default_factory=dict)  # shortcode → picture URL

    @property
    def digest(self) -> str:
        """SHA-256 over everything that staff would see change. Emoji pictures do not count."""
        return digest_of(
            {
                "html": self.html,
                "language": self.language,
                "warning": self.warning,
                "pictures": [[p.url, p.alt] for p in self.pictures],
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The words of others, as one sighting reported them."""

    ref: Ref
    kind: str  # reply | quote | mention | comment
    author: Author
    words: Words
    written: datetime  # aware, UTC; what the network says, so it may be backdated
    edited: datetime | None = None
    visibility: str = "public"
    reply_to: Ref | None = None  # the message or copy it answers
    quotes: Ref | None = None
    links: tuple[str, ...] = ()  # absolute URLs in the words, for original post discovery
    tags: tuple[str, ...] = ()  # without '#', as written
    names: tuple[str, ...] = ()  # other addresses of the same words: canonical, copies on networks
    opted_out: str = ""  # why its author does not want it taken in, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """How many people reacted to one copy of ours, as its network counts them. No names."""

    on: Ref
    kind: str  # like | repost | bookmark
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict on one revision, with who made it and by which rule."""

    verdict: Verdict
    by: str  # a member of staff's name, or "rules"
    rule: str  # which rule or form
    trace: tuple[str, ...] = ()  # every rule asked, with its answer
    reason: str = ""  # what whoever wrote it is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved query: words or a hashtag that people may use without addressing us."""

    id: int
    query: str
    kind: str  # words | hashtag
    language: str = ""


_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def digest_of(value: object) -> str:
    """SHA-256 (hex) of the canonical JSON of `value`: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(_canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def with_reply(draft: Draft, reply_to: Ref) -> Draft:
    """The same draft as an answer to `reply_to`: how a chain hangs each part on the last."""
    return replace(draft, reply_to=reply_to)
