"""The small nouns: watches and how far they were read, the audit log, marks, pictures."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from syndication.model import Watch
from syndication.store import Store, events, marks, pictures, watches
from syndication.store.pictures import StoredPicture
from tests.store.making import LATER, NOW


def test_a_watch_is_saved_once_for_each_language(store: Store) -> None:
    with store.write() as tx:
        first = watches.add(tx, kind="words", query="bici rota", language="es", now=NOW)
        assert watches.add(tx, kind="words", query="bici rota", language="es", now=LATER) == first
        other = watches.add(tx, kind="words", query="bici rota", language="", now=NOW)
        assert watches.everything(tx) == [
            Watch(id=first, query="bici rota", kind="words", language="es"),
            Watch(id=other, query="bici rota", kind="words"),
        ]


def test_a_watch_that_was_removed_gives_its_id_to_nobody(store: Store) -> None:
    """What it found still says that it did."""
    with store.write() as tx:
        old = watches.add(tx, kind="hashtag", query="vencejo", language="", now=NOW)
        assert watches.remove(tx, old)
        assert not watches.remove(tx, old)
        assert watches.add(tx, kind="hashtag", query="bici", language="", now=NOW) > old


def test_each_account_reads_a_watch_for_itself(store: Store) -> None:
    with store.write() as tx:
        watch = watches.add(tx, kind="hashtag", query="vencejo", language="", now=NOW)
        assert watches.cursor(tx, watch, "plaza") is None
        watches.advance(tx, watch, "plaza", "41", now=NOW)
        watches.advance(tx, watch, "otra", None, now=NOW)
        watches.advance(tx, watch, "plaza", "42", now=LATER)
        assert watches.cursor(tx, watch, "plaza") == "42"
        assert watches.cursor(tx, watch, "otra") is None
        watches.remove(tx, watch)
        assert watches.cursor(tx, watch, "plaza") is None


def test_a_cursor_needs_its_watch(store: Store) -> None:
    """Removed while it was searched for: the page is given up, nothing dangles."""
    with pytest.raises(IntegrityError), store.write() as tx:
        watches.advance(tx, 7, "plaza", "41", now=NOW)


def test_the_audit_log_keeps_every_line_newest_first(store: Store) -> None:
    with store.write() as tx:
        events.record(tx, "approve", ["message:1", "message:2"], now=NOW, by="Marta")
        events.record(tx, "erased", ["message:1"], now=LATER, reason="deleted-upstream")
        events.record(tx, "nothing", [], now=LATER)
        lines = [(e.kind, e.subject, e.by, e.detail, e.at) for e in events.latest(tx, 10)]
        assert len(events.latest(tx, 1)) == 1
    assert lines == [
        ("erased", "message:1", "", {"reason": "deleted-upstream"}, LATER),
        ("approve", "message:2", "Marta", None, NOW),
        ("approve", "message:1", "Marta", None, NOW),
    ]


def test_the_oldest_lines_of_the_audit_log_go_first_and_no_more_than_asked(store: Store) -> None:
    with store.write() as tx:
        events.record(tx, "approve", ["message:1", "message:2", "message:3"], now=NOW)
        events.record(tx, "erased", ["message:4"], now=LATER)
        assert events.forget(tx, before=LATER, limit=2) == 2
        assert [e.subject for e in events.latest(tx, 10)] == ["message:4", "message:3"]
        assert events.forget(tx, before=LATER, limit=2) == 1
        assert events.forget(tx, before=LATER, limit=2) == 0
        assert [e.subject for e in events.latest(tx, 10)] == ["message:4"]


@pytest.mark.parametrize("value", [True, 0, "", "text", [1, "ñ"], {"by": "Marta", "at": "now"}])
def test_a_mark_says_what_was_put_last(store: Store, value: object) -> None:
    with store.write() as tx:
        assert marks.get(tx, "paused") is None
        marks.put(tx, "paused", "before")
        marks.put(tx, "paused", value)
        marks.put(tx, "other", 1)
        assert marks.get(tx, "paused") == value
        marks.drop(tx, "paused")
        marks.drop(tx, "paused")
        assert (marks.get(tx, "paused"), marks.get(tx, "other")) == (None, 1)


def a_picture(url: str, file: str | None = "pictures/a.webp") -> StoredPicture:
    return StoredPicture(url=url, file=file, width=64, height=48, fetched_at=NOW)


def test_a_picture_is_what_its_url_gave_last(store: Store) -> None:
    with store.write() as tx:
        pictures.put(tx, a_picture("https://plaza.example/a", None))
        pictures.put(tx, a_picture("https://plaza.example/a"))
        wanted = ["https://plaza.example/a", "https://plaza.example/none"]
        assert pictures.by_url(tx, wanted) == {wanted[0]: a_picture(wanted[0])}
        assert pictures.by_url(tx, []) == {}


def test_pictures_that_nothing_shows_are_forgotten(store: Store) -> None:
    with store.write() as tx:
        for name in "abc":
            pictures.put(tx, a_picture(name))
        pictures.keep_only(tx, ["a", "c", "z"])
        assert set(pictures.by_url(tx, "abc")) == {"a", "c"}
        pictures.keep_only(tx, [])
        assert pictures.by_url(tx, "abc") == {}


@pytest.mark.slow
def test_forty_thousand_pictures_are_found_and_forgotten_at_once(store: Store) -> None:
    urls = [f"https://plaza.example/{number}.png" for number in range(40_000)]
    with store.write() as tx:
        pictures.put(tx, a_picture(urls[0]))
        assert set(pictures.by_url(tx, urls)) == {urls[0]}
        row = {"file": None, "fetched_at": NOW}
        tx.execute(pictures._T.insert(), [{"url": url, **row} for url in urls[1:]])
        pictures.keep_only(tx, urls[:1])
        assert set(pictures.by_url(tx, urls)) == {urls[0]}
