"""What taking in costs: Message → rows of SQLite, beside a bare insert of the same rows.

`python -m benchmarks.take_in [MESSAGES]`. Messages arrive in pages of 80 through
`steps.take_in.take_in`, a transaction a page, as a poll brings them: a third answers a copy of
ours, a third answers the message before it, a third links to one of a thousand posts; a thousand
people say them. Then the same pages arrive again (nothing new), and again with other words
(edits). CPU time of this process, and the peak of what Python allocated meanwhile, measured in a
run of its own. The baseline inserts the same values, ready-made, with `sqlite3.executemany`.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndication.model import (
    Account,
    Author,
    CopyState,
    Draft,
    Message,
    Picture,
    Post,
    Ref,
    Words,
)
from syndication.networks.memory import MemoryServer, network_of
from syndication.steps.site import Site
from syndication.steps.take_in import take_in
from syndication.store import Store, accounts, copies, posts

MESSAGES = 10_000
PAGE = 80
POSTS = 1_000
PEOPLE = 1_000
SPACE = "memory"
URL = "https://vencejo.example"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STORED = ("authors", "messages", "revisions", "decisions", "sightings", "events")


def messages(count: int, *, edited: bool = False) -> list[Message]:
    """What a busy year brings; `edited`: the same in other words."""
    return [_message(number, edited) for number in range(count)]


def _message(number: int, edited: bool) -> Message:
    text = f"Mensaje {number}: ¿cada cuánto se engrasa la cadena? " + "Va y viene. " * 12
    if edited:
        text += "(Corregido.)"
    post = number % POSTS
    link = f"{URL}/posts/{post}/"
    answered = {0: _ref(f"copies/{post}"), 1: _ref(f"statuses/{number - 1}")}.get(number % 3)
    pictures = (Picture(url=f"https://plaza.example/{number}.png", alt="Una cadena"),)
    return Message(
        ref=replace(_ref(f"statuses/{number}"), local=str(number)),
        kind="reply" if answered else "mention",
        author=_person(number % PEOPLE),
        words=Words(
            html=f'<p>{text}<a href="{link}" rel="nofollow noopener">{link}</a></p>',
            text=f"{text}{link}",
            language="es",
            pictures=pictures if number % 5 == 0 else (),
        ),
        written=NOW + timedelta(seconds=number),
        reply_to=answered,
        links=(link,),
        tags=("bici",),
    )


def _ref(name: str) -> Ref:
    url = f"https://plaza.example/{name}"
    return Ref(space=SPACE, id=url, url=url)


def _person(number: int) -> Author:
    return Author(
        ref=_ref(f"users/persona{number}"),
        name=f"Persona {number} :bici:",
        handle=f"persona{number}@plaza.example",
        picture=f"https://plaza.example/avatars/{number}.png",
        emojis={"bici": "https://plaza.example/bici.png"},
        indexable=True,
    )


def a_site(folder: Path) -> Site:
    """A site with its posts, each with a copy that is out there."""
    store = Store(f"sqlite:///{folder / 'tertulia.db'}")
    server = MemoryServer(clock=lambda: NOW)
    account = Account(name="plaza", network="memory", server="https://plaza.example")
    with store.write() as tx:
        accounts.ensure(tx, account)
        for number in range(POSTS):
            _syndicated(tx, number)

    def nowhere(*_: Any, **__: Any) -> Any:
        raise AssertionError("taking in asks nobody anything")

    return Site(
        url=URL,
        name="Vencejo",
        store=store,
        outbox="",
        discussion=folder / "discussion",
        accounts={"plaza": account},
        networks={"memory": network_of(server)},
        connect=nowhere,
        fetch=nowhere,
        clock=lambda: NOW,
    )


def _syndicated(tx: Any, number: int) -> None:
    post = Post(
        url=f"{URL}/posts/{number}/",
        kind="article",
        title=f"Artículo {number}",
        summary="",
        language="es",
        published=NOW,
    )
    post_id = posts.insert(tx, post, now=NOW)
    copy_id = copies.intend(
        tx,
        source=f"post:{post_id}",
        account="plaza",
        part="1",
        draft=Draft(text=post.title, language="es", url=post.url),
        key=str(number),
        state=CopyState.READY,
        now=NOW,
        post_id=post_id,
    )
    copy = copies.get(tx, copy_id)
    assert copy is not None
    copies.published(tx, copy, _ref(f"copies/{number}"), now=NOW)


def poll(site: Site, found: Sequence[Message]) -> tuple[int, int]:
    """Take all in, a page a transaction; (new, edited)."""
    new = edited = 0
    for start in range(0, len(found), PAGE):
        with site.store.write() as tx:
            taken = take_in(site, tx, found[start : start + PAGE], account="plaza", via="poll")
        new, edited = new + taken.new, edited + taken.edited
    return new, edited


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What `poll` stored, as plain values."""
    with sqlite3.connect(path) as database:
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in STORED}


