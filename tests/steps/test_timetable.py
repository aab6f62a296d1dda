"""Which step runs how often, in which lane."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from syndication.steps.build import Builder
from syndication.steps.timetable import Pace, timetable
from syndication.store import marks
from tests.steps.town import Town


def test_each_account_reads_in_a_lane_of_its_own_at_the_pace_of_the_settings(
    two_accounts: Town,
) -> None:
    town = two_accounts
    pace = Pace(collect=timedelta(seconds=30), listen=timedelta(minutes=9))
    jobs = timetable(
        town.site,
        Builder(command="", directory=town.folder),
        pace,
        desk=lambda: None,
        stopping=lambda: False,
    )
    for account in ("brand", "other"):
        theirs = {job.step: job.every for job in jobs if job.account == account}
        assert theirs == {
            "collect": pace.collect,
            "reverify": pace.collect,
            "listen": pace.listen,
            "send": timedelta(seconds=30),
            "hide": timedelta(seconds=30),
            "verify": timedelta(seconds=30),
        }
        lanes = {job.step: job.lane for job in jobs if job.account == account}
        assert {lanes.pop("send"), lanes.pop("hide")} == {f"out:{account}"}
        assert lanes.pop("verify") == f"verify:{account}"
        assert set(lanes.values()) == {f"in:{account}"}
    lanes = {job.step: job.lane for job in jobs if job.account is None}
    assert lanes["export"] == lanes["desk"]  # the desk shows what the export wrote
    assert len({lanes["publish"], lanes["export"], lanes["build"]}) == 3


def test_the_whole_timetable_once_carries_a_reply_to_its_page(two_accounts: Town) -> None:
    """Every job does its own account's work and no other's."""
    town = two_accounts
    town.read_once()
    refs = [
        town.person("ana").say(f"@{copy.account} lovely", reply_to=copy.ref)
        for copy in town.out(town.post("hello"))
    ]
    desk: list[int] = []
    jobs = timetable(
        town.site,
        Builder(command="true", directory=town.folder, delay=timedelta(0)),
        Pace(),
        desk=lambda: desk.append(len(town.messages())),
        stopping=lambda: False,
    )
    for job in jobs:
        job.run()
    for ref in refs:
        town.decide(ref)
    for job in jobs:
        job.run()
    assert town.shown() == ["@brand lovely", "@other lovely"]
    assert desk == [0, 2]
    with town.site.store.read() as tx:
        assert marks.get(tx, marks.BUILD_DUE) is None


def test_the_loop_is_the_same_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    """Replies, edits, faces, decisions, deletions and erasure, from the network to the page."""
    town = Town(tmp_path, url=postgresql)
    town.web.show("https://faces.example/ana.webp", b"no picture")
    ours = town.speak()
    ana = town.person("ana", picture="https://faces.example/ana.webp")
    first = ana.say("@brand first \0", reply_to=ours)
    second = town.person("bo").say("second", reply_to=first)
    town.collect()
    town.reverify(minutes=10)
    for ref in (first, second):
        town.decide(ref)
    assert town.shown() == ["@brand first", "second"]
    ana.edit(first, "@brand edited")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand first", "second"]
    ana.delete(first)
    for _ in range(3):
        town.reverify(hours=1)
    assert town.shown() == ["second"]
    assert town.message(first) is None
    town.site.store.close()
