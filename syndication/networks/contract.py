"""What a network must be, so that the daemon can speak and listen through it.

`connect(account)` gives a `Connection`: a frozen record whose roles are there or ``None``.
Capabilities differ by *server*, not only by network, so a role that a server lacks is absent
from the record and nobody asks for it.

Clients raise nothing but these, named by what to do next::

    NetworkError
    ├── Unavailable      retry later (server down, 5xx, cut or unreadable answer on a read)
    ├── RateLimited      wait until `.until`
    ├── Unauthorised     pause this account, tell a person once
    ├── Rejected         final; the message is for a person
    │   ├── Gone         our copy is not there any more
    │   └── Unwanted     nobody listens there
    └── OutcomeUnknown   something may have been done: find before sending again

`steps/attempt.py` is the one place that decides what each of them means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Protocol, runtime_checkable

from syndication.model import Account, Draft, Limits, Message, Profile, Reaction, Ref, Watch


class NetworkError(Exception):
    """Base of everything that a client raises. ``str()`` is fit for a person: no secrets."""


class Unavailable(NetworkError):
    """The server is down, slow or talks nonsense. Nothing was changed; try again later."""


class RateLimited(NetworkError):
    """The server asks us to wait."""

    def __init__(self, until: datetime, message: str = "") -> None:
        super().__init__(message or f"rate limited until {until:%Y-%m-%d %H:%M:%S %Z}")
        self.until = until


class Unauthorised(NetworkError):
    """The token is missing, expired, revoked or lacks a scope: connect the account again."""


class Rejected(NetworkError):
    """The server will never take this; the message says why, in its own words."""


class Gone(Rejected):
    """The server answered, and our copy is not there any more: somebody deleted it there.

    A server that is down, refuses us or knows no such address says nothing of the kind.
    """


class Unwanted(Rejected):
    """Whom we wanted to tell has no ear for it: nothing went wrong, and nothing is to be done."""


class OutcomeUnknown(NetworkError):
    """The request left and no readable answer came: it may or may not have been done.

    Raised by `Publisher.find` it means that this network cannot tell, so a person decides.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """News for one account, oldest first, nothing skipped."""

    messages: tuple[Message, ...] = ()
    hints: tuple[Ref, ...] = ()  # copies of ours whose thread has news (a like, an edit)
    cursor: str | None = None  # pass it to the next call; None: nothing to remember yet
    more: bool = False  # ask again at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """All answers under one copy, at any depth, with what its network counts on it."""

    messages: tuple[Message, ...] = ()
    reactions: tuple[Reaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The message as it is now."""

    message: Message


@dataclass(frozen=True, slots=True)
class Absent:
    """The server answered and does not have it: deleted by its author, or never to be seen again.

    Hidden at once, erased when a second look an hour later says the same. Not `sure` where a server
    may say so by mistake: nothing happens until it says so for a day.
    """

    sure: bool = True


@dataclass(frozen=True, slots=True)
class Withheld:
    """It is there and its network does not show it: blocked, deactivated, taken down.

    Hidden as long as that lasts, and never erased for it.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody could say: not news."""

    reason: str = ""
    lasting: bool = False  # asking again soon would not help


@dataclass(frozen=True, slots=True)
class Counted:
    """It is no words but a reaction to what it names, counted once for each person."""

    kind: str  # like | repost | bookmark
    who: str  # Ref.id of the person; only told apart, never shown


Lookup = Found | Withheld | Absent | Unreachable | Counted


class Publisher(Protocol):
    """Says things. `key` is the same for every try of one copy: an idempotency key."""

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Send once. Raises any `NetworkError`; `OutcomeUnknown` when no answer came."""

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """After an unknown outcome: is it there? None: no. `OutcomeUnknown`: cannot tell."""

    def delete(self, ref: Ref) -> None:
        """Take it back. What is not there any more counts as deleted."""


class Updater(Protocol):
    """Changes what was said, in place."""

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Replace text, pictures' descriptions and warning; returns the Ref as it is now."""


class Collector(Protocol):
    """Asks for news about one account."""

    def collect(self, cursor: str | None) -> Page:
        """What came after `cursor`. A quiet call is one to three requests."""


class Reader(Protocol):
    """Looks single messages up."""

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """The state of each, by `Ref.id`. Never raises `Unavailable`: says `Unreachable`."""


class Threader(Protocol):
    """Reads whole conversations."""

    def thread(self, ref: Ref) -> Thread:
        """Everything under our copy `ref`, what we said ourselves included, parents first.

        Raises `Gone` when the server says that `ref` itself is not there, `Unavailable` for a
        root that cannot be read for any other reason.
        """


class Streamer(Protocol):
    """Makes it quick where a server can; a poll is still the truth."""

    def stream(
        self,
        stop: Event,
        wanted: Callable[[str, Sequence[str], str], bool],
        hint: Callable[[Message | None], None],
        *,
        cursor: str | None,
        keep: Callable[[str], None],
    ) -> None:
        """Call ``hint(message)``, or ``hint(None)`` for "poll now", until `stop` is set.

        ``wanted(text, tags, language)`` is asked on raw public words of people who do not address
        us, before a Message is built. A stream that can catch up goes on at `cursor`, what `keep`
        was given last (None: begin now), and calls ``keep(cursor)`` once what came before it was
        hinted at: each call is one row, so every few seconds and not for every event. A cursor
        that the server knows no more is no error: begin now, with ``hint(None)``.
        Returns within a second of `stop`. Raises `Unavailable` when the stream breaks.
        """


class Searcher(Protocol):
    """Finds public words of people who did not address us."""

    def search(self, watch: Watch, cursor: str | None) -> Page:
        """What is new for `watch` since `cursor`, oldest first."""

    def supports(self, watch: Watch) -> bool:
        """Can this server search for that kind of watch at all?"""


class Hider(Protocol):
    """Hides answers in our threads upstream, where a network lets the one who was answered."""

    def hide(self, ref: Ref) -> None:
        """Hide the message `ref` in our thread. Hidden already, or not there any more: fine.

        Raises `Rejected` where it cannot be hidden at all: the thread is not ours, the list is
        full. Safe to call twice.
        """

    def unhide(self, ref: Ref) -> None:
        """Show it again. Not hidden, or not there any more: fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """How a person introduces themselves on one network."""

    addresses: tuple[str, ...]  # the profile's own, in every form that others may link to
    links: tuple[str, ...] = ()  # web addresses that the profile names as its owner's


class Introducer(Protocol):
    """Reads profiles, where they are not web pages with ``rel=me`` links that anybody can read."""

    def introduce(self, author: Ref) -> Introduction:
        """What the profile says of itself; one or two requests. Raises `Gone` when it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody sent to one of our public endpoints. Hostile, all of it."""

    endpoint: str  # which of `Network.endpoints`
    fields: Mapping[str, str] = field(default_factory=dict)  # of a form, the first of each name
    body: bytes = b""  # where it is no form
    media_type: str = ""  # lower case, without parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What whoever asked is told at once."""

    status: int
    text: str
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of a request. The daemon keeps it before the answer leaves."""

    answer: Answer
    # What the Reader is to look up later: `url` who says it, `local` the page of ours it speaks of.
    hints: tuple[Ref, ...] = ()
    messages: tuple[Message, ...] = ()  # to be taken in as they are
    vouch: str = ""  # a page that speaks for who says it; looked at where they are unknown


class Receiver(Protocol):
    """Hears whoever comes to us: a webhook, a webmention, a form."""

    def receive(self, request: Request, ours: Callable[[str], bool]) -> Received:
        """Answer from what stands in the request, without asking anybody: milliseconds.

        ``ours(url)`` tells whether that is a page of the site, or may lead to one.
        """


@runtime_checkable
class Renewable(Protocol):
    """Secrets that a network renews by itself, as the tokens of a session.

    What `Network.connect` is given is one wherever secrets are kept in files.
    """

    def renew(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Replace what is kept by ``change(what is kept now)``, and return that.

        All threads and processes wait for each other here, and what raises changes nothing: so
        one renews, and the others find in their `change` that it was done. Raises `OSError` for
        what cannot be read or written, and whatever `change` raises.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One account, connected: what it can do is there, what its server lacks is None."""

    account: Account
    profile: Callable[[], Profile]  # one or two requests; verifies the token
    publisher: Publisher | None = None
    updater: Updater | None = None
    collector: Collector | None = None
    reader: Reader | None = None
    threader: Threader | None = None
    streamer: Streamer | None = None
    searcher: Searcher | None = None
    introducer: Introducer | None = None  # None: the profile is read as a web page
    receiver: Receiver | None = None
    hider: Hider | None = None  # there only when the account's options want hidden words upstream
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One thing that `tertulia connect` asks for when it is not an OAuth network."""

    name: str
    prompt: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """An OAuth dance in a terminal: show `url` and `notices`, ask for the code, `finish` it."""

    url: str
    notices: tuple[str, ...]  # the server's rules, in its own words
    finish: Callable[[str], Mapping[str, str]]  # code → secrets to keep; raises NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account that was connected by what a person typed."""

    secrets: Mapping[str, str]  # to keep
    server: str = ""  # where it lives
    options: Mapping[str, str] = field(default_factory=dict)  # to be written to its settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network as it registers itself (entry point group ``tertulia.networks``)."""

    name: str  # as in settings: network = "mastodon"
    title: str  # as people call it: "Mastodon"
    space: str  # the naming space of its Refs
    limits: Limits  # what its servers take when they do not say otherwise
    connect: Callable[[Account, Mapping[str, str]], Connection]  # account, secrets
    credentials: tuple[Credential, ...] = ()
    authorise: Callable[[str], Authorisation] | None = None  # server → OAuth, where it is that
    # Who → the options it has in the settings → what was typed for `credentials`.
    sign_in: Callable[[str, Mapping[str, object], Mapping[str, str]], SignedIn] | None = None
    options: Mapping[str, str] = field(default_factory=dict)  # settings it adds → their meaning
    reply_url: Callable[[str], str] | None = None  # copy URL → where a visitor replies
    endpoints: Callable[[Account], tuple[str, ...]] = lambda account: ()  # what its Receiver hears
    tells_links: bool = False  # are the pages that a post links to told of it?
    carries_posts: bool = True  # False: the site's own web, where no post needs a copy
    address: Callable[[str], str] | None = None  # handle → how an answer begins: "@ana@host "

    @property
    def needs_secrets(self) -> bool:
        """Must an account be connected before it can be used? The site's own web is there."""
        return self.carries_posts or bool(self.credentials or self.authorise or self.sign_in)
