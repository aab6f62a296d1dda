"""Nouns for tests, each with one thing said about it, and crowds that act at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from syndication.model import (
    Author,
    CopyState,
    Decision,
    Draft,
    Message,
    Post,
    Ref,
    Verdict,
    Words,
)
from syndication.store import Store, Transaction, copies, messages, people, posts, tables
from syndication.store.copies import Copy
from syndication.store.messages import NewMessage, StoredMessage
from tests.servers.waiting import HANGS

T = TypeVar("T")

SPACE = "activitypub"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HELD = Decision(verdict=Verdict.HOLD, by="rules", rule="hold_everything", trace=("all: hold",))
APPROVED = Decision(verdict=Verdict.APPROVE, by="Marta", rule="person")


def a_ref(name: str, **more: Any) -> Ref:
    """A message or person of a server that exists nowhere."""
    return Ref(space=SPACE, id=f"https://plaza.example/{name}", **more)


def a_post(path: str = "/swifts/", **more: Any) -> Post:
    """An article about swifts."""
    values: dict[str, Any] = {
        "url": f"https://vencejo.example{path}",
        "kind": "article",
        "title": "Swifts",
        "summary": "They sleep in the air.",
        "language": "en",
        "published": NOW,
    }
    return Post(**values | more)


def a_draft(text: str = "Swifts https://vencejo.example/swifts/", **more: Any) -> Draft:
    """What we are about to say."""
    return Draft(text=text, **{"language": "en", **more})


def an_author(name: str = "ada", **more: Any) -> Author:
    """A person of plaza.example."""
    values: dict[str, Any] = {
        "ref": a_ref(f"users/{name}", url=f"https://plaza.example/@{name}"),
        "name": name.title(),
        "handle": f"{name}@plaza.example",
    }
    return Author(**values | more)


def a_message(
    name: str = "1", text: str = "Do they?", *, author: Author | None = None, **more: Any
) -> Message:
    """Somebody's words."""
    values: dict[str, Any] = {
        "ref": a_ref(f"statuses/{name}", url=f"https://plaza.example/@x/{name}", local=name),
        "kind": "reply",
        "author": author or an_author(),
        "words": Words(html=f"<p>{text}</p>", text=text, language="en"),
        "written": NOW,
    }
    return Message(**values | more)


def add_post(tx: Transaction, path: str = "/swifts/", **more: Any) -> int:
    """Store a post; its id."""
    return posts.insert(tx, a_post(path, **more), now=NOW)


def add_copy(tx: Transaction, source: str = "post:1", **more: Any) -> int:
    """Store an intent of the account `plaza`; its id."""
    values: dict[str, Any] = {
        "source": source,
        "account": "plaza",
        "part": "1",
        "draft": a_draft(),
        "key": "a key",
        "state": CopyState.READY,
        "now": NOW,
    }
    return copies.intend(tx, **values | more)


def publish_copy(tx: Transaction, copy_id: int, name: str = "ours") -> Copy:
    """Let a copy be out there."""
    copies.published(tx, the_copy(tx, copy_id), a_ref(name), now=NOW)
    return the_copy(tx, copy_id)


def the_copy(tx: Transaction, copy_id: int) -> Copy:
    """The copy as it is now."""
    copy = copies.get(tx, copy_id)
    assert copy is not None
    return copy


def add_messages(
    tx: Transaction,
    *wanted: Message,
    post_id: int | None = None,
    copy_id: int | None = None,
    decision: Decision = HELD,
) -> list[StoredMessage]:
    """Store messages that `plaza` saw in a poll."""
    ids = people.remember(tx, (m.author for m in wanted), network="mastodon", now=NOW)
    rows = [
        NewMessage(
            message=message,
            network="mastodon",
            author_id=ids[message.author.ref.id],
            post_id=post_id,
            copy_id=copy_id,
            decision=decision,
        )
        for message in wanted
    ]
    stored = messages.add(tx, rows, account="plaza", via="poll", now=NOW)
    return [the_message(tx, message_id) for message_id in stored]


def the_message(tx: Transaction, message_id: int) -> StoredMessage:
    """The message as it is now."""
    message = messages.get(tx, message_id)
    assert message is not None
    return message


def everything(store: Store) -> str:
    """Every value of every row of every table, as one text to look for words in."""
    with store.read() as tx:
        return "\n".join(
            f"{table.name} {dict(row._mapping)!r}"
            for table in tables.metadata.sorted_tables
            for row in tx.execute(select(table))
        )


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    """Run all actions at the same moment, each in a thread; their results, in their order."""
    barrier = threading.Barrier(len(actions))
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, action: Callable[[], T]) -> None:
        barrier.wait(HANGS)
        try:
            results[number] = action()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's thread
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=(number, action), daemon=True)
        for number, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * HANGS)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    if errors:
        raise errors[0]
    return [results[number] for number in sorted(results)]