def bare_insert(site: Site, rows: dict[str, list[tuple[Any, ...]]]) -> tuple[int, int]:
    """The same rows by the driver alone, a transaction for each page's share of them."""
    database = sqlite3.connect(str(site.store.url.database), isolation_level=None)
    database.execute("PRAGMA synchronous = FULL")
    pages = max(1, -(-len(rows["messages"]) // PAGE))
    for page in range(pages):
        database.execute("BEGIN IMMEDIATE")
        for name, values in rows.items():
            if share := values[page::pages]:
                marks = ", ".join("?" * len(share[0]))
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", share)
        database.execute("COMMIT")
    database.close()
    return len(rows["messages"]), 0


def measured(name: str, act: Callable[[], tuple[int, int]], count: int) -> dict[str, Any]:
    """One row of the table: CPU and wall milliseconds a message."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    new, edited = act()
    return {
        "name": name,
        "new": new,
        "edited": edited,
        "cpu_ms": (time.process_time() - cpu) * 1000 / count,
        "wall_ms": (time.perf_counter() - wall) * 1000 / count,
    }


def measure(count: int = MESSAGES) -> list[dict[str, Any]]:
    """The table, as rows; the first use of each statement (its compilation) is left out."""
    found, edits = messages(count), messages(count, edited=True)
    with tempfile.TemporaryDirectory() as folder:
        sites = [a_site(_folder(folder, name)) for name in ("warm", "ours", "bare")]
        warm, ours, bare = sites
        for page in (found, found, edits):
            poll(warm, page[:PAGE])
        table = [measured("new", lambda: poll(ours, found), count)]
        rows = rows_of(Path(str(ours.store.url.database)))
        table += [
            measured("seen again", lambda: poll(ours, found), count),
            measured("edited", lambda: poll(ours, edits), count),
            measured("bare insert of the new", lambda: bare_insert(bare, rows), count),
        ]
        for site in sites:
            site.store.close()
    return table


def _folder(parent: str, name: str) -> Path:
    folder = Path(parent) / name
    folder.mkdir()
    return folder


def peak(count: int) -> float:
    """MB that taking in new messages needs at most, beside the messages themselves."""
    found = messages(count)
    with tempfile.TemporaryDirectory() as folder:
        site = a_site(Path(folder))
        poll(site, found[:PAGE])
        gc.collect()
        tracemalloc.start()
        poll(site, found[PAGE:])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        site.store.close()
    return most / 1_000_000


def main(count: int = MESSAGES) -> None:
    """Print the table."""
    print(f"{count:,} messages in pages of {PAGE}, {POSTS:,} posts, {PEOPLE:,} people, SQLite\n")
    print(f"{'':24} {'CPU ms each':>12} {'wall ms each':>13}  {'new':>6} {'edited':>7}")
    table = measure(count)
    for row in table:
        print(
            f"{row['name']:24} {row['cpu_ms']:>12.3f} {row['wall_ms']:>13.3f}"
            f"  {row['new']:>6,} {row['edited']:>7,}"
        )
    print(f"\nnew costs {table[0]['cpu_ms'] / table[-1]['cpu_ms']:.1f} times the bare insert")
    print(f"peak memory of taking in: {peak(count):.2f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)
