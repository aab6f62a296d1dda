"""What the Bluesky network does with what we say: each trap that was seen is a test on it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from syndication.demo.bluesky_person import Person
from syndication.model import Card, Draft, Picture, Post, Ref
from syndication.networks.bluesky import gates
from syndication.networks.bluesky.names import GATE, POST, AtUri
from syndication.networks.bluesky.tid import record_key
from syndication.networks.contract import (
    Connection,
    Gone,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unauthorised,
    Unavailable,
)
from syndication.rules import compose
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, expired, session_of
from tests.servers.unreliable import Unreliable
from tests.servers.waiting import HANGS, give_up_soon

PUT = ("POST", "/xrpc/com.atproto.repo.putRecord")
URL = "https://vencejo.example/es/bici-eléctrica/"

Connect = Callable[..., Connection]


@pytest.fixture
def us(bluesky: Bluesky) -> Person:
    return bluesky.fresh("vencejo")


@pytest.fixture
def ada(bluesky: Bluesky) -> Person:
    return bluesky.fresh("ada")


@pytest.fixture
def connect(bluesky_unreliable: Unreliable, us: Person) -> Connect:
    """Our account behind a proxy that loses answers, with these options."""
    return lambda **options: connected(bluesky_unreliable.url, session_of(us), **options)


def draft(text: str = "Nueva bici", **fields: Any) -> Draft:
    return Draft(**{"text": text, "language": "es", "moment": datetime.now(UTC), **fields})


def publish(connection: Connection, said: Draft, key: str = "key") -> Ref:
    assert connection.publisher
    return connection.publisher.publish(said, key=key)


def find(connection: Connection, said: Draft, key: str = "key") -> Ref | None:
    assert connection.publisher
    return connection.publisher.find(said, key=key)


def ref_of(strong: dict[str, str]) -> Ref:
    return Ref(space="atproto", id=strong["uri"], local=strong["cid"])


def reply_of(person: Person, ref: Ref) -> dict[str, Any]:
    return person.record(ref.id)["reply"]


def gate_of(us: Person, ref: Ref) -> dict[str, Any]:
    return us.record(str(AtUri(us.did, GATE, AtUri.parse(ref.id).rkey)))


# --- once ------------------------------------------------------------------------------------


def test_the_key_of_a_post_is_a_tid_of_the_minute_it_left_and_its_date_does_not_change(
    connect: Connect, us: Person
):
    said = draft(moment=datetime(2026, 11, 22, 9, 30, 41, 123_000, tzinfo=UTC))
    ref = publish(connect(), said)
    assert AtUri.parse(ref.id).rkey == record_key(said.moment or datetime.now(UTC), "key")
    assert us.record(ref.id)["createdAt"] == "2026-11-22T09:30:41.123Z"


def test_the_same_post_sent_again_is_there_once_with_the_same_name_and_digest(
    connect: Connect, us: Person
):
    said = draft()
    first, again = publish(connect(), said), publish(connect(), said)
    assert first == again
    assert len(us.records()) == 1


def test_another_post_under_the_same_key_does_not_overwrite_the_one_that_is_there(
    connect: Connect, us: Person
):
    said = draft("Una cosa")
    ref = publish(connect(), said)
    assert publish(connect(), replace(said, text="Otra cosa")).id == ref.id
    assert us.record(ref.id)["text"] == "Una cosa"


def test_what_is_there_already_and_cannot_be_read_is_looked_for_again_under_the_same_key(
    connect: Connect, bluesky_unreliable: Unreliable, us: Person
):
    said, connection = draft("Una cosa"), connect()
    publish(connection, said)
    bluesky_unreliable.fail_next("GET", "/xrpc/com.atproto.repo.getRecord", "refuse")
    with pytest.raises(OutcomeUnknown):
        publish(connection, replace(said, text="Otra cosa"))
    assert len(us.records()) == 1


@pytest.mark.parametrize("how", ["lose", "cut", "late"])
def test_a_lost_answer_does_not_mean_that_it_was_not_posted(
    connect: Connect,
    bluesky_unreliable: Unreliable,
    us: Person,
    monkeypatch: pytest.MonkeyPatch,
    how: Any,
):
    said, connection = draft(), connect()
    bluesky_unreliable.fail_next(*PUT, how)
    with monkeypatch.context() as impatience:
        if how == "late":
            give_up_soon(impatience, *PUT)
        with pytest.raises(OutcomeUnknown):
            publish(connection, said)
    bluesky_unreliable.released.set()
    found = find(connection, said)
    assert found is not None or how == "late"
    publish(connection, said)
    assert len(us.records()) == 1


def test_what_was_deleted_is_not_brought_back_by_saying_it_anew_under_another_moment(
    connect: Connect, us: Person
):
    connection, said = connect(), draft()
    ref = publish(connection, said)
    assert connection.publisher
    connection.publisher.delete(ref)
    assert find(connection, said) is None
    later = replace(said, moment=(said.moment or datetime.now(UTC)) + timedelta(minutes=2))
    assert publish(connection, later).id != ref.id
    assert len(us.records()) == 1


def test_what_nobody_noted_the_moment_of_cannot_be_looked_up(connect: Connect):
    with pytest.raises(OutcomeUnknown):
        find(connect(), draft(moment=None))


# --- words -----------------------------------------------------------------------------------


def test_links_hashtags_and_mentions_are_found_at_bytes_and_mentions_lead_to_people(
    connect: Connect, us: Person, ada: Person
):
    text = f"Ñandú 🚲 para @{ada.handle}, no @nadie.test: #València {URL}"
    record = us.record(publish(connect(), draft(text)).id)
    raw = record["text"].encode()
    said = {
        raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0]
        for f in record["facets"]
    }
    assert {text: feature["$type"].rsplit("#")[1] for text, feature in said.items()} == {
        f"@{ada.handle}": "mention",
        "#València": "tag",
        URL: "link",
    }
    assert said[f"@{ada.handle}"]["did"] == ada.did


def test_three_hundred_graphemes_are_taken_as_the_network_counts_them(connect: Connect, us: Person):
    connection = connect()
    said = "e\u0301" * 300
    ref = publish(connection, draft(said))
    assert us.record(ref.id)["text"] == said
    with pytest.raises(Rejected, match="too many"):
        publish(connection, draft(said + "e"), key="long")
    family = "👩‍👩‍👧‍👦"
    assert len((family * 120).encode()) == 3000
    publish(connection, draft(family * 120), key="families")
    with pytest.raises(Rejected, match="too many"):
        publish(connection, draft(family * 121), key="more families")


@pytest.mark.parametrize("language", ["es", "es-419", "zh-Hant-TW", "ast", "españa", "i-klingon"])
def test_a_language_that_the_network_refuses_costs_no_post(
    connect: Connect, us: Person, language: str
):
    ref = publish(connect(), draft(language=language))
    assert us.record(ref.id).get("langs", [language]) == [language]


def test_self_labels_are_taken(connect: Connect, us: Person):
    ref = publish(connect(labels=["graphic-media"]), draft())
    assert us.record(ref.id)["labels"]["values"] == [{"val": "graphic-media"}]


def test_who_is_unknown_to_the_network_is_not_mentioned_and_the_post_leaves(
    connect: Connect, us: Person
):
    assert "facets" not in us.record(publish(connect(), draft("Hola @nadie.test")).id)


# --- pictures --------------------------------------------------------------------------------


def picture(folder: Path, name: str, size: tuple[int, int], alt: str = "") -> Picture:
    path = folder / name
    Image.effect_noise(size, 90).convert("RGB").save(path)
    return Picture(url=f"https://vencejo.example/{name}", path=str(path), alt=alt)


def test_four_pictures_go_with_their_descriptions_and_proportions(
    connect: Connect, us: Person, tmp_path: Path
):
    pictures = tuple(
        picture(tmp_path, f"{n}.png", (60 + 20 * n, 60), alt=f"Foto {n}") for n in range(4)
    )
    ref = publish(connect(), draft(pictures=pictures))
    images = us.record(ref.id)["embed"]["images"]
    assert [image["alt"] for image in images] == ["Foto 0", "Foto 1", "Foto 2", "Foto 3"]
    assert [image["aspectRatio"]["width"] for image in images] == [60, 80, 100, 120]


def test_a_picture_of_five_megabytes_goes_smaller(
    connect: Connect, us: Person, tmp_path: Path, bluesky: Bluesky
):
    large = picture(tmp_path, "grande.png", (2000, 1500), alt="Grande")
    assert Path(large.path or "").stat().st_size > 5_000_000
    ref = publish(connect(), draft(pictures=(large,)))
    (image,) = us.record(ref.id)["embed"]["images"]
    assert image["image"]["size"] < 1_000_000
    asked = {"did": us.did, "cid": image["image"]["ref"]["$link"]}
    blob = requests.get(
        f"{bluesky.pds}/xrpc/com.atproto.sync.getBlob", params=asked, timeout=HANGS
    ).content
    assert Image.open(io.BytesIO(blob)).size[0] == image["aspectRatio"]["width"]


def test_a_link_goes_as_a_card_with_our_picture_and_words(
    connect: Connect, us: Person, tmp_path: Path, bluesky: Bluesky
):
    card = Card(url=URL, title="La bici eléctrica", summary="Un resumen.")
    said = draft(f"Nueva bici {URL}", card=card, pictures=(picture(tmp_path, "a.png", (90, 60)),))
    ref = publish(connect(), said)
    shown = us.record(ref.id)["embed"]["external"]
    assert (shown["uri"], shown["title"]) == (URL, "La bici eléctrica")
    assert shown["thumb"]["size"] > 0
    bluesky.process()
    assert us.thread(ref.id)["post"]["embed"]["external"]["thumb"]


def test_pictures_are_sent_once_more_with_the_same_name_so_a_retry_is_the_same_post(
    connect: Connect, us: Person, tmp_path: Path
):
    said = draft(pictures=tuple(picture(tmp_path, f"{n}.png", (40, 30), "x") for n in "ab"))
    assert publish(connect(), said) == publish(connect(), said)


# --- conversations ---------------------------------------------------------------------------


def test_a_chain_hangs_each_part_on_the_one_before_and_names_the_first(
    connect: Connect, us: Person
):
    connection = connect()
    limits = compose.DEFAULT_LIMITS["bluesky"]
    own = Post(
        url=URL,
        kind="article",
        title="La bici eléctrica",
        summary="Un resumen.",
        language="es",
        published=datetime.now(UTC),
        texts={"bluesky": "Una frase más. " * 60},
    )
    parts = compose.compose(own, "bluesky", limits, chain=True)
    assert len(parts) > 2
    refs: list[Ref] = []
    for number, part in enumerate(parts):
        moment = datetime.now(UTC)
        said = replace(part, moment=moment, reply_to=refs[-1] if refs else None)
        refs.append(publish(connection, said, key=f"part {number}"))
    for above, below in pairwise(refs):
        reply = reply_of(us, below)
        assert reply["parent"] == {"uri": above.id, "cid": above.local}
        assert reply["root"] == {"uri": refs[0].id, "cid": refs[0].local}


def test_an_answer_goes_into_the_thread_with_the_right_root_and_parent(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    connection = connect()
    root = publish(connection, draft())
    strong = {"uri": root.id, "cid": root.local or ""}
    asked = ada.say("¿Cuánto cuesta?", reply_to=strong, root=strong)
    deeper = ada.say("¿Y el casco?", reply_to=asked, root=strong)
    bluesky.process()
    answer = publish(connection, draft("Veinte euros", reply_to=ref_of(deeper)), key="answer")
    assert reply_of(us, answer) == {"root": strong, "parent": deeper}


def test_an_answer_to_words_that_were_edited_names_what_they_are_now(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    asked = ada.say("antes")
    edited = ada.edit(asked, "después")
    bluesky.process()
    answer = publish(connect(), draft("Hola", reply_to=ref_of(asked)))
    assert reply_of(us, answer)["parent"] == edited


def test_an_answer_to_what_was_deleted_is_refused_though_the_server_would_take_it(
    connect: Connect, ada: Person, bluesky: Bluesky
):
    asked = ada.say("ya no")
    bluesky.process()
    ada.delete(asked)
    bluesky.process()
    with pytest.raises(Rejected, match="not there any more"):
        publish(connect(), draft("Hola", reply_to=ref_of(asked)))


def test_an_answer_that_would_be_shown_nowhere_is_refused_with_the_reason(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    asked = ada.say("hablo sola")
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    rkey = asked["uri"].rsplit("/", 1)[1]
    ada.put(GATE, rkey, {"post": asked["uri"], "allow": [], "createdAt": now})
    bluesky.process()
    with pytest.raises(Rejected, match="does not let us answer"):
        publish(connect(), draft("Hola", reply_to=ref_of(asked)))
    other = ada.say("otra cosa")
    ada.block(us.did)
    bluesky.process()
    with pytest.raises(Rejected):
        publish(connect(), draft("Hola", reply_to=ref_of(other)))


@pytest.mark.parametrize("id_", ["https://social.example/1", "at://x", ""])
def test_an_answer_to_what_is_no_post_of_this_network_is_refused(connect: Connect, id_: str):
    with pytest.raises(Rejected):
        publish(connect(), draft("Hola", reply_to=Ref(space="activitypub", id=id_)))


# --- edits and deletions ---------------------------------------------------------------------


def test_an_edit_keeps_name_date_and_place_and_changes_the_words(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    connection = connect()
    asked = ada.say("¿Cuánto?")
    bluesky.process()
    ref = publish(connection, draft("Dos", reply_to=ref_of(asked)))
    before = us.record(ref.id)
    assert connection.updater
    after = connection.updater.update(ref, draft("Tres #bici", moment=None), key="x")
    record = us.record(ref.id)
    assert after.id == ref.id
    assert after.local != ref.local
    assert record["text"] == "Tres #bici"
    assert record["facets"]
    assert {record["createdAt"], record["reply"]["parent"]["uri"]} == {
        before["createdAt"],
        asked["uri"],
    }


def test_an_edit_of_what_somebody_deleted_there_is_gone_and_does_not_bring_it_back(
    connect: Connect, us: Person
):
    connection = connect()
    ref = publish(connection, draft())
    us.delete({"uri": ref.id})
    assert connection.updater
    with pytest.raises(Gone):
        connection.updater.update(ref, draft("otra"), key="x")
    assert us.records() == []


def test_an_edit_and_a_deletion_of_what_is_not_ours_are_refused(connect: Connect, ada: Person):
    theirs = ref_of(ada.say("mío"))
    connection = connect()
    assert connection.publisher
    with pytest.raises(Rejected, match="not a post of this account"):
        connection.publisher.delete(theirs)
    assert connection.updater
    with pytest.raises(Rejected, match="not a post of this account"):
        connection.updater.update(theirs, draft("tuyo"), key="x")


def test_a_deletion_takes_the_gate_along_and_may_be_repeated(connect: Connect, us: Person):
    connection = connect(who_may_reply="nobody")
    ref = publish(connection, draft())
    assert len(us.records(GATE)) == 1
    assert connection.publisher
    for _ in range(2):
        connection.publisher.delete(ref)
    assert us.records(GATE) == us.records() == []


# --- gates -----------------------------------------------------------------------------------


def test_who_may_reply_is_said_together_with_the_post(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    ref = publish(connect(who_may_reply="mentioned"), draft())
    assert gate_of(us, ref)["allow"] == [{"$type": "app.bsky.feed.threadgate#mentionRule"}]
    bluesky.process()
    ada.say("me cuelo", reply_to={"uri": ref.id, "cid": ref.local or ""})
    bluesky.process()
    assert us.thread(ref.id)["post"]["replyCount"] == 0


def test_a_post_with_its_gate_is_there_once_though_the_server_answers_with_an_error_of_its_own(
    connect: Connect, us: Person
):
    connection, said = connect(who_may_reply="nobody"), draft()
    ref = publish(connection, said)
    with pytest.raises(OutcomeUnknown):
        publish(connection, said)
    assert find(connection, said) is not None
    assert [record["uri"] for record in us.records()] == [ref.id]


def test_an_answer_brings_no_gate_into_somebody_elses_thread(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    asked = ada.say("hola")
    bluesky.process()
    publish(connect(who_may_reply="nobody"), draft("hola", reply_to=ref_of(asked)))
    assert us.records(GATE) == []


@pytest.fixture
def crowd(connect: Connect, ada: Person, bluesky: Bluesky) -> tuple[Connection, Ref, list[Ref]]:
    """A post of ours with two answers, on a connection that hides."""
    connection = connect(mirror_hidden=True, who_may_reply="followers")
    root = publish(connect(), draft())
    strong = {"uri": root.id, "cid": root.local or ""}
    first = ada.say("spam", reply_to=strong)
    deeper = ada.say("más spam", reply_to=first, root=strong)
    bluesky.process()
    return connection, root, [ref_of(first), ref_of(deeper)]


def test_what_is_hidden_stands_in_the_gate_of_the_threads_first_post(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person
):
    connection, root, answers = crowd
    assert connection.hider
    for ref in answers:
        connection.hider.hide(ref)
    gate = gate_of(us, root)
    assert gate["hiddenReplies"] == [ref.id for ref in answers]
    assert gate["post"] == root.id
    assert "allow" not in gate
    connection.hider.unhide(answers[0])
    assert gate_of(us, root)["hiddenReplies"] == [answers[1].id]


def test_hiding_keeps_who_may_reply_and_what_others_hid_meanwhile(
    connect: Connect, us: Person, ada: Person, bluesky: Bluesky
):
    connection = connect(mirror_hidden=True, who_may_reply="followers")
    ada.follow(us.did)
    us.follow(ada.did)
    root = publish(connection, draft())
    strong = {"uri": root.id, "cid": root.local or ""}
    bluesky.process()
    answer = ada.say("spam", reply_to=strong)
    bluesky.process()
    gate = gate_of(us, root)
    by_hand = f"at://{ada.did}/{POST}/3jzfcijpj2z2a"
    us.put(GATE, AtUri.parse(root.id).rkey, gate | {"hiddenReplies": [by_hand]})
    assert connection.hider
    connection.hider.hide(ref_of(answer))
    after = gate_of(us, root)
    assert after["hiddenReplies"] == [by_hand, answer["uri"]]
    assert after["allow"] == gate["allow"]


def test_who_was_slower_reads_the_gate_again_and_loses_nothing(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person, monkeypatch: pytest.MonkeyPatch
):
    connection, root, answers = crowd
    hider = connection.hider
    assert isinstance(hider, gates.Hider)
    hider.hide(answers[0])
    real, raced = hider._gate, []

    def read_and_be_overtaken(address: AtUri) -> Any:
        there = real(address)
        if not raced:
            raced.append(address)
            theirs = gate_of(us, root) | {"hiddenReplies": []}
            us.put(GATE, address.rkey, theirs)
        return there

    monkeypatch.setattr(hider, "_gate", read_and_be_overtaken)
    hider.hide(answers[1])
    assert gate_of(us, root)["hiddenReplies"] == [answers[1].id]


def test_a_gate_that_is_full_is_told(
    crowd: tuple[Connection, Ref, list[Ref]], us: Person, monkeypatch: pytest.MonkeyPatch
):
    connection, _, answers = crowd
    assert connection.hider
    connection.hider.hide(answers[0])
    monkeypatch.setattr(gates, "MOST", 1)
    with pytest.raises(Rejected, match="no more than 1"):
        connection.hider.hide(answers[1])


def test_nobody_hides_in_the_threads_of_others_and_what_is_gone_is_hidden(
    crowd: tuple[Connection, Ref, list[Ref]], ada: Person, bluesky: Bluesky
):
    connection, _, answers = crowd
    theirs = ada.say("mi hilo")
    below = ada.say("y sigo", reply_to=theirs)
    ada.delete({"uri": answers[1].id})
    bluesky.process()
    assert connection.hider
    with pytest.raises(Rejected, match="who began"):
        connection.hider.hide(ref_of(below))
    connection.hider.hide(answers[1])
    connection.hider.unhide(answers[1])


# --- sessions and weather --------------------------------------------------------------------


def test_a_token_that_is_over_is_renewed_by_the_real_server(bluesky: Bluesky, us: Person):
    session = session_of(us)
    over = expired(session["access_jwt"], bluesky.jwt_secret)
    publish(connected(bluesky.pds, session | {"access_jwt": over}), draft())
    assert len(us.records()) == 1


def test_a_revoked_app_password_is_told_and_not_before_its_token_is_over(
    bluesky: Bluesky, us: Person
):
    session = session_of(us, us.app_password("tertulia"))
    us.call("com.atproto.server.revokeAppPassword", name="tertulia")
    publish(connected(bluesky.pds, session), draft())
    over = expired(session["access_jwt"], bluesky.jwt_secret)
    with pytest.raises(Unauthorised, match="connect the account again"):
        publish(connected(bluesky.pds, session | {"access_jwt": over}), draft(), key="later")


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_a_token_that_is_none_is_unauthorised(bluesky: Bluesky, us: Person, token: str):
    session = session_of(us) | {"access_jwt": "nonsense", "refresh_jwt": token or "nonsense"}
    with pytest.raises(Unauthorised):
        publish(connected(bluesky.pds, session), draft())


def test_an_account_that_is_deactivated_can_say_nothing_and_its_posts_are_not_gone(
    connect: Connect, us: Person
):
    connection = connect()
    ref = publish(connection, draft())
    us.deactivate()
    assert connection.updater
    with pytest.raises(Unauthorised, match="deactivated"):
        connection.updater.update(ref, draft("otra"), key="x")
    us.reactivate()
    connection.updater.update(ref, draft("otra"), key="x")


def test_the_profile_is_there_though_the_appview_is_not(bluesky_alone: Bluesky):
    person = Person.register(bluesky_alone.pds, "solo-vencejo.test", password="x-secret")
    profile = connected(bluesky_alone.pds, session_of(person)).profile()
    assert profile.handle == profile.name == "solo-vencejo.test"


def test_posts_leave_though_the_appview_is_down_and_lags(bluesky_alone: Bluesky):
    person = Person.register(bluesky_alone.pds, "lag-vencejo.test", password="x-secret")
    connection = connected(bluesky_alone.pds, session_of(person))
    first = publish(connection, draft(), key="1")
    second = publish(connection, draft("sigue", reply_to=first), key="2")
    assert reply_of(person, second)["root"]["uri"] == first.id
    assert find(connection, draft("x", moment=datetime(2020, 1, 1, tzinfo=UTC))) is None


def test_a_server_that_is_down_is_asked_later(us: Person):
    with pytest.raises(Unavailable):
        publish(connected("http://127.0.0.1:9", session_of(us)), draft())


@pytest.mark.slow
def test_a_server_that_limits_says_until_when(bluesky_limited: Bluesky):
    person = Person.register(bluesky_limited.pds, "prisa-vencejo.test", password="x-secret")
    bad = {"access_token": "wrong"}
    connection = connected(bluesky_limited.pds, bad, handle=person.handle)
    caught: NetworkError = Unauthorised()
    for _ in range(31):
        with pytest.raises(NetworkError) as raised:
            publish(connection, draft())
        caught = raised.value
    assert isinstance(caught, RateLimited)
    assert caught.until > datetime.now(UTC)


def test_points_are_counted_before_a_write_leaves(connect: Connect, us: Person, tmp_path: Path):
    connection = connect(folder=str(tmp_path))
    publish(connection, draft())
    minute = int(datetime.now(UTC).timestamp() // 60)
    (tmp_path / "points.json").write_text(f'{{"{minute}": 4999}}')
    with pytest.raises(RateLimited):
        publish(connection, draft("otra"), key="otra")
    assert len(us.records()) == 1


# --- by hand ---------------------------------------------------------------------------------


def test_an_account_is_connected_at_a_terminal_and_its_session_kept(
    bluesky: Bluesky, us: Person, tmp_path: Path
):
    (tmp_path / "tertulia.toml").write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n[collect]\nloopback = true\n'
    )
    password = us.app_password()
    words = ["connect", "bluesky", us.handle, "--name", "vuelo", "-o", f"plc={bluesky.plc}"]
    words += ["-o", f"resolver={bluesky.pds}"]

    def run(typed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "syndication.cli", *words],
            cwd=tmp_path,
            input=f"{typed}\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    refused = run("not-the-password")
    assert refused.returncode != 0
    assert "does not accept that app password" in refused.stderr
    assert "not-the-password" not in refused.stderr + refused.stdout
    assert "[accounts" not in (tmp_path / "tertulia.toml").read_text()
    done = run(password)
    assert f"Connected {us.handle} as account vuelo." in done.stdout, done.stderr
    kept = (tmp_path / "var" / "tokens" / "vuelo.json").read_text()
    assert us.did in kept
    assert password not in kept
    settings = (tmp_path / "tertulia.toml").read_text()
    assert f'handle = "{us.handle}"' in settings
    again = run(password)
    assert "Connected" in again.stdout, again.stderr
    assert settings == (tmp_path / "tertulia.toml").read_text()
