"""What one account hears over a `MemoryServer`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event

from syndication.model import Message, Reaction, Ref, Watch
from syndication.networks.contract import (
    Absent,
    Answer,
    Found,
    Gone,
    Introduction,
    Lookup,
    Page,
    RateLimited,
    Received,
    Request,
    Thread,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from syndication.rules.text import atoms

from .member import Member
from .status import SPACE, News, Status

_TICK = 0.05  # seconds


class Listener(Member):
    """The roles Collector, Reader, Threader, Streamer, Receiver, Searcher and Introducer."""

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
        """Hint at news; give away public words that are wanted.

        The cursor is the number of words that were said when it was kept.
        """
        with self._serving("stream"):
            news, now = len(self._server.news), len(self._server.statuses)
        known = cursor is not None and cursor.isdecimal() and int(cursor) <= now
        said = int(cursor or 0) if known else now
        hint(None)
        keep(str(said))
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
            if fresh_said:
                keep(str(said))

    def receive(self, request: Request, ours: Callable[[str], bool]) -> Received:
        """Somebody says that ``id`` speaks of ``page``; to be looked up."""
        id_, page = request.fields.get("id", ""), request.fields.get("page", "")
        if not id_.startswith(f"https://{self._server.host}/") or not ours(page):
            return Received(answer=Answer(status=400, text="id and page, please\n"))
        hint = Ref(space=SPACE, id=id_, url=id_, local=page)
        return Received(answer=Answer(status=202, text="will be looked up\n"), hints=(hint,))

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

    def introduce(self, author: Ref) -> Introduction:
        """The addresses in a profile's note."""
        with self._serving("introduce"):
            person = self._server.people.get(author.local or "")
            if person is None:
                raise Gone(f"{self._server.host}: {author.id} is not there")
            links = tuple(a.text for a in atoms(person.author.note) if a.kind == "url")
            return Introduction(addresses=(author.url or author.id,), links=links)

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
