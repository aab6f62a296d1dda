"""Webmentions that were changed or taken back.

The cases of webmention.rocks' update and delete tests are among them.
"""

from __future__ import annotations

import pytest

from syndication.model import Upstream, Verdict
from syndication.steps.verify import PATIENCE
from tests.servers.pages import Pages
from tests.steps.corner import Corner, reply

# --- changed and taken back -----------------------------------------------------------------------


@pytest.fixture
def approved(corner: Corner, ana: Pages) -> str:
    """An approved reply; its address."""
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.told(source)
    corner.decide()
    assert len(corner.shown()) == 1
    return source


def test_changed_words_are_judged_anew_and_the_approved_ones_stay(
    corner: Corner, ana: Pages, approved: str
):
    ana.show("/re", reply(f"{corner.home.url}/hello/", "Cheap pills"))
    corner.told(approved)
    assert (corner.message().revision, corner.message().verdict) == (2, Verdict.HOLD)
    assert corner.shown() == ["What a <b>lovely</b> bicycle."]


def test_told_again_without_a_change_nothing_happens(corner: Corner, approved: str):
    corner.told(approved)
    assert corner.message().revision == 1
    assert corner.message().verdict == Verdict.APPROVE


def test_a_change_that_nobody_tells_is_found_within_days(corner: Corner, ana: Pages, approved: str):
    ana.show("/re", reply(f"{corner.home.url}/hello/", "Changed"))
    corner.reverify(days=2)
    assert corner.message().revision == 2


@pytest.mark.parametrize("how", ["410", "without the link"])
def test_what_is_gone_is_hidden_at_once_and_erased_when_confirmed(
    corner: Corner, ana: Pages, approved: str, how: str
):
    ana.show("/re", "<p>Nothing here</p>", status=410 if how == "410" else 200)
    corner.told(approved)
    assert corner.message().upstream == Upstream.MISSING
    assert corner.shown() == []
    corner.reverify(minutes=61)
    assert corner.messages() == []


def test_what_is_erased_leaves_no_trace_of_its_address(corner: Corner, ana: Pages, approved: str):
    ana.show("/re", status=410)
    corner.told(approved)
    corner.reverify(minutes=61)
    corner.discussion()
    corner.site.store.sweep()
    for file in corner.folder.rglob("*"):
        if file.is_file() and file.suffix != ".toml":
            assert f"{ana.url}/re".encode() not in file.read_bytes(), file.name


def test_a_page_not_found_is_gone_when_it_is_so_for_a_day(
    corner: Corner, ana: Pages, approved: str
):
    del ana.there["/re"]
    corner.told(approved)
    assert corner.message().upstream == Upstream.LIVE
    assert len(corner.shown()) == 1
    corner.reverify(hours=23)
    assert len(corner.shown()) == 1
    corner.reverify(hours=2)
    assert corner.messages() == []


def test_a_page_that_was_not_found_and_is_back_starts_anew(
    corner: Corner, ana: Pages, approved: str
):
    page = ana.there.pop("/re")
    corner.told(approved)
    ana.there["/re"] = page
    corner.told(approved)
    assert corner.message().missing_since is None
    del ana.there["/re"]
    corner.reverify(days=2)
    assert len(corner.messages()) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, "broken", "text/html"),
        (503, "busy", "text/html"),
        (403, "no", "text/html"),
        (200, "<div>" * 20_000, "text/html"),
        (200, "\x89PNG", "image/png"),
        (200, "x" * 1_100_000, "text/html"),
    ],
    ids=["500", "503", "403", "nested", "picture", "huge"],
)
def test_an_outage_or_what_cannot_be_read_deletes_nothing(
    corner: Corner, ana: Pages, approved: str, status: int, body: str, kind: str
):
    ana.show("/re", body, status=status, media_type=kind)
    for _ in range(3):
        corner.told(approved)
        corner.reverify(days=2)
    assert len(corner.shown()) == 1


def test_a_page_that_cannot_be_reached_is_tried_again_and_then_left(corner: Corner, ana: Pages):
    source = ana.show("/re", "down", status=500)
    corner.told(source)
    assert corner.waiting() == 1
    for _ in range(PATIENCE):
        corner.later(days=1)
        corner.verify()
    assert corner.waiting() == 0
    assert ana.asked.count("/re") == PATIENCE


def test_a_page_that_comes_back_in_time_is_heard(corner: Corner, ana: Pages):
    source = ana.show("/re", "down", status=503)
    corner.told(source)
    ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.later(days=1)
    corner.verify()
    assert len(corner.messages()) == 1
