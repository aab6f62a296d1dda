"""The server and its people: who said what, who was told of it, and what goes wrong."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from syndication.model import Author, Limits, Message, Picture, Ref, Words
from syndication.networks.contract import NetworkError, OutcomeUnknown, Unauthorised, Unavailable
from syndication.rules import markup
from syndication.rules.compose import DEFAULT_LIMITS
from syndication.rules.text import atoms

from .status import SPACE, Fault, News, Status, html_of

Clock = Callable[[], datetime]


class MemoryServer:
    """One server. Its methods may be called from several threads."""

    def __init__(
        self,
        host: str = "memory.example",
        *,
        clock: Clock = lambda: datetime.now(UTC),
        limits: Limits = DEFAULT_LIMITS["mastodon"],
        idempotent: bool = True,
        streams: bool = True,
        searches: bool = True,
        edits: bool = True,
        finds: bool = True,
        hides: bool = True,
        introduces: bool = True,
        receives: bool = True,
        page: int = 20,
    ) -> None:
        """`idempotent` … `receives`: what it can do. `page`: news at a time."""
        self.host, self.clock, self.limits, self.page = host, clock, limits, page
        self.idempotent, self.streams, self.searches = idempotent, streams, searches
        self.edits, self.finds, self.hides = edits, finds, hides
        self.introduces, self.receives = introduces, receives
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.statuses: dict[str, Status] = {}  # by id, in the order in which they were said
        self.news: list[News] = []
        self.requests: list[str] = []  # every operation that was asked for, in order
        self._faults: deque[Fault] = deque()
        self._revoked: set[str] = set()

    def person(self, handle: str, name: str = "", **about: object) -> Person:
        """Somebody who has an account here; `about` as in `Author`: indexable, note, bot, …"""
        with self.lock:
            if handle not in self.people:
                url = f"https://{self.host}/@{handle}"
                ref = Ref(space=SPACE, id=url, url=url, local=handle)
                author = Author(ref=ref, name=name or handle, handle=f"{handle}@{self.host}")
                author = replace(author, **about)  # type: ignore[arg-type]
                self.people[handle] = Person(self, author)
            return self.people[handle]

    def fail(
        self, operation: str, error: NetworkError, *, times: int = 1, done: bool = False
    ) -> None:
        """Let the next `times` calls of `operation` ("publish", …) fail.

        `done`: the work is done all the same, and only the answer is lost.
        """
        self._faults.extend(Fault(operation, error, done) for _ in range(times))

    def lose_answer(self, operation: str = "publish", *, done: bool) -> None:
        """The next answer does not arrive; whether the work was `done` nobody can tell."""
        self.fail(operation, OutcomeUnknown(f"{self.host} broke off"), done=done)

    def go_down(self, operation: str, *, times: int = 1) -> None:
        """Do not answer the next `times` calls of `operation`."""
        self.fail(operation, Unavailable(f"{self.host} cannot be reached"), times=times)

    def revoke(self, handle: str) -> None:
        """Let the account's token be good no longer."""
        self._revoked.add(handle)

    def restore(self, handle: str) -> None:
        """The account was connected again."""
        self._revoked.discard(handle)

    @contextmanager
    def serving(self, operation: str, handle: str) -> Iterator[None]:
        """One request of `handle`: counted, locked, and failing where it was asked to."""
        with self.lock:
            self.requests.append(operation)
            if handle in self._revoked:
                raise Unauthorised(f"{self.host}: the token was revoked")
            fault = next((f for f in self._faults if f.operation == operation), None)
            if fault is not None:
                self._faults.remove(fault)
                if not fault.done:
                    raise fault.error
            yield
            if fault is not None:
                raise fault.error

    def add(self, status: Status, mentioned: Sequence[str] = ()) -> Ref:
        """Keep a new status and tell those whom it concerns."""
        message = status.message
        self.statuses[message.ref.id] = status
        author = message.author.ref.local
        for handle in dict.fromkeys([*mentioned, *self._addressed(message.words.text)]):
            if handle != author and handle in self.people:
                self.news.append(News(handle, "message", message.ref.id))
        quoted = self.statuses.get(message.quotes.id) if message.quotes else None
        if quoted is not None:
            self.tell_owner(quoted, "message", about=message.ref.id)
        return message.ref

    def tell_owner(self, status: Status, kind: str, *, about: str) -> None:
        """News for the one who said `status`."""
        owner = status.message.author.ref.local or ""
        self.news.append(News(owner, kind, about))

    def alive(self, ref: Ref | None, *, reader: str) -> Status | None:
        """The status, if it is there and `reader` may see it."""
        status = self.statuses.get(ref.id) if ref else None
        if status is None or status.deleted:
            return None
        author = self.people[status.message.author.ref.local or ""]
        if reader in author.blocked:
            return None
        private = status.message.visibility in ("private", "direct")
        concerned = reader in (author.handle, *self._addressed(status.message.words.text))
        return status if concerned or not private else None

    def next_ref(self, handle: str) -> Ref:
        """The name of what `handle` says next."""
        number = str(len(self.statuses) + 1)
        url = f"https://{self.host}/@{handle}/{number}"
        return Ref(space=SPACE, id=url, url=url, local=number)

    def _addressed(self, text: str) -> list[str]:
        names = (a.text.removeprefix("@") for a in atoms(text) if a.kind == "mention")
        parts = (name.split("@") for name in names)
        return [part[0] for part in parts if part[1:] in ([], [self.host])]


