"""The daemon: lanes that hold up nobody, wake-ups that are not lost, an end in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from syndication import daemon as daemons
from syndication.daemon import Alarm, Daemon
from syndication.networks.contract import Connection, RateLimited, Unauthorised, Unavailable
from syndication.steps.build import Builder
from syndication.steps.timetable import Job, Pace, timetable
from syndication.store import watches
from tests.servers.waiting import HANGS, wait_until
from tests.steps.town import Town

SELDOM = timedelta(hours=1)
GRACE = daemons.GRACE


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.site.store.close()


@pytest.fixture(autouse=True)
def grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that end are given the time to do so, also by a machine that stands still."""
    monkeypatch.setattr(daemons, "GRACE", HANGS)


@pytest.fixture
def run(town: Town) -> Iterator[Callable[..., Daemon]]:
    """Starts daemons, and ends them after the test."""
    started: list[Daemon] = []

    def start(*jobs: Job, streams: bool = False) -> Daemon:
        made = Daemon(town.site, jobs, Alarm(), stop=threading.Event(), streams=streams)
        started.append(made)
        made.start()
        return made

    yield start
    for made in started:
        made.end()


class Counted:
    """A step that counts its runs, and may do something else besides."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        self.runs = 0
        self._act = act

    def __call__(self) -> None:
        self.runs += 1
        self._act()

    def ran(self, times: int) -> None:
        wait_until(lambda: self.runs >= times, what=f"run {times}, after {self.runs}")


def job(step: str, run: Callable[[], object], lane: str = "", **fields: Any) -> Job:
    return Job(**{"step": step, "lane": lane or step, "every": SELDOM, "run": run, **fields})


def fail(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_everything_runs_once_at_the_start(run: Callable[..., Daemon]) -> None:
    steps = [Counted() for _ in range(4)]
    run(*(job(f"step{n}", step, lane=f"lane{n % 2}") for n, step in enumerate(steps)))
    for step in steps:
        step.ran(1)


def test_timers_run_again_and_again(run: Callable[..., Daemon]) -> None:
    often = Counted()
    run(job("often", often, every=timedelta(seconds=0.05)))
    often.ran(4)


def test_a_job_that_fails_stays_on_the_timetable_and_the_others_run(
    run: Callable[..., Daemon], caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = Counted(fail(ValueError("no such luck"))), Counted()
    often = timedelta(seconds=0.05)
    run(
        job("broken", broken, lane="same", every=often),
        job("sound", sound, lane="same", every=often),
    )
    broken.ran(3)
    sound.ran(3)
    assert "broken: no such luck" in caplog.text
    assert "Traceback" in caplog.text  # whoever mends it wants to know where


def test_what_a_person_can_mend_is_said_without_a_traceback(
    run: Callable[..., Daemon], caplog: pytest.LogCaptureFixture
) -> None:
    from syndication.steps.outbox import ForeignOutbox

    steps = [
        Counted(fail(ForeignOutbox("the outbox was built for staging.example"))),
        Counted(fail(OSError(28, "No space left on device", "discussion/site.json"))),
        Counted(fail(ConnectionResetError(104, "reset by peer"))),
    ]
    run(*(job(f"step{n}", step) for n, step in enumerate(steps)))
    for step in steps:
        step.ran(1)
    wait_until(lambda: len(caplog.records) == 3, what="three lines")
    said = {r.getMessage().partition(":")[0]: r.getMessage() for r in caplog.records}
    assert said["step0"].endswith("built for staging.example")
    assert "site.json" in said["step1"]
    assert said["step1"].endswith("make room or give the rights back")
    assert "make room" not in said["step2"]
    assert "Traceback" not in caplog.text


def test_what_goes_wrong_again_and_again_is_said_once_until_it_changes(
    run: Callable[..., Daemon], caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = ["full", "full", "full", "locked", "", "full", "full"]

    def act() -> None:
        if outcomes and (wrong := outcomes.pop(0)):
            raise RuntimeError(wrong)

    def said() -> list[str]:
        return [r.getMessage() for r in list(caplog.records) if r.levelname == "ERROR"]

    run(job("work", act, every=timedelta(seconds=0.01)))
    wait_until(lambda: not outcomes and len(said()) == 3, what="three errors")
    assert said() == ["work: full", "work: locked", "work: full"]


def test_a_wake_up_runs_its_step_at_once_and_no_other(run: Callable[..., Daemon]) -> None:
    woken, asleep = Counted(), Counted()
    running = run(job("woken", woken, lane="same"), job("asleep", asleep, lane="same"))
    woken.ran(1)
    asleep.ran(1)
    for times in (2, 3):
        running.alarm.wake("woken")
        woken.ran(times)
    assert asleep.runs == 1


def test_a_wake_up_for_one_account_wakes_no_other(run: Callable[..., Daemon]) -> None:
    steps = {name: Counted() for name in ("brand", "other")}
    running = run(*(job("collect", steps[n], lane=n, account=n) for n in steps))
    for step in steps.values():
        step.ran(1)
    running.alarm.wake("collect", "brand")
    steps["brand"].ran(2)
    running.alarm.wake("collect")
    steps["brand"].ran(3)
    steps["other"].ran(2)
    assert steps["other"].runs == 2


def test_a_wake_up_that_comes_while_its_step_runs_is_not_lost(run: Callable[..., Daemon]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert go_on.wait(HANGS)

    step = Counted(slow)
    running = run(job("slow", step))
    assert begun.wait(HANGS)
    running.alarm.wake("slow")
    go_on.set()
    step.ran(2)


def test_many_wake_ups_while_a_step_runs_are_one(run: Callable[..., Daemon]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(HANGS)

    step, after = Counted(slow), Counted()
    running = run(job("slow", step, lane="same"), job("after", after, lane="same"))
    assert begun.wait(HANGS)
    for _ in range(100):
        running.alarm.wake("slow")
    go_on.set()
    step.ran(2)
    running.alarm.wake("after")
    after.ran(2)
    assert step.runs == 2


def test_a_step_may_wake_itself_and_others(run: Callable[..., Daemon]) -> None:
    second = Counted()
    first = Counted(lambda: running.alarm.wake("second") if first.runs > 1 else None)
    running = run(job("first", first, lane="a"), job("second", second, lane="b"))
    first.ran(1)
    second.ran(1)
    running.alarm.wake("first")
    second.ran(2)


def test_a_lane_that_hangs_holds_up_no_other(run: Callable[..., Daemon]) -> None:
    hanging = threading.Event()
    often = Counted()
    run(
        job("hangs", lambda: hanging.wait(2 * HANGS), lane="slow"),
        job("often", often, lane="quick", every=timedelta(seconds=0.05)),
    )
    often.ran(3)
    hanging.set()


def test_the_end_comes_within_two_seconds_though_a_lane_hangs(
    run: Callable[..., Daemon], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert GRACE < 2
    monkeypatch.setattr(daemons, "GRACE", GRACE)
    hanging, begun = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        hanging.wait(HANGS)

    after = Counted()
    running = run(job("hangs", hang, lane="slow"), job("after", after, lane="slow"))
    assert begun.wait(HANGS)
    assert running.end() is False  # it hangs still: nobody waited for its end
    hanging.set()
    wait_until(lambda: not any(t.is_alive() for t in running._threads), what="the end")
    assert after.runs == 0  # nothing is begun any more


def test_idle_lanes_end_at_once(
    run: Callable[..., Daemon], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are woken: how long they would have slept is nothing to it."""
    take = Alarm.take
    monkeypatch.setattr(Alarm, "take", lambda alarm, jobs, _: take(alarm, jobs, 2 * HANGS))
    steps = [Counted() for _ in range(6)]
    running = run(*(job(f"step{n}", step) for n, step in enumerate(steps)))
    for step in steps:
        step.ran(1)
    assert running.end() is True


