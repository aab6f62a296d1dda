"""The chain on a clock: when a message was written, seen, held, decided, on disk, deployed."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.archives import open_archive
from syndication.cli import timings as chain
from syndication.model import Verdict
from syndication.steps.build import Builder, build
from syndication.steps.deploy import deploy
from syndication.steps.importing import import_archive, reading_of
from syndication.store import tables, timings
from syndication.store.timings import Timing
from tests.steps.town import Town

FINE = f"{sys.executable} -c pass"


def latest(town: Town) -> list[Timing]:
    with town.site.store.read() as tx:
        return timings.latest(tx, 10)


def test_every_moment_of_a_reply_is_known_from_the_pen_to_the_server(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.later(seconds=30)
    town.collect()
    (timing,) = latest(town)
    assert timing.seen - timing.written == timedelta(seconds=30)
    assert timing.held == timing.seen
    assert timing.decided is timing.on_disk is timing.deployed is None
    town.later(minutes=5)
    town.decide(ref)
    town.export()
    town.later(seconds=7)
    builder = Builder(command=FINE, directory=town.folder, deploy=FINE)
    assert build(town.site, builder)
    town.later(seconds=2)
    assert deploy(town.site, FINE, town.folder)
    (timing,) = latest(town)
    assert timing.held is not None
    assert timing.decided == timing.held + timedelta(minutes=5)
    assert timing.on_disk == timing.decided + timedelta(seconds=7)
    assert timing.deployed == timing.on_disk + timedelta(seconds=2)
    chain.show(chain.gather(town.site, 10))
    said = capsys.readouterr().out
    assert f"written {timing.written.astimezone():%Y-%m-%d %H:%M:%S}, seen +30.0 s," in said
    assert "held +0 ms, decided +5 min, on disk +7.0 s, deployed +2.0 s" in said


def test_what_was_rejected_reaches_no_page_though_others_do(town: Town) -> None:
    root = town.speak()
    town.decide_when_collected(town.person("ana").say("@brand one", reply_to=root))
    town.decide_when_collected(town.person("ben").say("@brand two", reply_to=root), Verdict.REJECT)
    town.export()
    assert build(town.site, Builder(command=FINE, directory=town.folder), now=True)
    assert [bool(timing.on_disk) for timing in latest(town)] == [False, True]


def test_what_was_imported_was_not_seen_late(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town.read_once(town.post("hello"))
    file = tmp_path / "archive.jsonl"
    note = {
        "type": "Note",
        "id": "old:1",
        "context": "/hello/",
        "published": "2017-02-01T10:00:00Z",
        "content": "Words",
        "tertulia:verdict": "approve",
    }
    head = {"type": "tertulia:Archive", "tertulia:version": 1}
    file.write_text(f"{json.dumps(head)}\n{json.dumps(note)}\n", encoding="utf-8")
    import_archive(town.site, open_archive(file, reading_of(town.site)))
    town.collect()
    chain.show(chain.gather(town.site, 10))
    said = capsys.readouterr().out
    assert f"imported {town.site.clock().astimezone():%Y-%m-%d %H:%M:%S}, decided +0 ms" in said
    assert "seen" not in said


def test_an_appeal_is_told_after_the_decision_that_it_is_against(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = town.person("ana").say("@brand lovely", reply_to=town.speak())
    town.collect()
    with town.site.store.write() as tx:
        tx.execute(tables.decisions.delete())
    town.decide(ref, Verdict.REJECT)
    town.later(minutes=5)
    town.decide(ref, Verdict.HOLD)
    chain.show(chain.gather(town.site, 10))
    assert "decided +0 ms, held +5 min" in capsys.readouterr().out
