"""From a reply on a real Bluesky network to the page's document, and away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from syndication.demo.bluesky_person import Person, Strong
from syndication.model import Ref, Upstream, Verdict
from syndication.networks import registry
from syndication.networks.contract import Connection
from syndication.store import accounts
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import account, connected, session_of
from tests.steps.town import Town


class BlueskyTown(Town):
    """A site whose account lives on a real network; its own time is passed in all the same."""

    def __init__(self, folder: Path, network: Bluesky) -> None:
        super().__init__(folder)
        self.network = network
        self.me = network.fresh("brand")
        self._secrets = session_of(self.me)
        ours = replace(account(network.pds, plc=network.plc), name="brand", languages=())
        with self.site.store.write() as tx:
            accounts.ensure(tx, ours)
        bluesky = registry.get("bluesky")
        self.change(accounts={"brand": ours}, networks={"bluesky": bluesky}, connect=self.connect)

    def connect(self, name: str) -> Connection:
        return connected(self.network.pds, self._secrets, plc=self.network.plc)

    def reread(self, **later: float) -> None:
        """Everything is indexed, time passes, what is due is read again."""
        self.network.process()
        self.reverify(**later)


@pytest.fixture
def there(tmp_path: Path, bluesky: Bluesky) -> Iterator[BlueskyTown]:
    town = BlueskyTown(tmp_path, bluesky)
    yield town
    town.site.store.close()


@pytest.fixture
def ours(there: BlueskyTown) -> Strong:
    """Our copy, which everybody can see."""
    copied = there.speak()
    there.network.process()
    return {"uri": copied.id, "cid": copied.local or ""}


@pytest.fixture
def ada(bluesky: Bluesky) -> Person:
    return bluesky.fresh("ada", display_name="Ada <b>L</b>")


def named(post: Strong) -> Ref:
    return Ref(space="atproto", id=post["uri"])


@pytest.fixture
def said(there: BlueskyTown, ours: Strong, ada: Person) -> Strong:
    """Words of Ada's that stand on the page."""
    post = ada.say("Until when on Saturday?", reply_to=ours)
    there.network.process()
    there.decide_when_collected(named(post))
    assert there.shown() == ["Until when on Saturday?"]
    return post


def test_an_approved_reply_stands_on_the_page_with_its_author_and_place(
    there: BlueskyTown, said: Strong, ada: Person
):
    (utterance,) = there.discussion().messages
    assert (utterance.network, utterance.kind) == ("bluesky", "reply")
    assert (utterance.author.name, utterance.author.handle) == ("Ada <b>L</b>", ada.handle)
    assert utterance.url == f"https://bsky.app/profile/{ada.did}/post/{said['uri'][-13:]}"


def test_likes_are_a_number_on_the_page(
    there: BlueskyTown, ours: Strong, said: Strong, ada: Person
):
    ada.like(ours)
    there.network.process()
    there.collect()
    there.reread(minutes=30)
    there.export()
    assert there.discussion().reactions == {"like": 1}


def test_an_edit_is_judged_anew_and_the_approved_words_stay(
    there: BlueskyTown, said: Strong, ada: Person
):
    ada.edit(said, "Until when on Sunday?")
    there.reread(minutes=30)
    assert there.stored(named(said)).verdict == Verdict.HOLD
    assert there.shown() == ["Until when on Saturday?"]
    assert "Sunday" not in there.everything_public()


def test_a_deletion_hides_and_erases_when_it_is_confirmed(
    there: BlueskyTown, said: Strong, ada: Person
):
    ada.delete(said)
    there.reread(minutes=30)
    assert there.stored(named(said)).upstream == Upstream.MISSING
    assert there.shown() == []
    there.reread(hours=2)
    assert there.message(named(said)) is None


NOW = "2026-11-22T10:00:00Z"
KEEPING_BACK: dict[str, tuple[Callable[..., object], Callable[..., object]]] = {
    "a label": (
        lambda town, post, _ada: town.network.label(post["uri"], "!hide", cid=post["cid"]),
        lambda town, post, _ada: town.network.label(
            post["uri"], "!hide", cid=post["cid"], negated=True
        ),
    ),
    "a deactivated account": (
        lambda _town, _post, ada: ada.deactivate(),
        lambda _town, _post, ada: ada.reactivate(),
    ),
    "a block": (
        lambda town, _post, ada: town.me.put(
            "app.bsky.graph.block", "3l3aaaaaaaaaa", {"subject": ada.did, "createdAt": NOW}
        ),
        lambda town, _post, _ada: town.me.delete(
            {"uri": f"at://{town.me.did}/app.bsky.graph.block/3l3aaaaaaaaaa", "cid": ""}
        ),
    ),
}


@pytest.mark.parametrize(("begins", "ends"), KEEPING_BACK.values(), ids=KEEPING_BACK)
def test_what_keeps_words_back_takes_them_off_the_page_for_as_long_as_it_lasts(
    there: BlueskyTown,
    said: Strong,
    ada: Person,
    begins: Callable[..., object],
    ends: Callable[..., object],
):
    begins(there, said, ada)
    for hours in (1, 5, 30):
        there.reread(hours=hours)
        assert there.shown() == []
        assert "Saturday" not in there.everything_public()
    assert there.stored(named(said)).verdict == Verdict.APPROVE
    ends(there, said, ada)
    there.reread(hours=30)
    assert there.shown() == ["Until when on Saturday?"]


def test_what_no_notification_told_the_thread_tells(there: BlueskyTown, ours: Strong, ada: Person):
    there.me.call("app.bsky.graph.muteActor", actor=ada.did)
    post = ada.say("Nobody told you", reply_to=ours)
    there.network.process()
    assert there.collect().new == 0
    there.reread(minutes=30)
    assert there.message(named(post)) is not None
