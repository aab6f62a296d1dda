"""Words that were public and are kept off pages: for staff to read, for nobody else to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from syndication.model import WITHHELD, Ref, Upstream, Verdict
from syndication.networks.contract import Absent, Connection, Lookup, Withheld
from syndication.steps.decide import KeptBack, decide
from syndication.steps.listen import listen
from syndication.store import watches
from tests.steps.town import Town


@pytest.fixture
def approved(town: Town) -> Ref:
    """Ana's words are on the page of the town's post."""
    ours = town.speak()
    ref = town.decide_when_collected(town.person("ana").say("@brand lovely", reply_to=ours))
    town.reverify()
    assert town.shown() == ["@brand lovely"]
    return ref


class Says:
    """A server that answers each look-up in the same way."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Lookup]:
        return {ref.id: self.lookup for ref in refs}


def answering(town: Town, lookup: Lookup) -> None:
    """From now on whoever is asked for by id is answered so."""

    def connected(name: str) -> Connection:
        return replace(town.connect(name), reader=Says(lookup))

    town.change(connect=connected)


def out_of_sight(town: Town, ref: Ref) -> None:
    """Ana's account is not to be seen: its words are in no thread."""
    town.server.statuses[ref.id].deleted = True


def test_a_label_takes_words_off_the_page_and_gives_them_back(town: Town, approved: Ref) -> None:
    town.change_message(approved, visibility=WITHHELD)
    town.reverify(minutes=10)
    assert town.shown() == []
    assert "lovely" not in town.everything_public()
    assert town.stored(approved).verdict == Verdict.APPROVE
    town.change_message(approved, visibility="public")
    town.reverify(minutes=10)
    assert town.shown() == ["@brand lovely"]


def test_what_its_network_withholds_is_hidden_however_long_and_comes_back(
    town: Town, approved: Ref
) -> None:
    out_of_sight(town, approved)
    answering(town, Withheld("its author is deactivated"))
    for _ in range(4):
        town.reverify(hours=2)
        assert town.shown() == []
        assert "lovely" not in town.everything_public()
        assert town.stored(approved).upstream == Upstream.LIVE
    town.server.statuses[approved.id].deleted = False
    town.reverify(hours=24)
    assert town.shown() == ["@brand lovely"]


def test_a_deletion_after_it_was_withheld_still_takes_two_looks(town: Town, approved: Ref) -> None:
    out_of_sight(town, approved)
    answering(town, Withheld())
    town.reverify(minutes=10)
    town.reverify(hours=5)
    answering(town, Absent())
    town.reverify(hours=5)
    assert town.message(approved) is not None
    town.reverify(hours=5)
    assert town.message(approved) is None


def test_withheld_words_cannot_be_approved(town: Town) -> None:
    ours = town.speak()
    ref = town.person("ana").say("@brand hush", reply_to=ours)
    town.change_message(ref, visibility=WITHHELD)
    town.collect()
    stored = town.stored(ref)
    with pytest.raises(KeptBack):
        decide(town.site, stored.id, stored.revision, Verdict.APPROVE, by="marta")


@pytest.fixture
def found(town: Town) -> Ref:
    """What a watch found: Bo did not address us, and agreed to be found."""
    with town.site.store.write() as tx:
        watches.add(tx, kind="words", query="squeaks", language="", now=town.now)
    ref = town.person("bo", indexable=True).say("my bicycle squeaks")
    listen(town.site, "brand")
    assert town.message(ref) is not None
    return ref


def test_a_label_on_what_a_watch_found_is_no_wish_of_its_author(town: Town, found: Ref) -> None:
    town.change_message(found, visibility=WITHHELD)
    town.reverify(hours=25)
    assert town.stored(found).visibility == WITHHELD
    town.change_message(found, visibility="public")
    town.reverify(hours=25)
    assert town.stored(found).visibility == "public"


def test_who_withheld_what_a_watch_found_themselves_is_forgotten(town: Town, found: Ref) -> None:
    author = replace(town.server.statuses[found.id].message.author, indexable=False)
    town.change_message(found, visibility=WITHHELD, author=author)
    town.reverify(hours=25)
    assert town.message(found) is None
