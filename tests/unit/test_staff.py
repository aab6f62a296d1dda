"""People of the desk, their links, sessions and passwords; every moment is passed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from syndication.desk import passwords
from syndication.desk.patience import EACH_ADDRESS, EACH_NAME, EACH_NAME_ANYWHERE, WINDOW, Patience
from syndication.desk.tokens import LASTS, Read, Tokens, signing_key
from syndication.rules.roles import DECISIONS, MANAGE_STAFF, READ, StaffMember, may
from syndication.store import Store, staff
from syndication.store.staff import StaffError
from tests.servers.waiting import HANGS

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'tertulia.db'}")


@pytest.fixture
def marta(store: Store) -> int:
    with store.write() as tx:
        return staff.add(tx, name="Marta", role="moderator", language="es", now=NOW)


def person(role: str) -> StaffMember:
    return StaffMember(id=1, name="Marta", role=role, language="es")


def test_a_moderator_decides_and_answers_but_does_not_manage_the_team():
    assert all(may(person("moderator"), action) for action in (*DECISIONS, READ, "answer"))
    assert not may(person("moderator"), MANAGE_STAFF)


def test_an_admin_may_all_that_a_moderator_may_and_manage_the_team():
    assert all(may(person("admin"), action) for action in (*DECISIONS, READ, MANAGE_STAFF))


def test_an_unknown_role_or_action_may_nothing():
    assert not may(person("guest"), READ)
    assert not may(person("admin"), "delete-everything")


@pytest.mark.parametrize(
    ("name", "role", "told"),
    [
        ("  ", "admin", "1 to 80"),
        ("x" * 81, "admin", "1 to 80"),
        ("Luis", "owner", "moderator, admin"),
        (" marta ", "admin", "already"),
    ],
)
def test_a_member_that_cannot_be_is_refused_with_the_reason(
    store: Store, marta: int, name: str, role: str, told: str
):
    with pytest.raises(StaffError, match=told), store.write() as tx:
        staff.add(tx, name=name, role=role, language="es", now=NOW)


def test_a_link_signs_in_once(store: Store, marta: int):
    with store.write() as tx:
        token = staff.sign_in_link(tx, marta, now=NOW)
        first = staff.use_link(tx, token, now=NOW)
        second = staff.use_link(tx, token, now=NOW)
    assert first is not None
    assert first.name == "Marta"
    assert second is None


@pytest.mark.parametrize(("first", "lasts"), [(False, 15), (True, 24 * 60)])
def test_a_link_expires(store: Store, marta: int, first: bool, lasts: int):
    end = NOW + timedelta(minutes=lasts)
    with store.write() as tx:
        token = staff.sign_in_link(tx, marta, now=NOW, first=first)
        assert staff.link_owner(tx, token, now=end - timedelta(seconds=1)) is not None
        assert staff.link_owner(tx, token, now=end) is None
        assert staff.use_link(tx, token, now=end) is None


def test_the_database_holds_no_token(store: Store, marta: int):
    with store.write() as tx:
        tokens = [
            staff.sign_in_link(tx, marta, now=NOW),
            staff.open_session(tx, marta, now=NOW),
        ]
    with store.read() as tx:
        rows = [*tx.execute(text("select * from sign_in_links"))]
        rows += [*tx.execute(text("select * from sessions"))]
    assert len(rows) == 2
    assert not any(token in str(row) for row in rows for token in tokens)


def test_a_session_ends_after_fourteen_days(store: Store, marta: int):
    with store.write() as tx:
        token = staff.open_session(tx, marta, now=NOW)
        almost = staff.session(tx, token, now=NOW + timedelta(days=13, hours=23))
        assert almost is not None
        assert almost.staff.id == marta
        assert staff.session(tx, token, now=NOW + timedelta(days=14)) is None


def test_sessions_are_listed_and_ended_one_by_one(store: Store, marta: int):
    with store.write() as tx:
        old = staff.open_session(tx, marta, now=NOW)
        new = staff.open_session(tx, marta, now=NOW + timedelta(hours=1))
        listed = staff.sessions_of(tx, marta, now=NOW + timedelta(hours=1))
        assert [one.created_at for one in listed] == [NOW + timedelta(hours=1), NOW]
        assert staff.end_session(tx, marta, listed[1].digest)
        assert staff.session(tx, old, now=NOW) is None
        assert staff.session(tx, new, now=NOW) is not None


def test_nobody_ends_the_session_of_somebody_else(store: Store, marta: int):
    with store.write() as tx:
        luis = staff.add(tx, name="Luis", role="moderator", language="es", now=NOW)
        token = staff.open_session(tx, marta, now=NOW)
        session = staff.session(tx, token, now=NOW)
        assert session is not None
        assert not staff.end_session(tx, luis, session.digest)
        assert staff.session(tx, token, now=NOW) is not None


def test_who_is_removed_is_out_at_once(store: Store, marta: int):
    with store.write() as tx:
        session = staff.open_session(tx, marta, now=NOW)
        link = staff.sign_in_link(tx, marta, now=NOW)
        staff.remove(tx, marta)
        assert staff.session(tx, session, now=NOW) is None
        assert staff.use_link(tx, link, now=NOW) is None


def test_a_password_fits_its_hash_and_no_other():
    kept = passwords.hashed("three swifts over the roof")
    assert passwords.matches(kept, "three swifts over the roof")
    assert not passwords.matches(kept, "three swifts over the room")
    assert not passwords.matches(None, "nobody's password")
    assert not passwords.matches("not a hash", "three swifts over the roof")
    assert "swifts" not in kept


def test_only_a_few_passwords_are_verified_at_a_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    inside, leave = [Event() for _ in range(passwords.AT_ONCE)], Event()

    def occupy(arrived: Event) -> None:
        with passwords._Turn():
            arrived.set()
            leave.wait(HANGS)

    threads = [Thread(target=occupy, args=[event]) for event in inside]
    for thread in threads:
        thread.start()
    assert all(event.wait(HANGS) for event in inside)
    try:
        with pytest.raises(passwords.Busy):
            passwords.matches(None, "whatever it may be")
    finally:
        leave.set()
        for thread in threads:
            thread.join()


def test_patience_ends_for_a_name_and_returns_with_time():
    patience = Patience()
    for _ in range(EACH_NAME):
        assert not patience.exhausted("Marta", "10.0.0.1", now=NOW)
        patience.failed("marta", "10.0.0.1", now=NOW)
    assert patience.exhausted("Marta", "10.0.0.1", now=NOW)
    assert not patience.exhausted("Marta", "10.0.0.2", now=NOW)
    assert not patience.exhausted("Marta", "10.0.0.1", now=NOW + WINDOW)


def test_patience_ends_for_an_address_that_tries_many_names():
    patience = Patience()
    for number in range(EACH_ADDRESS):
        patience.failed(f"name {number}", "10.0.0.1", now=NOW)
    assert patience.exhausted("Marta", "10.0.0.1", now=NOW)
    assert not patience.exhausted("Marta", "10.0.0.2", now=NOW)


def test_patience_ends_for_a_name_that_is_tried_from_everywhere():
    patience = Patience()
    for number in range(EACH_NAME_ANYWHERE):
        assert not patience.exhausted("Marta", "10.9.9.9", now=NOW)
        patience.failed("Marta", f"10.0.0.{number}", now=NOW)
    assert patience.exhausted("Marta", "10.9.9.9", now=NOW)
    assert not patience.exhausted("Luis", "10.9.9.9", now=NOW)


def test_who_knows_the_password_in_the_end_may_err_again():
    patience = Patience()
    for _ in range(EACH_NAME - 1):
        patience.failed("Marta", "10.0.0.1", now=NOW)
    patience.succeeded("Marta", "10.0.0.1")
    patience.failed("Marta", "10.0.0.1", now=NOW)
    assert not patience.exhausted("Marta", "10.0.0.1", now=NOW)


def test_the_signing_key_is_made_once(store: Store):
    assert signing_key(store) == signing_key(store)
    assert len(signing_key(store)) > 30


READ_ = Read(revision=2, decision=7)


def test_a_token_tells_what_was_read():
    tokens = Tokens("key")
    token = tokens.make("approve", session="s" * 64, now=NOW, message=5, read=READ_)
    assert tokens.check(token, "approve", session="s" * 64, now=NOW, message=5) == READ_


@pytest.mark.parametrize(
    ("change", "later"),
    [
        ({"action": "spam"}, timedelta()),
        ({"message": 6}, timedelta()),
        ({"session": "t" * 64}, timedelta()),
        ({}, LASTS + timedelta(seconds=1)),
        ({"key": "another"}, timedelta()),
        ({"forged": True}, timedelta()),
    ],
)
def test_a_token_for_something_else_does_not_hold(change: dict[str, object], later: timedelta):
    token = Tokens("key").make("approve", session="s" * 64, now=NOW, message=5, read=READ_)
    if "forged" in change:
        token = "WyJhcHByb3ZlIl0." + token.partition(".")[2]
    found = Tokens(str(change.get("key", "key"))).check(
        token,
        str(change.get("action", "approve")),
        session=str(change.get("session", "s" * 64)),
        now=NOW + later,
        message=int(str(change.get("message", 5))),
    )
    assert found is None
