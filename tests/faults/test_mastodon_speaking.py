"""What servers of the Mastodon family do with what we say: each trap is a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndication.model import Draft, Picture, Ref
from syndication.networks.contract import Connection, Rejected, Unavailable
from syndication.networks.fetch import Fetcher
from syndication.networks.mastodon.publish import Uploader
from syndication.networks.mastodon.server import Server
from tests.faults.conftest import ME, status
from tests.faults.scripted import Reply, Scripted

SAY = "/api/v1/statuses"
MINE = "/api/v1/accounts/1/statuses"
URL = "https://vencejo.example/es/bici/"
DRAFT = Draft(text=f"Nueva bici #Bici para @ana@otra.example\n\n{URL}", url=URL, language="es")
ROOT = Ref(space="activitypub", id="https://social.example/statuses/7", local="7")


def mine(id_: str, content: str, **changes: Any) -> dict[str, Any]:
    return status(id_, content, account=ME, **changes)


def publish(connection: Connection, draft: Draft) -> Ref:
    assert connection.publisher
    return connection.publisher.publish(draft, key="key-1")


def find(connection: Connection, draft: Draft) -> Ref | None:
    assert connection.publisher
    return connection.publisher.find(draft, key="key-1")


def test_visibility_is_always_said_since_accounts_default_to_less(
    server: Scripted, connection: Connection
):
    server.on("POST", SAY, Reply(json=mine("1", "<p>x</p>")))
    publish(connection, DRAFT)
    said = server.last("POST")
    assert said.json == {"status": DRAFT.text, "visibility": "public", "language": "es"}
    assert said.headers["Idempotency-Key"] == "key-1"


def test_a_warning_makes_it_sensitive_with_a_boolean_and_not_a_string(
    server: Scripted, connection: Connection
):
    server.on("POST", SAY, Reply(json=mine("1", "<p>x</p>")))
    publish(connection, Draft(text="a", warning="ojo"))
    assert server.last("POST").json["sensitive"] is True
    assert server.last("POST").json["spoiler_text"] == "ojo"


def test_what_shows_something_that_not_everybody_wants_to_see_is_sensitive(
    server: Scripted, connection: Connection
):
    server.on("POST", SAY, Reply(json=mine("1", "<p>x</p>")))
    publish(connection, Draft(text="a", labels=("graphic-media",)))
    assert server.last("POST").json["sensitive"] is True
    assert "spoiler_text" not in server.last("POST").json


def test_identifiers_become_strings_at_the_border(server: Scripted, connection: Connection):
    server.on("POST", SAY, Reply(json=mine("1", "<p>x</p>") | {"id": 42}))
    assert publish(connection, DRAFT).local == "42"


def test_an_answer_to_what_only_another_server_named_is_resolved_first(
    server: Scripted, connection: Connection
):
    parent = status("77")
    server.on("GET", "/api/v2/search", Reply(json={"statuses": [parent]}))
    server.on("POST", SAY, Reply(json=mine("2", "<p>x</p>")))
    publish(connection, Draft(text="a", reply_to=Ref(space="activitypub", id=parent["uri"])))
    assert server.last("POST").json["in_reply_to_id"] == "77"


def test_an_answer_to_what_the_server_cannot_find_is_refused_with_a_reason(
    server: Scripted, connection: Connection
):
    server.on("GET", "/api/v2/search", Reply(json={"statuses": []}))
    with pytest.raises(Rejected, match="cannot be answered from here"):
        publish(connection, Draft(text="a", reply_to=Ref(space="activitypub", id="https://x.e/1")))
    assert server.count("POST", SAY) == 0


# Idempotency keys: real Mastodon honours them, GoToSocial does not.


SAID = "Nueva bici #Bici para @ana@otra.example"
EDITED = "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "there",
    [
        mine(
            "2",
            f'<p>Nueva bici <a href="https://s.e/tags/bici" class="mention hashtag">#Bici</a> para '
            f'@ana<br><br><a href="{URL}">vencejo.example/es/…</a></p>',
        ),
        mine("2", f"<p>{SAID} {URL}</p>"),
        mine("2", f'<p>{SAID} <a href="https://VENCEJO.example:443/es/%62ici/">…</a></p>'),
        mine("2", f'<p>Otras palabras <a href="{URL}">aquí</a></p>', edited_at=EDITED),
    ],
    ids=["as the server changed it", "no link was made", "spelt otherwise", "edited since"],
)
def test_after_a_lost_answer_our_words_with_their_permalink_are_found(
    server: Scripted, connection: Connection, there: dict[str, Any]
):
    server.on("GET", MINE, Reply(json=[mine("3", "<p>otra</p>"), there]))
    found = find(connection, DRAFT)
    assert found is not None
    assert found.local == "2"


@pytest.mark.parametrize(
    "there",
    [
        mine("3", f'<p>{SAID} <a href="{URL}">esto</a></p>', in_reply_to_id="8"),
        mine("3", f'<p>{SAID} <a href="{URL}otra/">esto</a></p>'),
        mine("3", f'<p>{SAID} <a href="https://vencejo.example/es/otra/">esto</a></p>'),
        mine("3", f"<p>{SAID}</p>", edited_at=EDITED),
        mine("3", f'<p>Mirad esto <a href="{URL}">aquí</a></p>'),
        mine("3", "<p>Nueva bici</p>"),
        mine("3", ""),
    ],
    ids=[
        "in an answer",
        "another address",
        "last week's in the same words",
        "the words alone",
        "shared by hand",
        "fewer words",
        "a picture alone",
    ],
)
def test_what_only_resembles_it_is_not_taken_for_it(
    server: Scripted, connection: Connection, there: dict[str, Any]
):
    server.on("GET", MINE, Reply(json=[there]))
    assert find(connection, DRAFT) is None


@pytest.mark.parametrize("odd", [7, mine("3", "", created_at="ayer"), {"content": []}])
def test_what_cannot_be_read_might_be_it_and_is_looked_at_again(
    server: Scripted, connection: Connection, odd: Any
):
    server.on("GET", MINE, Reply(json=[odd]))
    with pytest.raises(Unavailable):
        find(connection, DRAFT)


def test_an_answer_is_found_only_under_what_it_answers(server: Scripted, connection: Connection):
    answer = Draft(text="@ada Sí, a las diez", reply_to=ROOT)
    elsewhere = mine("5", "<p>@ada Sí, a las diez</p>", in_reply_to_id="6")
    there = mine("4", "<p>@ada Sí, a las diez</p>", in_reply_to_id="7")
    server.on("GET", MINE, Reply(json=[elsewhere, there]))
    found = find(connection, answer)
    assert found is not None
    assert found.local == "4"


def test_looking_back_follows_the_pages_and_ends_at_what_is_old(
    server: Scripted, connection: Connection
):
    link = {"Link": f'<{server.url}{MINE}?max_id=3&limit=40>; rel="next"'}
    old = mine("2", "<p>viejo</p>", created_at="2020-01-01T00:00:00Z")
    new = mine("3", "<p>nuevo</p>", created_at="2999-01-01T00:00:00Z")
    server.on("GET", MINE, Reply(json=[new], headers=link), Reply(json=[old], headers=link))
    assert find(connection, DRAFT) is None
    assert server.count("GET", MINE) == 2
    assert server.last("GET").query["max_id"] == ["3"]


# Pictures


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    file = tmp_path / "bici.jpg"
    file.write_bytes(b"a picture")
    return Picture(url=f"{URL}bici.jpg", alt="Una bici", path=str(file), media_type="image/jpeg")


def test_a_picture_that_fails_leaves_nothing_in_doubt(
    server: Scripted, connection: Connection, picture: Picture
):
    server.on("POST", "/api/v2/media", Reply(how="close"))
    with pytest.raises(Unavailable):
        publish(connection, Draft(text="a", pictures=(picture,)))
    assert server.count("POST", SAY) == 0


def test_a_picture_that_is_refused_is_named(
    server: Scripted, connection: Connection, picture: Picture
):
    server.on("POST", "/api/v2/media", Reply(status=422, json={"error": "error processing media"}))
    with pytest.raises(Rejected, match=r"bici\.jpg.*error processing media"):
        publish(connection, Draft(text="a", pictures=(picture,)))


def test_a_picture_goes_with_its_alternative_text(
    server: Scripted, connection: Connection, picture: Picture
):
    server.on("POST", "/api/v2/media", Reply(json={"id": "m1", "url": "https://s.e/m"}))
    server.on("POST", SAY, Reply(json=mine("1", "<p>x</p>")))
    publish(connection, Draft(text="a", pictures=(picture,)))
    upload = server.asked[0].body
    assert b"Una bici" in upload
    assert b"a picture" in upload
    assert server.last("POST").json["media_ids"] == ["m1"]


def test_a_server_that_prepares_pictures_later_is_waited_for(server: Scripted, picture: Picture):
    waits: list[float] = []
    server.on("POST", "/api/v2/media", Reply(status=202, json={"id": "m1", "url": None}))
    server.on(
        "GET", "/api/v1/media/m1", Reply(status=206, json={}), Reply(json={"id": "m1", "url": "u"})
    )
    uploader = Uploader(Server(server.url, "t"), Fetcher(), waits.append)
    assert uploader.upload(picture) == "m1"
    assert len(waits) == 1


def test_a_server_that_never_prepares_a_picture_is_tried_again_later(
    server: Scripted, picture: Picture
):
    waits: list[float] = []
    server.on("POST", "/api/v2/media", Reply(status=202, json={"id": "m1", "url": None}))
    server.on("GET", "/api/v1/media/m1", Reply(status=206, json={}))
    with pytest.raises(Unavailable, match="still preparing"):
        Uploader(Server(server.url, "t"), Fetcher(), waits.append).upload(picture)
    assert 60 <= sum(waits) < 90


def test_an_old_server_takes_pictures_at_its_old_address(server: Scripted, picture: Picture):
    server.on("POST", "/api/v1/media", Reply(json={"id": "old", "url": "https://s.e/m"}))
    assert Uploader(Server(server.url, "t"), Fetcher(), lambda _: None).upload(picture) == "old"


def test_a_picture_without_a_file_is_fetched_from_the_site(server: Scripted):
    server.on("GET", "/p.jpg", Reply(body=b"pixels", headers={"Content-Type": "image/jpeg"}))
    server.on("POST", "/api/v2/media", Reply(json={"id": "m", "url": "https://s.e/m"}))
    uploader = Uploader(Server(server.url, "t"), Fetcher(allow_loopback=True), lambda _: None)
    uploader.upload(Picture(url=f"{server.url}/p.jpg"))
    assert b"pixels" in server.last("POST").body


# Changing and taking back


def test_an_edit_names_its_pictures_again_or_the_server_drops_them(
    server: Scripted, connection: Connection, picture: Picture
):
    there = mine("9", "<p>x</p>", media_attachments=[{"id": "m1"}])
    server.on("GET", f"{SAY}/9", Reply(json=there))
    server.on("PUT", f"{SAY}/9", Reply(json=there))
    assert connection.updater
    ref = Ref(space="activitypub", id=there["uri"], local="9")
    connection.updater.update(ref, Draft(text="b", pictures=(picture,)), key="k")
    said = server.last("PUT").json
    assert said["media_ids"] == ["m1"]
    assert said["media_attributes"] == [{"id": "m1", "description": "Una bici"}]
    assert said["spoiler_text"] == ""
    assert "visibility" not in said


def test_what_is_not_there_any_more_counts_as_deleted(server: Scripted, connection: Connection):
    assert connection.publisher
    server.on("DELETE", f"{SAY}/7", Reply(status=404, json={"error": "Record not found"}))
    connection.publisher.delete(ROOT)
    assert server.count("DELETE", f"{SAY}/7") == 1
