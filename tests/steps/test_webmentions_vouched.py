"""Webmentions of strangers whom a known site vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syndication.model import Verdict
from syndication.store import messages
from syndication.store.messages import StoredMessage
from tests.servers.pages import Pages, website
from tests.steps.corner import Corner, reply

# --- vouch ----------------------------------------------------------------------------------------


@pytest.fixture
def ben() -> Iterator[Pages]:
    """The site of Ben, on a host that is not Ana's."""
    with website("localhost") as made:
        yield made


def speaks_for(ben: Pages, ana: Pages, rel: str = "") -> str:
    return ben.show("/links", f'<p>I read <a rel="{rel}" href="{ana.url}/">Ana</a>.</p>')


def vouched(corner: Corner, ana: Pages, vouch: str) -> StoredMessage:
    """Ana tells of an answer for the first time, and names a page that speaks for her."""
    target = f"{corner.home.url}/hello/"
    source = ana.show("/re", reply(target))
    fields = {"source": source, "target": target, "vouch": vouch}
    assert corner.client.post("/webmention", data=fields).status_code == 202
    corner.verify()
    return next(m for m in corner.messages() if m.url == source)


def known(corner: Corner, ben: Pages) -> None:
    """Words of Ben's stand on a page of ours."""
    corner.told(ben.show("/re", reply(f"{corner.home.url}/hello/", "I am Ben")))
    corner.decide()


def rule_of(corner: Corner, stored: StoredMessage) -> str:
    with corner.site.store.read() as tx:
        decision = messages.last_decision(tx, stored.id)
    assert decision is not None
    return decision.rule


def test_who_is_vouched_for_by_a_known_site_still_waits_and_the_trace_says_so(
    corner: Corner, ana: Pages, ben: Pages
):
    known(corner, ben)
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert (stored.verdict, rule_of(corner, stored)) == (Verdict.HOLD, "vouched (localhost)")


def test_a_site_that_our_articles_link_to_is_known(corner: Corner, ana: Pages, ben: Pages):
    ben.show("/post", "<p>A post</p>")
    corner.writes("First")
    corner.writes(f'<a href="{ben.url}/post">Ben</a>')
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert rule_of(corner, stored) == "vouched (localhost)"


def test_a_vouch_of_an_unknown_site_counts_for_nothing_and_is_not_fetched(
    corner: Corner, ana: Pages, ben: Pages
):
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert rule_of(corner, stored) == "hold_everything"
    assert ben.asked == []


@pytest.mark.parametrize("rel", ["nofollow", "noopener UGC"])
def test_a_link_that_its_page_does_not_mean_vouches_for_nobody(
    corner: Corner, ana: Pages, ben: Pages, rel: str
):
    known(corner, ben)
    stored = vouched(corner, ana, speaks_for(ben, ana, rel))
    assert rule_of(corner, stored) == "hold_everything"


def test_nobody_vouches_for_themselves(corner: Corner, ana: Pages):
    corner.told(ana.show("/first", reply(f"{corner.home.url}/hello/")))
    corner.decide()
    page = ana.show("/links", f'<a href="{ana.url}/">me</a>')
    assert rule_of(corner, vouched(corner, ana, page)) == "hold_everything"


@pytest.mark.parametrize("vouch", ["file:///etc/passwd", "nonsense", "http://localhost:1/x"])
def test_a_vouch_that_cannot_be_read_harms_nobody(
    corner: Corner, ana: Pages, ben: Pages, vouch: str
):
    known(corner, ben)
    assert rule_of(corner, vouched(corner, ana, vouch)) == "hold_everything"


def test_a_page_that_does_not_link_there_vouches_for_nobody(corner: Corner, ana: Pages, ben: Pages):
    known(corner, ben)
    page = ben.show("/links", f"<!-- <a href='{ana.url}/'> --><p>{ana.url}/</p>")
    assert rule_of(corner, vouched(corner, ana, page)) == "hold_everything"


def test_where_the_settings_say_so_a_vouch_approves_first_words_alone(
    tmp_path: Path, home: Pages, ana: Pages, ben: Pages
):
    corner = Corner(tmp_path, home, options="approve_vouched = true")
    corner.build(corner.post("hello"))
    known(corner, ben)
    page = speaks_for(ben, ana)
    assert vouched(corner, ana, page).verdict == Verdict.APPROVE
    ana.show("/re", reply(f"{home.url}/hello/", "Cheap pills"))
    corner.told(f"{ana.url}/re")
    stored = next(m for m in corner.messages() if m.revision == 2)
    assert (stored.verdict, rule_of(corner, stored)) == (Verdict.HOLD, "edited")
    corner.site.store.close()