def test_the_clock_may_be_set_back(
    run: Callable[..., Daemon], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When summer time ends, local time goes back an hour: nothing may stand still for as long."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        often = Counted()
        run(job("often", often, every=timedelta(seconds=0.2)))
        often.ran(2)
        monkeypatch.setenv("TZ", "UTC+11")
        time.tzset()
        often.ran(often.runs + 3)
    finally:
        monkeypatch.undo()
        time.tzset()


# --- streams ---------------------------------------------------------------------------------


class Streamed:
    """A server's stream that does what the test says, call by call; then it is silent."""

    def __init__(self, *acts: Callable[[Callable[[Any], None]], object]) -> None:
        self.opened = 0
        self.cursors: list[str | None] = []
        self._acts = list(acts)

    def stream(
        self,
        stop: threading.Event,
        wanted: object,
        hint: Callable[[Any], None],
        *,
        cursor: str | None,
        keep: Callable[[str], None],
    ) -> None:
        self.cursors.append(cursor)
        keep(f"opened {len(self.cursors)} times")
        self.opened += 1  # last, for tests wait for it
        if self._acts:
            self._acts.pop(0)(hint)
        else:
            stop.wait()


def connected(town: Town, streamer: object) -> None:
    connection: Connection = replace(town.connect("brand"), streamer=streamer)  # type: ignore[arg-type]
    town.change(connect=lambda _name: connection)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After how many breaks each pause was made; they last a moment only."""
    made: list[int] = []

    def backoff(tries: int) -> timedelta:
        made.append(tries)
        return timedelta(seconds=0.01)

    monkeypatch.setattr(daemons, "backoff", backoff)
    return made


def broken(error: Exception) -> Callable[[object], None]:
    def act(_hint: object) -> None:
        raise error

    return act


def test_a_hint_of_a_stream_lets_its_account_be_asked(
    town: Town, run: Callable[..., Daemon]
) -> None:
    collect = Counted()
    connected(town, Streamed())
    running = run(job("collect", collect, account="brand"), streams=True)
    collect.ran(1)
    wait_until(lambda: len(running._threads) == 2, what="a lane and a stream")
    running.end()

    hinted = threading.Event()

    def news(hint: Callable[[Any], None]) -> None:
        assert hinted.wait(HANGS)
        hint(None)

    connected(town, Streamed(news))
    runs = collect.runs
    run(job("collect", collect, account="brand"), streams=True)
    collect.ran(runs + 1)
    hinted.set()
    collect.ran(runs + 2)


def test_what_a_stream_finds_for_a_watch_is_taken_in(
    town: Town, run: Callable[..., Daemon]
) -> None:
    with town.site.store.write() as tx:
        watches.add(tx, kind="words", query="brakes", language="", now=town.now)
    collect = Counted()
    run(job("collect", collect, account="brand"), streams=True)
    collect.ran(2)  # at the start, and when the stream was open
    town.person("bo", indexable=True).say("my dog barks")
    town.person("ana", indexable=True).say("my brakes squeak")
    (found,) = wait_until(town.messages, what="a message")
    assert found.copy_id is None


def test_the_stream_of_a_server_ends_with_the_daemon(
    town: Town, run: Callable[..., Daemon]
) -> None:
    running = run(job("collect", Counted(), account="brand"), streams=True)
    wait_until(lambda: "stream" in town.server.requests, what="the stream")
    assert running.end() is True


def test_a_stream_that_breaks_is_opened_again_less_and_less_often(
    town: Town, run: Callable[..., Daemon], pauses: list[int]
) -> None:
    streamer = Streamed(*[broken(Unavailable("cut"))] * 4)
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: streamer.opened == 5, what="the fifth opening")
    assert [tries for tries in pauses if tries > 1] == [2, 3, 4]


def test_a_stream_goes_on_where_it_was_heard_last_also_in_another_process(
    town: Town, run: Callable[..., Daemon], pauses: list[int]
) -> None:
    streamer = Streamed(broken(Unavailable("cut")))
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: streamer.opened == 2, what="the second opening")
    later = Streamed()
    connected(town, later)
    run(streams=True)
    wait_until(lambda: later.opened == 1, what="the next process")
    assert streamer.cursors + later.cursors == [None, "opened 1 times", "opened 2 times"]


def test_a_stream_that_worked_before_it_broke_is_opened_again_soon(
    town: Town, run: Callable[..., Daemon], pauses: list[int]
) -> None:
    def worked(hint: Callable[[Any], None]) -> None:
        hint(None)
        raise Unavailable("cut")

    streamer = Streamed(*[worked] * 5)
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: streamer.opened == 6, what="the sixth opening")
    assert set(pauses) == {1}


def test_a_stream_that_sends_nonsense_is_logged_and_opened_again(
    town: Town,
    run: Callable[..., Daemon],
    pauses: list[int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    streamer = Streamed(broken(TypeError("not a status")), broken(KeyError("id")))
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: streamer.opened == 3, what="the third opening")
    assert "stream of brand broke: not a status" in caplog.text


def test_a_refused_token_pauses_the_account_and_opens_no_stream_until_it_is_connected_again(
    town: Town, run: Callable[..., Daemon], pauses: list[int]
) -> None:
    from syndication.store import accounts

    streamer = Streamed(broken(Unauthorised("the token was revoked")))
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: len(pauses) > 5, what="five looks at a paused account")
    assert town.account().paused_reason == "the token was revoked"
    assert streamer.opened == 1
    with town.site.store.write() as tx:
        accounts.resume(tx, "brand")
    wait_until(lambda: streamer.opened == 2, what="the stream")


def test_a_stream_that_is_limited_waits_as_long_as_its_server_says(
    town: Town, run: Callable[..., Daemon], pauses: list[int]
) -> None:
    streamer = Streamed(broken(RateLimited(town.now + timedelta(minutes=5))))
    connected(town, streamer)
    run(streams=True)
    wait_until(lambda: len(pauses) > 5, what="five looks at a limited account")
    assert streamer.opened == 1
    town.later(minutes=6)
    wait_until(lambda: streamer.opened == 2, what="the stream")


def test_a_server_without_a_stream_is_not_asked_for_one_again(
    town: Town, run: Callable[..., Daemon]
) -> None:
    connected(town, None)
    running = run(streams=True)
    (thread,) = running._threads
    thread.join(HANGS)
    assert not thread.is_alive()


# --- the whole -------------------------------------------------------------------------------


def start_whole(town: Town, builder: Builder) -> Daemon:
    alarm, stop = Alarm(), threading.Event()
    town.change(wake=alarm.wake)
    jobs = timetable(town.site, builder, Pace(), desk=lambda: None, stopping=stop.is_set)
    whole = Daemon(town.site, jobs, alarm, stop=stop)
    whole.start()
    return whole


def test_a_reply_reaches_the_page_by_wake_ups_alone_and_a_restart_loses_nothing(
    town: Town,
) -> None:
    ours = town.speak()
    builder = Builder(command="touch built", directory=town.folder, delay=timedelta(0))
    built = town.folder / "built"
    ana = town.person("ana")

    whole = start_whole(town, builder)
    wait_until(lambda: "stream" in town.server.requests, what="the stream")
    first = ana.say("@brand first", reply_to=ours)
    wait_until(lambda: town.message(first) is not None, what="the first reply")
    assert whole.end() is True

    second = ana.say("@brand second", reply_to=ours)  # while nobody listens
    town.decide(first)  # by hand, while nobody exports
    whole = start_whole(town, builder)
    try:
        wait_until(lambda: town.message(second) is not None, what="the second reply")
        wait_until(lambda: "first" in town.everything_public(), what="the page")
        town.decide(second)
        wait_until(lambda: "second" in town.everything_public(), what="the page with both")
        wait_until(built.exists, what="the build")
    finally:
        assert whole.end() is True
    assert len(town.messages()) == 2
