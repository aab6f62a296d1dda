"""Saying on the desk who is the same person as whom, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syndication.desk.tokens import LASTS
from syndication.store import events, persons
from tests.unit.desk_site import ORIGIN, DeskSite, forms, press

ANA, OTHER = "ana@plaza.example", "ana@sky.example"


@pytest.fixture
def desk(tmp_path: Path) -> DeskSite:
    return DeskSite(tmp_path)


@pytest.fixture
def said(desk: DeskSite) -> tuple[int, int]:
    """Two people of one name and a third one under the same article."""
    pair = desk.says(by="Ana", handle=ANA), desk.says(by="Ana", handle=OTHER)
    desk.says(by="Luis")
    return pair


def one_person(desk: DeskSite, message_id: int) -> int:
    with desk.store.read() as tx:
        return len(persons.person_of(tx, desk.stored(message_id).author_id))


def test_two_are_joined_by_hand_and_parted_again(desk: DeskSite, said: tuple[int, int]):
    first, second = said
    client = desk.client()
    page = client.get(f"/message/{first}", base_url=ORIGIN)
    assert f'<option value="{OTHER} (Mastodon)">Ana</option>' in page.text
    assert "Vencejo</option>" not in page.text
    done = press(client, page, f"/message/{first}/join", other=f"{OTHER} (Mastodon)")
    assert (done.status_code, done.headers["Location"]) == (303, f"/message/{first}#person")
    assert one_person(desk, second) == 2
    assert ("export", None) in desk.woken
    page = client.get(f"/message/{second}", base_url=ORIGIN)
    assert "joined by Marta" in page.text
    assert press(client, page, f"/message/{second}/part").status_code == 303
    assert one_person(desk, first) == 1
    with desk.store.read() as tx:
        assert [(e.kind, e.by) for e in events.latest(tx, 4)] == [
            ("parted", "Marta"),
            ("parted", "Marta"),
            ("joined", "Marta"),
            ("joined", "Marta"),
        ]


def test_a_handle_is_enough_where_only_one_person_has_it(desk: DeskSite, said: tuple[int, int]):
    client = desk.client()
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    press(client, page, f"/message/{said[0]}/join", other=f" @{OTHER.upper()} ")
    assert one_person(desk, said[0]) == 2


@pytest.mark.parametrize(
    "typed", ["", "nobody@nowhere.example", "Ana", ANA, "vencejo@plaza.example"]
)
def test_who_is_not_in_the_conversation_is_not_joined_and_what_was_typed_is_given_back(
    desk: DeskSite, said: tuple[int, int], typed: str
):
    client = desk.client()
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    answer = press(client, page, f"/message/{said[0]}/join", other=typed)
    assert answer.status_code == 422
    assert "Choose one of the people of this conversation" in answer.text
    assert f'value="{typed}"' in answer.text
    assert one_person(desk, said[0]) == 1


def test_names_of_strangers_are_escaped_where_they_are_chosen(desk: DeskSite):
    said = desk.says()
    desk.says(by='"><script>alert(1)</script>', handle='"onfocus=alert(1) x@evil.example')
    page = desk.client().get(f"/message/{said}", base_url=ORIGIN)
    assert "<script" not in page.text
    assert '"onfocus' not in page.text


def test_a_form_of_yesterday_joins_nobody(desk: DeskSite, said: tuple[int, int]):
    client = desk.client()
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    desk.now += LASTS + timedelta(minutes=1)
    answer = press(client, page, f"/message/{said[0]}/join", other=OTHER)
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert one_person(desk, said[0]) == 1


def test_the_form_of_one_message_joins_no_other(desk: DeskSite, said: tuple[int, int]):
    client = desk.client()
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    token = forms(page)[f"/message/{said[0]}/join"]["token"]
    path = f"/message/{said[1]}/join"
    answer = client.post(path, data={"token": token, "other": ANA}, base_url=ORIGIN)
    assert answer.status_code == 403


def test_who_was_parted_meanwhile_is_said_to_be_so(desk: DeskSite, said: tuple[int, int]):
    client = desk.client()
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    press(client, page, f"/message/{said[0]}/join", other=OTHER)
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    press(client, page, f"/message/{said[0]}/part")
    answer = press(client, page, f"/message/{said[0]}/part")
    assert answer.status_code == 409
    assert "not joined; perhaps somebody undid it before you" in answer.text


def test_the_desk_says_it_in_spanish_too(desk: DeskSite, said: tuple[int, int]):
    client = desk.client(desk.member(language="es"))
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    assert "En otras redes" in page.text
    answer = press(client, page, f"/message/{said[0]}/join", other="x")
    assert "Elige en la lista" in answer.text
    press(client, page, f"/message/{said[0]}/join", other=OTHER)
    page = client.get(f"/message/{said[0]}", base_url=ORIGIN)
    assert "lo dijo Marta" in page.text


def test_without_an_article_there_is_nobody_to_choose_from(desk: DeskSite):
    said = desk.says(on_post=False, under="")
    page = desk.client().get(f"/message/{said}", base_url=ORIGIN)
    assert f"/message/{said}/join" not in forms(page)
