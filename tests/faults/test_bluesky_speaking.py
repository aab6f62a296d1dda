"""What the Bluesky network does with what we say: each trap that was seen is a test on it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from syndication.demo.bluesky_person import Person
from syndication.model import Card, Picture, Post, Ref
from syndication.networks.bluesky.names import GATE, AtUri
from syndication.networks.bluesky.tid import record_key
from syndication.networks.contract import (
    Gone,
    OutcomeUnknown,
    Rejected,
)
from syndication.rules import compose
from tests.faults.bluesky_speaking import (
    PUT,
    URL,
    Connect,
    draft,
    find,
    publish,
    ref_of,
    reply_of,
)
from tests.servers.bluesky import Bluesky
from tests.servers.unreliable import Unreliable
from tests.servers.waiting import HANGS, give_up_soon

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
