"""Posts are known by all the paths they ever had."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from syndication.store import Store, Transaction, posts
from tests.store.making import LATER, NOW, a_post, add_post


def paths(tx: Transaction) -> dict[str, str]:
    """Every path → the present path of the post that it leads to."""
    present = {post.id: post.path for post in posts.everything(tx)}
    return {path: present[post_id] for path, post_id in posts.all_paths(tx).items()}


def test_a_post_comes_back_as_it_was_stored(store: Store) -> None:
    post = a_post("/es/vencejos/", title="Vencejos", language="es", comments="2026-12-31")
    with store.write() as tx:
        post_id = posts.insert(tx, post, now=NOW)
        stored = posts.get(tx, post_id)
        assert stored is not None
        assert posts.by_id(tx, [post_id, 99]) == {post_id: stored}
        assert posts.everything(tx) == [stored]
        assert posts.count(tx) == 1
    assert (stored.path, stored.url) == ("/es/vencejos/", "https://vencejo.example/es/vencejos/")
    assert (stored.title, stored.language, stored.comments) == ("Vencejos", "es", "2026-12-31")
    assert (stored.published, stored.digest, stored.missing_since) == (NOW, post.digest, None)


def test_a_post_that_is_not_there_is_none(store: Store) -> None:
    with store.read() as tx:
        assert posts.get(tx, 1) is None
        assert posts.by_id(tx, []) == {}
        assert posts.ids_of_paths(tx, []) == {}


def test_a_new_path_keeps_the_former_ones(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx, "/a/", aliases=("/older/",))
        posts.refresh(tx, post_id, a_post("/b/", aliases=("/a/",)), now=LATER)
        assert paths(tx) == {"/older/": "/b/", "/a/": "/b/", "/b/": "/b/"}
        assert posts.paths_of(tx, post_id) == ["/a/", "/b/", "/older/"]
        assert posts.ids_of_paths(tx, ["/a/", "/older/", "/else/"]) == {
            "/a/": post_id,
            "/older/": post_id,
        }


def test_a_post_may_move_to_where_another_stood_before_that_one_moves_on(store: Store) -> None:
    with store.write() as tx:
        first, second = add_post(tx, "/a/"), add_post(tx, "/b/")
        posts.refresh(tx, first, a_post("/b/", aliases=("/a/",)), now=NOW)
        posts.refresh(tx, second, a_post("/c/"), now=NOW)
        assert paths(tx) == {"/a/": "/b/", "/b/": "/b/", "/c/": "/c/"}


def test_two_posts_may_exchange_their_paths(store: Store) -> None:
    with store.write() as tx:
        first, second = add_post(tx, "/a/", title="A"), add_post(tx, "/b/", title="B")
        posts.refresh(tx, first, a_post("/b/", title="A"), now=NOW)
        posts.refresh(tx, second, a_post("/a/", title="B"), now=NOW)
        assert paths(tx) == {"/a/": "/a/", "/b/": "/b/"}
        titles = {post.title: post.path for post in posts.everything(tx)}
        assert titles == {"A": "/b/", "B": "/a/"}


def test_a_new_post_may_take_the_path_of_one_that_vanished(store: Store) -> None:
    with store.write() as tx:
        gone = add_post(tx, "/a/")
        posts.missing(tx, [gone], now=NOW)
        new = add_post(tx, "/a/", title="Another")
        assert posts.ids_of_paths(tx, ["/a/"]) == {"/a/": new}
        old = posts.get(tx, gone)
        assert old is not None
        assert old.path not in ("/a/", "/")
        assert posts.paths_of(tx, gone) == []


def test_an_alias_never_takes_the_path_of_a_post_that_stands_there(store: Store) -> None:
    with store.write() as tx:
        standing = add_post(tx, "/a/")
        other = add_post(tx, "/b/", aliases=("/a/", "/old/"))
        assert posts.ids_of_paths(tx, ["/a/", "/b/", "/old/"]) == {
            "/a/": standing,
            "/b/": other,
            "/old/": other,
        }


def test_an_alias_that_another_post_gave_up_leads_to_the_one_that_names_it(store: Store) -> None:
    with store.write() as tx:
        first = add_post(tx, "/a/")
        posts.refresh(tx, first, a_post("/a2/"), now=NOW)
        second = add_post(tx, "/b/", aliases=("/a/",))
        assert posts.ids_of_paths(tx, ["/a/", "/a2/"]) == {"/a/": second, "/a2/": first}


def test_missing_remembers_the_first_time_and_found_again_forgets_it(store: Store) -> None:
    with store.write() as tx:
        post_id, other = add_post(tx, "/a/"), add_post(tx, "/b/")
        posts.missing(tx, [post_id], now=NOW)
        posts.missing(tx, [post_id], now=LATER)
        assert {p.id: p.missing_since for p in posts.everything(tx)} == {post_id: NOW, other: None}
        posts.found_again(tx, [post_id])
        posts.missing(tx, [post_id], now=LATER)
        assert posts.by_id(tx, [post_id])[post_id].missing_since == LATER


def test_a_refresh_says_what_the_outbox_says_now(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        posts.missing(tx, [post_id], now=NOW)
        changed = a_post(title="Swifts again", language="en-GB", kind="page")
        posts.refresh(tx, post_id, changed, now=LATER)
        stored = posts.by_id(tx, [post_id])[post_id]
    assert (stored.title, stored.language, stored.kind) == ("Swifts again", "en-GB", "page")
    assert (stored.digest, stored.missing_since) == (changed.digest, None)


def test_what_is_due_for_export_comes_longest_waiting_first(store: Store) -> None:
    with store.write() as tx:
        ids = [add_post(tx, f"/{n}/") for n in range(3)]
        for post_id in ids:
            posts.exported(tx, post_id, NOW)
        assert posts.due_for_export(tx, 10) == []
        posts.mark_for_export(tx, [ids[2]], now=NOW)
        posts.mark_for_export(tx, [ids[0], None], now=LATER)
        assert [post.id for post, _ in posts.due_for_export(tx, 10)] == [ids[2], ids[0]]
        assert [post.id for post, _ in posts.due_for_export(tx, 1)] == [ids[2]]
        assert posts.count_due(tx) == 2
        posts.mark_all_for_export(tx, now=LATER)
        assert posts.count_due(tx) == 3


def test_marking_nothing_marks_nothing(store: Store) -> None:
    with store.write() as tx:
        post_id = add_post(tx)
        posts.exported(tx, post_id, NOW)
        posts.mark_for_export(tx, [None], now=LATER)
        assert posts.count_due(tx) == 0


@pytest.mark.slow
def test_fifty_thousand_posts_are_marked_missed_and_found_in_one_statement_each(
    store: Store,
) -> None:
    row = posts._values(a_post())
    with store.write() as tx:
        many = [
            {**row, "path": f"/{n}/", "first_seen": NOW, "missing_since": NOW}
            for n in range(50_000)
        ]
        tx.execute(posts._T.insert(), many)
        ids = [post.id for post in posts.everything(tx)]
        assert len(posts.by_id(tx, ids)) == 50_000
        posts.found_again(tx, ids)
        posts.mark_for_export(tx, ids, now=NOW)
        assert posts.count_due(tx) == 50_000
        posts.missing(tx, ids, now=LATER)
        missing = "SELECT count(*) FROM posts WHERE missing_since IS NOT NULL"
        assert tx.execute(text(missing)).scalar_one() == 50_000
        assert posts.ids_of_paths(tx, (f"/{n}/" for n in range(300_000))) == {}
