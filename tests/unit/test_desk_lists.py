"""The desk's lists: their order, and that nothing repeats or hides while the queue moves."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.model import Verdict
from syndication.steps.decide import decide, undo
from syndication.store import context, messages, queue
from syndication.store.queue import DECIDED_LATELY
from syndication.web.reading import PAGE
from tests.unit.desk_site import ORIGIN, DeskSite, press


@pytest.fixture
def desk(tmp_path: Path) -> DeskSite:
    return DeskSite(tmp_path)


def held(desk: DeskSite, **page: int) -> list[int]:
    with desk.store.read() as tx:
        return [entry.message_id for entry in queue.held(tx, **{"limit": 100, **page})]


def decided(desk: DeskSite, **page: int) -> list[int]:
    with desk.store.read() as tx:
        entries = queue.decided(tx, now=desk.now, **{"limit": 100, **page})
        return [entry.message_id for entry in entries]


def test_what_waits_longest_stands_first(desk: DeskSite):
    ids = [desk.says(written=desk.now - timedelta(hours=hour)) for hour in (1, 3, 2)]
    assert held(desk) == ids


def test_pages_neither_repeat_nor_hide_while_people_speak_and_staff_decide(desk: DeskSite):
    ids = [desk.says(by=f"Person {number}") for number in range(9)]
    first = held(desk, limit=3)
    decide(desk.site, ids[0], 1, Verdict.APPROVE, by="Marta")
    decide(desk.site, ids[4], 1, Verdict.SPAM, by="Marta")
    late = desk.says(by="Late")
    second = held(desk, after=first[-1], limit=3)
    third = held(desk, after=second[-1], limit=30)
    assert first == ids[:3]
    assert [*second, *third] == [ids[3], *ids[5:], late]


def test_what_is_gone_upstream_waits_no_more(desk: DeskSite):
    said = desk.says()
    with desk.store.write() as tx:
        tx.exec_driver_sql("update messages set upstream = 'gone'")
    assert held(desk) == []
    with desk.store.read() as tx:
        assert queue.lengths(tx) == {"held": 0, "found": 0}
    assert said


def test_only_what_a_watch_found_is_on_the_list_of_what_was_found(desk: DeskSite):
    desk.says()
    found = desk.says(by="Luis", via="search:1")
    with desk.store.write() as tx:
        messages.sighted(tx, [(found, None)], account="plaza", via="poll", now=desk.now)
        listed = queue.found(tx, limit=10)
        assert [entry.message_id for entry in listed] == [found]
        assert queue.lengths(tx) == {"held": 2, "found": 1}


def test_decided_lists_each_message_once_by_its_last_decision(desk: DeskSite):
    first, second, third = desk.says(), desk.says(), desk.says()
    for said in (first, second, third):
        decide(desk.site, said, 1, Verdict.APPROVE, by="Marta")
    decide(desk.site, first, 1, Verdict.SPAM, by="Luis")
    undo(desk.site, third, by="Marta")
    assert decided(desk) == [first, second]
    desk.now += DECIDED_LATELY + timedelta(seconds=1)
    assert decided(desk) == []


def test_decided_goes_on_from_a_position(desk: DeskSite):
    ids = [desk.says() for _ in range(5)]
    for said in ids:
        decide(desk.site, said, 1, Verdict.REJECT, by="Marta")
    with desk.store.read() as tx:
        first = queue.decided(tx, now=desk.now, limit=2)
    assert [entry.message_id for entry in first] == [ids[4], ids[3]]
    assert decided(desk, before=first[-1].position) == [ids[2], ids[1], ids[0]]


def test_an_edited_message_leaves_the_decided_and_waits(desk: DeskSite):
    said = desk.says()
    decide(desk.site, said, 1, Verdict.APPROVE, by="Marta")
    desk.edits(said, "<p>other words</p>")
    assert decided(desk) == []
    assert held(desk) == [said]


def test_the_inbox_goes_on_page_by_page_and_comes_back_to_the_same_one(desk: DeskSite):
    ids = [desk.says(by=f"Person {number}") for number in range(PAGE + 2)]
    client = desk.client()
    first = client.get("/inbox", base_url=ORIGIN)
    assert re.findall(r'<article class="card" id="message-(\d+)"', first.text) == [
        str(said) for said in ids[:PAGE]
    ]
    next_ = re.search(r'<a rel="next" href="([^"]+)"', first.text)
    assert next_ is not None
    second = client.get(next_[1], base_url=ORIGIN)
    assert f'id="message-{ids[-1]}"' in second.text
    assert 'rel="next"' not in second.text
    done = press(client, second, f"/message/{ids[PAGE]}/approve")
    assert done.headers["Location"] == f"/inbox?after={ids[PAGE - 1]}&done={ids[PAGE]}#notice"


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "²", "9" * 40, "1;drop"])
def test_a_nonsensical_position_is_the_beginning(desk: DeskSite, after: str):
    said = desk.says()
    client = desk.client()
    for path in ("/inbox", "/decided", "/answers", "/found"):
        assert client.get(path, query_string={"after": after}, base_url=ORIGIN).status_code == 200
    page = client.get("/inbox", query_string={"after": after}, base_url=ORIGIN)
    assert f'id="message-{said}"' in page.text


def test_the_lists_are_the_same_on_postgresql(tmp_path: Path, postgresql: str):
    desk = DeskSite(tmp_path, postgresql)
    ids = [desk.says(), desk.says(by="Luis", via="search:1"), desk.says(by="Pau")]
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    press(client, page, f"/message/{ids[0]}/approve")
    press(client, page, f"/message/{ids[2]}/answer", text="Thank you, Pau.")
    assert held(desk) == ids[1:]
    assert decided(desk) == [ids[0]]
    for path in ("/found", "/decided", "/answers", f"/message/{ids[2]}", "/account"):
        assert client.get(path, base_url=ORIGIN).status_code == 200
    desk.store.close()


def test_an_empty_list_says_so_kindly(desk: DeskSite):
    assert "Nobody is waiting." in desk.client().get("/inbox", base_url=ORIGIN).text


def test_what_stands_around_a_list_costs_the_same_whatever_its_length(desk: DeskSite):
    def statements(wanted: list[int]) -> int:
        from sqlalchemy import event

        from syndication.desk.facts import gather

        seen: list[str] = []
        listen = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        event.listen(desk.store.engine, "before_cursor_execute", listen)
        with desk.store.read() as tx:
            assert len(gather(desk.site, tx, wanted)) == len(wanted)
        event.remove(desk.store.engine, "before_cursor_execute", listen)
        return len(seen)

    ids = [desk.says(by=f"Person {number % 4}") for number in range(30)]
    assert statements(ids) <= statements(ids[-1:]) + 2
    assert statements(ids) <= 25


def test_a_conversation_without_a_copy_of_ours_is_found_by_its_replies(desk: DeskSite):
    top = desk.says(on_post=False, under="")
    middle = desk.says(on_post=False, under=desk.name_of(top))
    leaf = desk.says(on_post=False, under=desk.name_of(middle))
    desk.says(on_post=False, under="")
    with desk.store.read() as tx:
        for said in (top, middle, leaf):
            found = context.conversation(tx, desk.stored(said))
            assert [message.id for message in found] == [top, middle, leaf]
