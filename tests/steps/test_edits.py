"""What happens to a copy that is out there when its post changes: as the account's option says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syndication.bootstrap import open_site
from syndication.model import Account, CopyState, Draft, Limits, Picture, Ref
from syndication.networks.memory import network_of
from syndication.rules import compose
from syndication.rules.correcting import correction, words_of
from syndication.settings import SettingsError, load
from syndication.steps import edits
from syndication.steps.publish import publish
from syndication.steps.send import send
from syndication.store import copies
from tests.steps.town import Town

BELOW = Ref(space="memory", id="memory:1")


def choose(town: Town, how: str) -> None:
    brand = town.site.accounts["brand"]
    town.change(accounts={"brand": replace(brand, options={"edits": how})})


def change(town: Town, **fields: Any) -> None:
    """The post `hello` says something else, and everything that follows has happened."""
    town.build(town.post("hello", published=town.site.clock(), **fields))
    for _ in range(3):
        publish(town.site)
        town.later(minutes=6)
        send(town.site)


@pytest.fixture
def spoken(town: Town) -> Town:
    town.speak()
    return town


def test_edits_are_made_in_place_where_nothing_else_is_said(spoken: Town) -> None:
    change(spoken, title="Better")
    (said,) = spoken.said()
    assert said.startswith("Better")


def test_a_copy_that_is_to_be_left_stays_as_it_was_and_costs_no_request(spoken: Town) -> None:
    choose(spoken, "leave")
    before = list(spoken.server.requests)
    change(spoken, title="Better")
    (said,) = spoken.said()
    assert said.startswith("Hello")
    assert spoken.server.requests == before
    assert spoken.copy().state == CopyState.PUBLISHED


def test_a_correction_stands_below_the_copy_once_however_often_we_look(spoken: Town) -> None:
    choose(spoken, "reply")
    (copy,) = spoken.copies()
    change(spoken, title="Better")
    change(spoken, title="Better")
    original, correction = spoken.said()
    assert original.startswith("Hello")
    assert correction == "Correction: Better\n\nAbout hello."
    assert copy.ref is not None
    stored = spoken.copies()[1]
    assert stored.draft.reply_to == copy.ref
    assert stored.post_id == copy.post_id
    assert spoken.requests("update") == 0
    assert spoken.requests("delete") == 0


def test_each_change_is_told_once_and_words_that_return_are_told_again(spoken: Town) -> None:
    choose(spoken, "reply")
    for title in ("Better", "Best", "Best", "Better", "Hello", "Better"):
        change(spoken, title=title)
    assert [text.splitlines()[0] for text in spoken.said()[1:]] == [
        "Correction: Better",
        "Correction: Best",
        "Correction: Better",
        "Correction: Hello",
        "Correction: Better",
    ]


def test_another_picture_or_hashtag_is_no_reason_for_a_correction(spoken: Town) -> None:
    choose(spoken, "reply")
    change(spoken, tags=("bici",), pictures=(Picture(url="https://brand.example/a.png", alt="A"),))
    assert len(spoken.said()) == 1


def test_a_correction_whose_answer_is_lost_is_looked_up_and_not_said_twice(spoken: Town) -> None:
    choose(spoken, "reply")
    spoken.server.lose_answer(done=True)
    change(spoken, title="Better")
    assert len(spoken.said()) == 2


def test_the_correction_speaks_the_language_of_its_post(town: Town) -> None:
    town.read_once()
    town.out(town.post("hello", language="es"))
    choose(town, "reply")
    change(town, title="Mejor", language="es")
    assert town.said()[1].startswith("Corrección: Mejor")


def test_corrections_go_with_their_post(spoken: Town) -> None:
    choose(spoken, "reply")
    change(spoken, title="Better")
    spoken.build()
    for _ in range(3):
        publish(spoken.site)
        spoken.later(hours=1)
        send(spoken.site)
    assert spoken.said() == []


def test_a_correction_is_no_copy_of_its_own_on_the_page_and_its_thread_is_read_with_it(
    spoken: Town,
) -> None:
    choose(spoken, "reply")
    change(spoken, title="Better")
    spoken.export()
    assert len(spoken.discussion().copies) == 1
    stored = spoken.copies()[1]
    assert stored.state == CopyState.PUBLISHED
    assert stored.check_at is None


def test_two_processes_store_one_correction(spoken: Town) -> None:
    choose(spoken, "reply")
    spoken.build(spoken.post("hello", title="Better", published=spoken.site.clock()))
    publish(spoken.site)
    with spoken.site.store.read() as tx:
        (changed,) = copies.to_update(tx)
    assert edits.settle(spoken.site, changed)
    edits.settle(spoken.site, changed)
    assert len(spoken.copies()) == 2


def test_a_chain_that_is_out_there_keeps_its_parts_where_edits_are_not_made(town: Town) -> None:
    town.change(chain=True)
    town.server.limits = replace(town.server.limits, characters=80)
    town.change(networks={"memory": network_of(town.server)})
    town.read_once()
    town.out(town.post("hello", texts={"memory": "One. " * 30}))
    parts = len(town.copies())
    assert parts > 1
    choose(town, "leave")
    change(town, texts={"memory": "Two. " * 80})
    change(town, texts={"memory": "Three."})
    assert len(town.copies()) == parts
    assert all(text.startswith("One.") for text in town.said())


def test_a_long_correction_is_shortened_to_what_the_network_takes() -> None:
    limits = compose.DEFAULT_LIMITS["bluesky"]
    draft = Draft(text="palabra " * 100 + "https://b.example/ #a #b", url="https://b.example/")
    made = correction(draft, BELOW, limits, "Corrección: %(words)s")
    assert compose.fits(made.text, limits)
    assert made.text.startswith("Corrección: palabra")
    assert made.text.endswith("…")


def test_the_words_of_a_draft_are_without_permalink_and_hashtags() -> None:
    url = "https://b.example/a/"
    draft = Draft(text=f"Una #bici nueva\n\n{url}\n\n#Bicis #Valencia", url=url)
    assert words_of(draft) == "Una #bici nueva"


def test_what_has_no_room_at_all_says_at_least_that_it_was_corrected() -> None:
    tiny = Limits(characters=12)
    made = correction(Draft(text="x" * 50), BELOW, tiny, "Correction: %(words)s")
    assert made.text.startswith("Correction:")


def test_an_option_that_is_none_of_the_three_is_named(tmp_path: Any) -> None:
    file = tmp_path / "tertulia.toml"
    file.write_text(
        '[site]\nurl = "https://b.example"\nname = "B"\n[accounts.a]\nnetwork = "memory"\n'
        '[accounts.a.options]\nedits = "delete"\n'
    )
    with pytest.raises(SettingsError, match=r"edits must be one of update, reply, leave"):
        open_site(load(file))


def test_an_option_that_the_network_does_not_know_is_named_with_those_that_it_does(
    tmp_path: Any,
) -> None:
    file = tmp_path / "tertulia.toml"
    file.write_text(
        '[site]\nurl = "https://b.example"\nname = "B"\n[accounts.a]\nnetwork = "mastodon"\n'
        '[accounts.a.options]\nedit = "reply"\n'
    )
    with pytest.raises(SettingsError, match=r"edit is no option of mastodon; there are edits, t"):
        open_site(load(file))


def test_the_default_is_to_update() -> None:
    assert edits.chosen(Account(name="a", network="memory")) == edits.UPDATE
