"""The roles over a `MemoryServer`. Each call is one request, as `MemoryServer.requests` counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from threading import Event

from syndication.model import Account, Draft, Limits, Message, Profile, Reaction, Ref, Watch
from syndication.networks.contract import (
    Absent,
    Connection,
    Found,
    Gone,
    Introduction,
    Lookup,
    Network,
    OutcomeUnknown,
    Page,
    RateLimited,
    Rejected,
    Thread,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from syndication.rules.compose import check_draft
from syndication.rules.text import atoms

from .server import MemoryServer, Person
from .status import SPACE, News, Status

_TICK = 0.05  # seconds
_SERVERS: dict[str, MemoryServer] = {}


def connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account on this process's server of that address; made where there is none."""
    return connect_to(_SERVERS.setdefault(account.server, MemoryServer()), account, secrets)


def connect_to(server: MemoryServer, account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account `secrets["access_token"]`, or of the same name, on `server`."""
    client = _Client(server, server.person(secrets.get("access_token") or account.name))
    return Connection(
        account=account,
        profile=client.profile,
        publisher=client,
        updater=client if server.edits else None,
        collector=client,
        reader=client,
        threader=client,
        streamer=client if server.streams else None,
        searcher=client if server.searches else None,
        hider=client if server.hides else None,
        introducer=client if server.introduces else None,
    )


def network_of(server: MemoryServer) -> Network:
    """A network that is this one server."""
    return Network(
        name="memory",
        title="Memory",
        space=SPACE,
        limits=server.limits,
        connect=lambda account, secrets: connect_to(server, account, secrets),
        reply_url=lambda url: url,
        address=lambda handle: f"@{handle} ",
    )


network = Network(
    name="memory",
    title="Memory",
    space=SPACE,
    limits=Limits(characters=500),
    connect=connect,
    reply_url=lambda url: url,
    address=lambda handle: f"@{handle} ",
)


class _Client:
    """Every role for one account."""

    def __init__(self, server: MemoryServer, me: Person) -> None:
        self._server, self._me = server, me

    def profile(self) -> Profile:
        """Who we are there."""
        with self._serving("profile"):
            author = self._me.author
            return Profile(
                ref=author.ref, handle=author.handle, name=author.name, limits=self._server.limits
            )

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Say it; the same key says it once, on a server that knows keys."""
        with self._serving("publish"):
            if problem := check_draft(draft, self._server.limits):
                raise Rejected(f"{self._server.host}: {problem}")
            said = self._by_key(key) if self._server.idempotent else None
            if said is not None:
                return said.message.ref
            if draft.reply_to and self._alive(draft.reply_to) is None:
                raise Rejected(f"{self._server.host}: what this answers is not there")
            return self._me.say(
                draft.text,
                reply_to=draft.reply_to,
                visibility=draft.visibility,
                warning=draft.warning,
                language=draft.language,
                pictures=draft.pictures,
                key=key,
            )

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """Is it there?"""
        with self._serving("find"):
            if not self._server.finds:
                raise OutcomeUnknown(f"{self._server.host} tells nobody what it has")
            said = self._by_key(key)
            return said.message.ref if said else None

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Say `draft` in place of what was said."""
        with self._serving("update"):
            self._me.edit(self._own(ref).message.ref, draft.text, warning=draft.warning)
            return ref

    def delete(self, ref: Ref) -> None:
        """Take it back."""
        with self._serving("delete"):
            if self._alive(ref) is not None:
                self._me.delete(self._own(ref).message.ref)

    def collect(self, cursor: str | None) -> Page:
        """A page of news."""
        with self._serving("collect"):
            start = int(cursor or 0)
            mine = [
                (number, news)
                for number, news in enumerate(self._server.news, start=1)
                if number > start and news.to == self._me.handle
            ]
            page = mine[: self._server.page]
            messages = dict.fromkeys(self._told(page, "message"))
            hints = dict.fromkeys(self._told(page, "hint"))
            return Page(
                messages=tuple(self._server.statuses[id_].message for id_ in messages),
                hints=tuple(self._server.statuses[id_].message.ref for id_ in hints),
                cursor=str(page[-1][0]) if page else str(start),
                more=len(mine) > len(page),
            )

    def thread(self, ref: Ref) -> Thread:
        """All that can be reached from `ref` downwards."""
        with self._serving("thread"):
            root = self._alive(ref)
            if root is None:
                raise Gone(f"{self._server.host}: {ref.id} is not there")
            counts = {"like": len(root.likes), "repost": len(root.reposts)}
            return Thread(
                messages=tuple(self._below(ref)),
                reactions=tuple(
                    Reaction(on=root.message.ref, kind=kind, count=count)
                    for kind, count in counts.items()
                    if count
                ),
            )

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        """What became of each."""
        found: dict[str, Lookup] = {}
        for ref in refs:
            try:
                with self._serving("fetch"):
                    status = self._alive(ref)
                    found[ref.id] = Found(status.message) if status else Absent()
            except (RateLimited, Unauthorised):
                raise
            except Unavailable as error:
                found[ref.id] = Unreachable(str(error))
        return found

    def stream(
        self,
        stop: Event,
        wanted: Callable[[str, Sequence[str], str], bool],
        hint: Callable[[Message | None], None],
        *,
        cursor: str | None = None,
        keep: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Hint at news; give away public words that are wanted."""
        with self._serving("stream"):
            news, said = len(self._server.news), len(self._server.statuses)
        hint(None)
        while not stop.wait(_TICK):
            with self._server.lock:
                fresh_news = self._server.news[news:]
                fresh_said = list(self._server.statuses.values())[said:]
                news, said = len(self._server.news), len(self._server.statuses)
            if any(item.to == self._me.handle for item in fresh_news):
                hint(None)
            for message in (status.message for status in fresh_said if self._is_found(status)):
                if wanted(message.words.text, message.tags, message.words.language):
                    hint(message)

    def supports(self, watch: Watch) -> bool:
        """Words and hashtags."""
        return watch.kind in ("words", "hashtag")

    def search(self, watch: Watch, cursor: str | None) -> Page:
        """Public words of others since `cursor`."""
        with self._serving("search"):
            start = int(cursor or 0)
            fresh = list(self._server.statuses.values())[start:]
            return Page(
                messages=tuple(
                    status.message
                    for status in fresh
                    if self._is_found(status) and _matches(watch, status.message)
                ),
                cursor=str(start + len(fresh)),
            )

    def hide(self, ref: Ref) -> None:
        """Hide an answer in a thread of ours."""
        self._hide(ref, hidden=True)

    def unhide(self, ref: Ref) -> None:
        """Show it again."""
        self._hide(ref, hidden=False)

    def introduce(self, author: Ref) -> Introduction:
        """The addresses in a profile's note."""
        with self._serving("introduce"):
            person = self._server.people.get(author.local or "")
            if person is None:
                raise Gone(f"{self._server.host}: {author.id} is not there")
            links = tuple(a.text for a in atoms(person.author.note) if a.kind == "url")
            return Introduction(addresses=(author.url or author.id,), links=links)

    def _hide(self, ref: Ref, *, hidden: bool) -> None:
        with self._serving("hide" if hidden else "unhide"):
            status = self._alive(ref)
            if status is None:
                return
            if hidden and not self._is_ours(self._root(status)):
                raise Rejected(f"{self._server.host}: this thread is not ours")
            status.hidden = hidden

    def _root(self, status: Status) -> Status:
        """What a thread hangs on. No ring can be said here: an answer comes after its parent."""
        while (parent := self._alive(status.message.reply_to)) is not None:
            status = parent
        return status

    def _is_ours(self, status: Status) -> bool:
        return status.message.author.ref == self._me.author.ref

    def _serving(self, operation: str) -> AbstractContextManager[None]:
        return self._server.serving(operation, self._me.handle)

    def _alive(self, ref: Ref | None) -> Status | None:
        return self._server.alive(ref, reader=self._me.handle)

    def _own(self, ref: Ref) -> Status:
        status = self._alive(ref)
        if status is None or not self._is_ours(status):
            raise Rejected(f"{self._server.host}: {ref.id} is not there, or not ours")
        return status

    def _by_key(self, key: str) -> Status | None:
        mine = (s for s in self._server.statuses.values() if s.key == key and not s.deleted)
        return next((s for s in mine if s.message.author.ref == self._me.author.ref), None)

    def _told(self, page: Sequence[tuple[int, News]], kind: str) -> Iterator[str]:
        for _, news in page:
            status = self._server.statuses[news.ref_id]
            if news.kind == kind and self._alive(status.message.ref) is not None:
                yield news.ref_id

    def _below(self, ref: Ref) -> Iterator[Message]:
        open_ = [ref.id]
        while open_:
            parent = open_.pop()
            for status in self._server.statuses.values():
                answered = status.message.reply_to
                if answered and answered.id == parent and self._alive(status.message.ref):
                    yield status.message
                    open_.append(status.message.ref.id)

    def _is_found(self, status: Status) -> bool:
        message = status.message
        return (
            message.visibility == "public"
            and message.author.ref != self._me.author.ref
            and self._alive(message.ref) is not None
        )


def _matches(watch: Watch, message: Message) -> bool:
    wanted = watch.query.casefold().lstrip("#")
    if watch.kind == "hashtag":
        return wanted in (tag.casefold() for tag in message.tags)
    return wanted in message.words.text.casefold()
