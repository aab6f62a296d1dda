"""From the outbox to copies that are ready to leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syndication.exchange import DocumentError
from syndication.model import Account, CopyState
from syndication.rules import brakes
from syndication.steps.outbox import ForeignOutbox
from syndication.steps.publish import NoSuchPost, publish, release
from syndication.steps.send import send
from tests.steps.town import START, URL, Town


def test_the_first_run_sends_nothing_of_what_was_there(town: Town) -> None:
    town.build(town.post("one"), town.post("two"))
    assert publish(town.site).first_run
    town.later(hours=1)
    publish(town.site)
    send(town.site)
    assert town.copies() == []
    assert town.said() == []


def test_a_new_post_leaves_after_its_minimum_age_and_not_before(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello"))
    publish(town.site)
    assert town.copy().state == CopyState.WRITTEN
    town.later(minutes=4)
    publish(town.site)
    assert send(town.site) == 0
    town.later(minutes=2)
    publish(town.site)
    assert send(town.site) == 1
    assert town.copy().state == CopyState.PUBLISHED
    (text,) = town.said()
    assert f"{URL}/hello/" in text


def test_publishing_again_says_nothing_twice(town: Town) -> None:
    town.read_once()
    town.out(town.post("hello"))
    for _ in range(3):
        town.later(minutes=10)
        town.build(town.post("hello", published=START))
        publish(town.site)
        send(town.site)
    assert len(town.said()) == 1


def test_nothing_leaves_before_the_public_address_shows_the_post(town: Town) -> None:
    town.read_once()
    post = town.post("hello")
    town.build(post, live=False)
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    assert town.copy().state == CopyState.WRITTEN
    town.build(post)
    publish(town.site)
    assert town.copy().state == CopyState.READY


def test_a_page_that_is_not_there_yet_holds_its_post_back(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello"))
    town.web.show(f"{URL}/hello/", status=503)
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    assert town.copy().state == CopyState.WRITTEN


def test_a_page_that_leads_away_from_the_site_holds_its_post_back(town: Town) -> None:
    from tests.steps.town import Answer

    town.read_once()
    town.build(town.post("hello"))
    elsewhere = Answer("https://parked.example/", 200, b"buy this domain")
    town.web.pages[f"{URL}/hello/"] = elsewhere
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    assert town.copy().state == CopyState.WRITTEN


def test_words_that_the_public_address_does_not_show_yet_wait_for_them(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello", title="Old words"))
    town.build(town.post("hello", title="New words"), live=False)
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    assert town.copy().state == CopyState.WRITTEN


def test_more_than_three_new_posts_at_once_wait_for_a_person(town: Town) -> None:
    town.read_once()
    town.out(*(town.post(f"post-{n}") for n in range(4)))
    assert {c.brake for c in town.copies()} == {brakes.TOO_MANY}
    assert town.said() == []
    assert release(town.site) == 4
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 4


def test_three_new_posts_at_once_leave_by_themselves(town: Town) -> None:
    town.read_once()
    town.out(*(town.post(f"post-{n}") for n in range(3)))
    assert len(town.said()) == 3


def test_a_post_first_seen_old_stays_home_until_it_is_named(town: Town) -> None:
    town.read_once()
    old = town.post("old", published=START - timedelta(days=8))
    town.out(old)
    assert town.copy().state == CopyState.SKIPPED
    assert release(town.site) == 0
    assert release(town.site, [old.url]) == 1
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 1


def test_a_post_of_the_first_run_leaves_when_it_is_named(town: Town) -> None:
    town.read_once(town.post("old"), town.post("other"))
    assert release(town.site, [f"{URL}/old/"]) == 1
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 1
    assert release(town.site, [f"{URL}/old/"]) == 0


def test_an_account_that_was_connected_later_says_an_old_post_when_it_is_named(
    two_accounts: Town,
) -> None:
    town = two_accounts
    both = town.site.accounts
    town.change(accounts={"brand": both["brand"]})
    town.read_once()
    town.out(town.post("hello"))
    town.change(accounts=both)
    publish(town.site)
    assert [copy.account for copy in town.copies()] == ["brand"]
    assert release(town.site, [f"{URL}/hello/"]) == 1
    publish(town.site)
    send(town.site)
    sent = {copy.account: copy.state for copy in town.copies()}
    assert sent == {"brand": CopyState.PUBLISHED, "other": CopyState.PUBLISHED}
    assert release(town.site, [f"{URL}/hello/"]) == 0


def test_releasing_the_deletions_of_a_post_says_it_nowhere(two_accounts: Town) -> None:
    town = two_accounts
    both = town.site.accounts
    town.change(accounts={"brand": both["brand"]})
    town.read_once()
    town.out(town.post("hello"))
    town.change(accounts=both)
    assert release(town.site, [f"{URL}/hello/"], deletions=True) == 0
    assert [copy.account for copy in town.copies()] == ["brand"]


def test_releasing_what_is_not_in_the_outbox_says_so(town: Town) -> None:
    town.read_once(town.post("here"))
    with pytest.raises(NoSuchPost, match="/nowhere/"):
        release(town.site, [f"{URL}/nowhere/"])


def test_an_outbox_of_another_site_is_refused_whole(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello"), site="https://staging.example")
    with pytest.raises(ForeignOutbox, match=r"staging\.example"):
        publish(town.site)
    assert town.copies() == []


@pytest.mark.parametrize("damage", ["missing", "cut", "not json", "future"])
def test_an_unusable_outbox_is_no_news(town: Town, damage: str) -> None:
    post = town.post("hello")
    town.read_once()
    town.out(post)
    path = Path(town.site.outbox)
    whole = path.read_bytes()
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "not json":
            path.write_bytes(b"<html>502</html>")
        case "future":
            path.write_bytes(whole.replace(b'"tertulia:version": 1', b'"tertulia:version": 99'))
    town.web.pages.clear()
    for _ in range(3):
        town.later(hours=1)
        with pytest.raises(DocumentError, match=r"outbox\.json"):
            publish(town.site)
        send(town.site)
    assert len(town.said()) == 1


def test_a_post_that_vanished_is_taken_back_when_its_page_is_gone_at_a_later_reading(
    town: Town,
) -> None:
    town.read_once()
    town.out(town.post("keep"), town.post("gone"))
    town.build(town.post("keep", published=START))
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 2
    town.later(minutes=6)
    publish(town.site)
    send(town.site)
    assert [f"{URL}/keep/" in text for text in town.said()] == [True]


@pytest.mark.parametrize("answer", [200, 500, 503, 403])
def test_a_vanished_post_whose_page_is_not_plainly_gone_is_left_alone(
    town: Town, answer: int
) -> None:
    town.read_once()
    town.out(town.post("keep"), town.post("there"))
    town.build(town.post("keep", published=START))
    town.web.show(f"{URL}/there/", status=answer)
    for _ in range(3):
        publish(town.site)
        town.later(hours=1)
    send(town.site)
    assert len(town.said()) == 2


def test_an_outage_of_the_site_deletes_nothing(town: Town) -> None:
    town.read_once()
    town.out(town.post("keep"), town.post("other"))
    town.build(town.post("keep", published=START))
    town.web.down = True
    for _ in range(3):
        publish(town.site)
        town.later(hours=1)
    send(town.site)
    assert len(town.said()) == 2


def test_a_post_that_comes_back_keeps_its_copy(town: Town) -> None:
    town.read_once()
    both = town.post("keep"), town.post("back")
    town.out(*both)
    town.build(both[0])
    publish(town.site)
    town.later(minutes=3)
    town.build(*both)
    publish(town.site)
    town.later(hours=1)
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 2


def test_many_deletions_at_once_wait_for_a_person(town: Town) -> None:
    town.read_once()
    posts = [town.post(f"post-{n}") for n in range(3)]
    town.out(*posts)
    town.out(*posts, *(town.post(f"more-{n}") for n in range(3)))
    assert len(town.said()) == 6
    town.build()
    publish(town.site)
    town.later(minutes=6)
    publish(town.site)
    send(town.site)
    assert len(town.said()) == 6
    assert {c.brake for c in town.copies()} == {brakes.TOO_MANY_DELETIONS}
    assert release(town.site) == 0
    assert release(town.site, deletions=True) == 6
    send(town.site)
    assert town.said() == []


def test_a_new_address_with_an_alias_renames_and_says_nothing_again(town: Town) -> None:
    town.read_once()
    town.out(town.post("old-name", title="The same"))
    town.build(town.post("new-name", title="The same", aliases=("/old-name/",), published=START))
    for _ in range(3):
        town.later(hours=1)
        publish(town.site)
        send(town.site)
    assert len(town.said()) == 1
    assert len(town.copies()) == 1


def test_a_typo_in_the_body_wakes_no_network(town: Town) -> None:
    town.read_once()
    post = town.post("hello")
    town.out(post)
    asked = len(town.server.requests)
    changed = town.post("hello", published=START, updated=town.now)
    town.build(changed)
    publish(town.site)
    send(town.site)
    assert len(town.server.requests) == asked


def test_a_changed_title_updates_the_copy_in_place(town: Town) -> None:
    town.read_once()
    town.out(town.post("hello", title="Before"))
    town.build(town.post("hello", title="After", published=START))
    publish(town.site)
    send(town.site)
    (text,) = town.said()
    assert "After" in text
    assert "Before" not in text


def test_a_change_before_the_post_left_sends_only_the_new_words(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello", title="Before"))
    publish(town.site)
    town.out(town.post("hello", title="After", published=START))
    (text,) = town.said()
    assert "After" in text


def test_many_changes_at_once_wait_for_a_person(town: Town) -> None:
    town.change(brakes=brakes.Brakes(new_posts=50, changes=2))
    town.read_once()
    town.out(*(town.post(f"post-{n}", title="Before") for n in range(3)))
    town.build(*(town.post(f"post-{n}", title="After", published=START) for n in range(3)))
    publish(town.site)
    send(town.site)
    assert not any("After" in text for text in town.said())
    assert release(town.site) == 3
    send(town.site)
    assert all("After" in text for text in town.said())


def test_a_text_that_cannot_fit_fails_with_its_reason_and_holds_up_nobody(town: Town) -> None:
    town.read_once()
    town.out(town.post("long", texts={"memory": "word " * 200}), town.post("short"))
    states = {copy.draft.url: copy for copy in town.copies()}
    assert states[f"{URL}/long/"].state == CopyState.FAILED
    assert "528 more than fit" in states[f"{URL}/long/"].error
    assert len(town.said()) == 1
    town.out(town.post("long", texts={"memory": "shorter"}, published=START), town.post("short"))
    assert len(town.said()) == 2


def test_a_long_text_as_a_chain_hangs_each_part_on_the_last(town: Town) -> None:
    town.change(chain=True)
    town.read_once()
    town.out(town.post("long", texts={"memory": "A sentence of words. " * 60}))
    chain = [s.message for s in town.server.statuses.values()]
    assert len(chain) > 2
    assert [m.reply_to.id if m.reply_to else None for m in chain[1:]] == [
        m.ref.id for m in chain[:-1]
    ]
    assert [m.visibility for m in chain] == ["public"] + ["unlisted"] * (len(chain) - 1)


def test_accounts_get_the_languages_that_they_speak(town: Town) -> None:
    town.change(
        accounts={
            "all": Account(name="all", network="memory", languages=("en", "es")),
            "es": Account(name="es", network="memory", languages=("es",)),
            "originals": Account(name="originals", network="memory"),
        }
    )
    town.read_once()
    english, spanish = town.post("hello"), town.post("hola", language="es", original=False)
    town.out(english, spanish)
    assert [len(town.said(name)) for name in ("all", "es", "originals")] == [2, 1, 1]


def test_front_matter_names_the_networks_or_none(town: Town) -> None:
    town.read_once()
    town.out(
        town.post("nowhere", networks=()),
        town.post("here", networks=("memory",)),
        town.post("elsewhere", networks=("bluesky",)),
    )
    assert len(town.said()) == 1


def test_a_dry_run_shows_exactly_what_would_be_sent_and_changes_nothing(town: Town) -> None:
    town.read_once()
    town.build(town.post("hello"))
    plan = publish(town.site, dry_run=True)
    (planned,) = plan.planned
    assert town.copies() == []
    town.out(town.post("hello", published=START))
    assert town.said() == [planned.draft.text]


def test_an_account_connected_later_is_not_flooded_with_old_posts(town: Town) -> None:
    town.read_once()
    town.out(town.post("hello"))
    late = Account(name="late", network="memory", server="https://memory.example")
    town.change(accounts={**town.site.accounts, "late": late})
    town.out(town.post("hello", published=START), town.post("next"))
    assert len(town.said("late")) == 1


def test_an_outbox_on_the_web_is_asked_for_only_if_it_changed(town: Town) -> None:
    from dataclasses import replace

    town.change(outbox=f"{URL}/outbox.json", brakes=brakes.Brakes(min_age=timedelta(0)))
    asked: list[str] = []
    fetch = town.web.fetch

    def conditional(url: str, *, etag: str = "", **more: object) -> object:
        answer = fetch(url, **more)  # type: ignore[arg-type]
        tag = f'"{hash(answer.body)}"'
        asked.append(etag)
        if etag == tag:
            return replace(answer, status=304, body=b"", etag=tag)
        return replace(answer, etag=tag)

    town.change(fetch=conditional)

    def show(*posts: object) -> None:
        from syndication.exchange import Outbox, outbox_bytes

        town.web.show(f"{URL}/outbox.json", outbox_bytes(Outbox(site=URL, posts=posts)))  # type: ignore[arg-type]

    show()
    publish(town.site)
    publish(town.site)
    assert asked[0] == ""
    assert asked[1] != ""
    post = town.post("hello")
    show(post)
    town.web.show(post.url)
    assert publish(town.site).new == 1
    assert send(town.site) == 1


def test_a_copy_that_somebody_deleted_on_its_network_is_not_said_again(town: Town) -> None:
    from syndication.steps.reverify import reverify

    town.read_once()
    town.out(town.post("hello"))
    ref = town.copy().ref
    assert ref is not None
    town.person("brand").delete(ref)
    reverify(town.site, "brand")
    assert town.copy().state == CopyState.PUBLISHED
    town.later(hours=2)
    reverify(town.site, "brand")
    assert (town.copy().state, town.copy().brake) == (CopyState.SKIPPED, brakes.DELETED_THERE)
    town.build(town.post("hello", title="Edited", published=START))
    publish(town.site)
    town.later(hours=1)
    publish(town.site)
    send(town.site)
    assert town.said() == []
    assert release(town.site, [f"{URL}/hello/"]) == 1
    publish(town.site)
    send(town.site)
    (text,) = town.said()
    assert "Edited" in text
