"""Theirs and ours: people as they showed themselves last, accounts as networks know them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from syndication.model import Account, Limits, Profile, Ref
from syndication.store import Store, accounts, people, tables
from tests.store.making import LATER, NOW, SPACE, an_author

LIMITS = Limits(characters=500, url_characters=23)
PLAZA = Account(name="plaza", network="mastodon", server="https://plaza.example")


def profile(name: str = "vencejo", **more: object) -> Profile:
    values: dict[str, object] = {
        "ref": Ref(
            space=SPACE, id=f"https://plaza.example/users/{name}", url="https://plaza.example/@v"
        ),
        "handle": f"{name}@plaza.example",
        "name": "Vencejo",
        "limits": LIMITS,
    }
    return Profile(**values | more)  # type: ignore[arg-type]


# --- people ----------------------------------------------------------------------------------


def test_a_person_is_stored_once_and_as_they_showed_themselves_last(store: Store) -> None:
    ada = an_author(picture="https://plaza.example/a.png", emojis={"a": "https://plaza.example/e"})
    with store.write() as tx:
        first = people.remember(tx, [ada], network="mastodon", now=NOW)
        renamed = replace(ada, name="Ada L.", picture=None, emojis={})
        assert people.renewed(tx, [ada]) == set()
        assert people.renewed(tx, [renamed]) == set(first.values())
        assert people.remember(tx, [renamed], network="mastodon", now=LATER) == first
        [person] = people.by_id(tx, first.values()).values()
        [row] = tx.execute(select(tables.authors)).all()
    assert (person.name, person.picture, person.emojis) == ("Ada L.", None, {})
    assert (person.network, person.handle, person.ref_id) == (
        "mastodon",
        "ada@plaza.example",
        ada.ref.id,
    )
    assert row.seen_at == LATER


def test_of_two_sightings_on_one_page_the_last_one_counts(store: Store) -> None:
    ada = an_author()
    with store.write() as tx:
        page = [ada, an_author("bea"), replace(ada, name="Ada L.")]
        ids = people.remember(tx, page, network="mastodon", now=NOW)
        assert {p.name for p in people.by_id(tx, ids.values()).values()} == {"Ada L.", "Bea"}


def test_a_person_who_did_not_change_is_not_written_again(store: Store) -> None:
    with store.write() as tx:
        people.remember(tx, [an_author()], network="mastodon", now=NOW)
        people.remember(tx, [an_author()], network="mastodon", now=LATER)
        assert tx.execute(select(tables.authors.c.seen_at)).scalar_one() == NOW


def test_the_same_id_in_two_spaces_is_two_people(store: Store) -> None:
    ada = an_author()
    other = replace(ada, ref=replace(ada.ref, space="atproto"), name="Somebody else")
    with store.write() as tx:
        [here] = people.remember(tx, [ada], network="mastodon", now=NOW).values()
        [there] = people.remember(tx, [other], network="bluesky", now=NOW).values()
        found = people.by_id(tx, [here, there])
        assert (found[here].name, found[there].name) == ("Ada", "Somebody else")


def test_nobody_is_remembered_as_nobody(store: Store) -> None:
    with store.write() as tx:
        assert people.remember(tx, [], network="mastodon", now=NOW) == {}
        assert people.by_id(tx, []) == {}
        assert people.renewed(tx, [an_author()]) == set()


# --- accounts --------------------------------------------------------------------------------


def test_an_account_of_the_settings_has_a_row_and_keeps_it(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        accounts.polled(tx, "plaza", "41", now=NOW)
        accounts.ensure(tx, PLAZA)
        row = accounts.all_accounts(tx)["plaza"]
    assert (row.network, row.cursor, row.polled_at) == ("mastodon", "41", NOW)
    assert (row.limits, row.verified_at, row.paused_reason, row.poll_failures) == (None,) * 3 + (0,)


def test_a_name_that_goes_to_another_network_starts_anew(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        accounts.verified(tx, "plaza", profile(), now=NOW)
        accounts.polled(tx, "plaza", "41", now=NOW)
        accounts.ensure(tx, Account(name="plaza", network="bluesky"))
        row = accounts.all_accounts(tx)["plaza"]
    assert (row.network, row.cursor, row.ref_id, row.verified_at) == ("bluesky", None, "", None)


def test_who_we_are_there_is_kept_with_the_servers_limits(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        before = accounts.all_accounts(tx)["plaza"]
        accounts.verified(tx, "plaza", profile(), now=NOW)
        after = accounts.all_accounts(tx)["plaza"]
    default = Limits(characters=300)
    assert (before.counting(default), after.counting(default)) == (default, LIMITS)
    assert (after.handle, after.display_name, after.url) == (
        "vencejo@plaza.example",
        "Vencejo",
        "https://plaza.example/@v",
    )
    assert (after.ref_id, after.space, after.verified_at) == (profile().ref.id, SPACE, NOW)


def test_two_names_of_one_account_are_known_as_twins(store: Store) -> None:
    with store.write() as tx:
        for name in ("plaza", "again", "other", "unverified", "neither"):
            accounts.ensure(tx, replace(PLAZA, name=name))
        accounts.verified(tx, "plaza", profile(), now=NOW)
        accounts.verified(tx, "again", profile(), now=NOW)
        accounts.verified(tx, "other", profile("golondrina"), now=NOW)
        assert accounts.twins(tx, "plaza") == {"again"}
        assert accounts.twins(tx, "other") == accounts.twins(tx, "unverified") == set()


def test_somebody_else_under_the_same_name_is_read_from_the_start(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        accounts.verified(tx, "plaza", profile(), now=NOW)
        accounts.polled(tx, "plaza", "41", now=NOW)
        accounts.verified(tx, "plaza", profile(), now=LATER)
        assert accounts.all_accounts(tx)["plaza"].cursor == "41"
        accounts.verified(tx, "plaza", profile("other"), now=LATER)
        assert accounts.all_accounts(tx)["plaza"].cursor is None


def test_a_pause_is_new_once_and_lifted_by_connecting_again(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        assert accounts.pause(tx, "plaza", "the token was revoked")
        assert not accounts.pause(tx, "plaza", "again")
        assert accounts.all_accounts(tx)["plaza"].paused_reason == "the token was revoked"
        accounts.resume(tx, "plaza")
        assert accounts.pause(tx, "plaza", "once more")
        accounts.verified(tx, "plaza", profile(), now=NOW)
        assert accounts.all_accounts(tx)["plaza"].paused_reason is None


def test_failures_are_counted_until_a_poll_succeeds_and_a_wait_is_no_failure(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        for number in (1, 2):
            accounts.postpone(tx, "plaza", NOW + timedelta(minutes=number), failed=True)
        accounts.postpone(tx, "plaza", LATER, failed=False)
        row = accounts.all_accounts(tx)["plaza"]
        assert (row.poll_failures, row.poll_at) == (2, LATER)
        accounts.polled(tx, "plaza", "42", now=LATER)
        row = accounts.all_accounts(tx)["plaza"]
        assert (row.poll_failures, row.poll_at, row.cursor) == (0, None, "42")


def test_accounts_of_earlier_settings_are_still_known(store: Store) -> None:
    with store.write() as tx:
        accounts.ensure(tx, PLAZA)
        accounts.ensure(tx, Account(name="another", network="mastodon"))
        assert list(accounts.all_accounts(tx)) == ["another", "plaza"]