class Person:
    """Somebody who speaks here."""

    def __init__(self, server: MemoryServer, author: Author) -> None:
        self.server, self.author = server, author
        self.blocked: set[str] = set()

    @property
    def handle(self) -> str:
        """The name without server."""
        return self.author.ref.local or ""

    def say(
        self,
        text: str = "",
        *,
        html: str | None = None,
        reply_to: Ref | None = None,
        quotes: Ref | None = None,
        visibility: str = "public",
        warning: str = "",
        language: str = "",
        pictures: tuple[Picture, ...] = (),
        key: str = "",
        written: datetime | None = None,
    ) -> Ref:
        """Say `text`, or `html` as a hostile server might send it; returns how it is named.

        `written`: when it claims to have been said, where that is not now.
        """
        with self.server.lock:
            reduced = markup.read(html if html is not None else html_of(text))
            message = Message(
                ref=self.server.next_ref(self.handle),
                kind="reply" if reply_to else "quote" if quotes else "mention",
                author=self.author,
                words=Words(
                    html=reduced.html,
                    text=reduced.text,
                    language=language,
                    warning=warning,
                    pictures=pictures,
                ),
                written=written or self.server.clock(),
                visibility=visibility,
                reply_to=reply_to,
                quotes=quotes,
                links=reduced.links,
                tags=tuple(a.text[1:] for a in atoms(reduced.text) if a.kind == "hashtag"),
            )
            return self.server.add(Status(message, key=key))

    def edit(self, ref: Ref, text: str = "", *, html: str | None = None, warning: str = "") -> None:
        """Say something else in its place. Nobody is told."""
        with self.server.lock:
            status = self.server.statuses[ref.id]
            reduced = markup.read(html if html is not None else html_of(text))
            old = status.message
            words = replace(old.words, html=reduced.html, text=reduced.text, warning=warning)
            status.message = replace(
                old, words=words, links=reduced.links, edited=self.server.clock()
            )

    def delete(self, ref: Ref) -> None:
        """Take it back. Nobody is told, and what hangs below it can no longer be reached."""
        with self.server.lock:
            self.server.statuses[ref.id].deleted = True

    def rename(self, handle: str, **about: object) -> None:
        """Be called otherwise from now on, in what was said before too; `about` as in `Author`."""
        with self.server.lock:
            self.author = replace(
                self.author,
                handle=f"{handle}@{self.server.host}",
                **about,  # type: ignore[arg-type]
            )
            for status in self.server.statuses.values():
                if status.message.author.ref == self.author.ref:
                    status.message = replace(status.message, author=self.author)

    def like(self, ref: Ref) -> None:
        """Like it."""
        self._react(ref, "likes")

    def repost(self, ref: Ref) -> None:
        """Repeat it for one's followers."""
        self._react(ref, "reposts")

    def block(self, handle: str) -> None:
        """Be gone for `handle`."""
        self.blocked.add(handle)

    def unblock(self, handle: str) -> None:
        """Be there again."""
        self.blocked.discard(handle)

    def _react(self, ref: Ref, kind: str) -> None:
        with self.server.lock:
            status = self.server.statuses[ref.id]
            getattr(status, kind).add(self.handle)
            self.server.tell_owner(status, "hint", about=ref.id)
