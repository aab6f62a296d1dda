"""Pictures of others become files of our own site, or initials."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from syndication.exchange import picture_paths
from syndication.model import Picture, Ref, Verdict
from syndication.networks.contract import Rejected, Unavailable
from syndication.networks.memory import Person
from syndication.steps import export as exporting
from syndication.steps import pictures as picture_files
from syndication.steps.pictures import LONGEST_SIDE, encode
from syndication.steps.site_facts import LATEST
from syndication.store import marks, pictures
from tests.steps.town import Town

FACE = "https://faces.example/ana.png"
PHOTO = "https://faces.example/bike.png"


def png(colour: str = "red", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def ana(town: Town) -> Person:
    town.web.show(FACE, png())
    return town.person("ana", name="Ana", picture=FACE)


@pytest.fixture
def lovely(town: Town, ana: Person) -> Ref:
    """Ana's words wait for an export."""
    town.speak()
    town.web.show(FACE, png())
    return town.decide_when_collected(ana.say("@brand lovely", reply_to=town.copy().ref))


def face(town: Town) -> str | None:
    (message,) = town.discussion().messages
    return message.author.picture


def folder(town: Town) -> set[str]:
    place = town.site.discussion / "pictures"
    return {path.name for path in place.iterdir()} if place.is_dir() else set()


def on_pages(town: Town) -> set[str]:
    """The pictures that documents name."""
    found: set[str] = set()
    for page in town.site.discussion.rglob("*.json"):
        if page.name != "site.json":
            named = town.discussion("/" + page.parent.name + "/")
            found |= {Path(name).name for name in picture_paths(named.messages)}
    latest = [message for _, message in town.facts().latest]
    return found | {Path(name).name for name in picture_paths(latest)}


def test_a_face_becomes_a_file_of_our_own(town: Town, lovely: Ref) -> None:
    town.export()
    name = face(town)
    assert name is not None
    data = (town.site.discussion / name).read_bytes()
    assert name == f"pictures/{hashlib.sha256(data).hexdigest()[:32]}.webp"
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("WEBP", (40, 30))
    assert "faces.example" not in town.everything_public()


def test_pictures_and_emoji_of_a_message_come_with_their_words(town: Town, ana: Person) -> None:
    town.speak()
    for url in (PHOTO, "https://faces.example/bike-emoji.png"):
        town.web.show(url, png("blue", (2400, 600)))
    ref = ana.say(
        "@brand look :bike:", reply_to=town.copy().ref, pictures=(Picture(url=PHOTO, alt="a bike"),)
    )
    words = town.server.statuses[ref.id].message.words
    emojis = {"bike": "https://faces.example/bike-emoji.png"}
    town.change_message(ref, words=replace(words, emojis=emojis))
    town.decide_when_collected(ref)
    town.export()
    (message,) = town.discussion().messages
    (picture,) = message.pictures
    assert (picture.alt, picture.width, picture.height) == ("a bike", LONGEST_SIDE, 300)
    assert message.emojis == {"bike": picture.url}


def test_it_is_fetched_once_and_only_for_what_is_shown(town: Town, lovely: Ref) -> None:
    town.person("bo", picture="https://faces.example/bo.png").say(
        "@brand hello", reply_to=town.copy().ref
    )
    town.collect()
    for _ in range(3):
        town.export()
        with town.site.store.write() as tx:
            exporting.posts.mark_all_for_export(tx, now=town.now)
    assert town.web.asked.count(FACE) == 1
    assert "https://faces.example/bo.png" not in town.web.asked


def test_words_appear_even_when_the_server_of_their_pictures_is_dead(
    town: Town, lovely: Ref
) -> None:
    seen: list[str] = []

    def dead(url: str, **_: object) -> object:
        seen.append(town.file().read_text() if town.file().exists() else "")
        raise Unavailable("faces.example cannot be reached")

    town.change(fetch=dead)
    town.export()
    assert "lovely" in seen[0]
    assert face(town) is None


def test_a_dead_server_is_asked_once_a_run_and_again_in_some_hours(town: Town, ana: Person) -> None:
    ours = town.speak()
    dead = [f"https://dead.example/{n}.png" for n in range(5)]
    for n, url in enumerate(dead):
        town.web.failing[url] = Unavailable("dead.example cannot be reached")
        town.person(f"p{n}", picture=url).say("@brand hello", reply_to=ours)
    ana.say("@brand hello", reply_to=ours)
    town.web.show(FACE, png())
    town.collect()
    for message in town.messages():
        town.decide(Ref(space="memory", id=message.ref_id))
    town.export()
    assert len([url for url in town.web.asked if url in dead]) == 1
    assert len(folder(town)) == 1
    town.web.failing.clear()
    for url in dead:
        town.web.show(url, png("blue"))
    town.later(hours=5)
    town.export()
    assert len(folder(town)) == 1
    town.later(hours=2)
    assert town.export() == ("/hello/",)
    assert None not in {m.author.picture for m in town.discussion().messages}


def test_slow_servers_hold_up_no_words_for_long_and_get_their_turn(town: Town) -> None:
    ours = town.speak()
    for n in range(6):
        url = f"https://slow{n}.example/face.png"
        town.web.show(url, png("blue", (n + 1, 9)))
        town.person(f"p{n}", picture=url).say("@brand hello", reply_to=ours)
    town.collect()
    for message in town.messages():
        town.decide(Ref(space="memory", id=message.ref_id))
    began = town.now

    def slow(url: str, **arguments: object) -> object:
        town.later(seconds=20)
        return town.web.fetch(url, **arguments)

    town.change(fetch=slow)
    town.export()
    assert town.now - began <= timedelta(seconds=60)
    for _ in range(3):
        town.later(minutes=2)
        town.export()
    assert len(folder(town)) == 6


def test_what_a_server_puts_in_place_of_an_approved_face_is_not_shown(
    town: Town, lovely: Ref
) -> None:
    town.export()
    before = folder(town)
    town.web.show(FACE, png("blue"))
    for _ in range(3):
        town.later(days=30)
        with town.site.store.write() as tx:
            exporting.posts.mark_all_for_export(tx, now=town.now)
        assert town.export() == ()
    assert folder(town) == before == on_pages(town)


def test_a_face_that_cannot_be_had_any_more_keeps_its_copy(town: Town, lovely: Ref) -> None:
    town.export()
    before = face(town)
    town.web.failing[FACE] = Unavailable("faces.example cannot be reached")
    town.later(days=8)
    assert town.export() == ()
    assert face(town) == before
    assert folder(town)


def test_a_file_that_somebody_removed_is_fetched_again(town: Town, lovely: Ref) -> None:
    town.export()
    name = face(town)
    assert name is not None
    (town.site.discussion / name).unlink()
    town.web.failing[FACE] = Unavailable("down")
    with town.site.store.write() as tx:
        exporting.posts.mark_all_for_export(tx, now=town.now)
    town.export()
    assert face(town) is None
    town.web.failing.clear()
    town.later(hours=7)
    town.export()
    assert face(town) == name
    assert (town.site.discussion / name).exists()


# --- what is hostile -------------------------------------------------------------------------


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has billions of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>not here</html>",
        png()[:40],
        png()[:-30],
        bomb(),
        bomb(9_000, 9_000),
        POSTSCRIPT,
        b"GIF89a" + b"\xff" * 60,
        b"\xff\xd8\xff\xe0" + b"\0" * 200,
        b"RIFF\xff\xff\xff\xffWEBPVP8L" + b"\xff" * 40,
    ],
    ids=[
        "empty",
        "svg",
        "html",
        "cut",
        "cut later",
        "bomb",
        "smaller bomb",
        "postscript",
        "gif",
        "jpeg",
        "webp",
    ],
)
def test_what_is_no_picture_becomes_initials(town: Town, lovely: Ref, data: bytes) -> None:
    with pytest.raises(ValueError):
        encode(data)
    town.web.show(FACE, data)
    town.export()
    assert face(town) is None
    assert town.shown() == ["@brand lovely"]
    assert folder(town) == set()


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_picture_that_is_not_there_becomes_initials(town: Town, lovely: Ref, status: int) -> None:
    town.web.show(FACE, png(), status=status)
    town.export()
    assert face(town) is None


def test_what_may_not_be_fetched_becomes_initials(town: Town, lovely: Ref) -> None:
    town.web.failing[FACE] = Rejected("127.0.0.1 may not be fetched")
    town.export()
    assert face(town) is None


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "EPS"])
def test_only_the_few_kinds_that_the_web_uses_are_decoded(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, kind)
    with pytest.raises(ValueError):
        encode(out.getvalue())


def test_only_pixels_remain_and_stand_upright() -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    data, width, height = encode(out.getvalue())
    assert (width, height) == (20, 40)
    assert b"taken at home" not in data
    assert b"EXIF" not in data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_understood(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (10, 10)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert encode(out.getvalue())[1:] == (10, 10)


# --- what leaves -----------------------------------------------------------------------------


def test_the_face_leaves_with_the_words(town: Town, lovely: Ref) -> None:
    town.export()
    assert len(folder(town)) == 1
    town.decide(lovely, Verdict.REJECT)
    town.export()
    assert folder(town) == set()
    with town.site.store.read() as tx:
        assert pictures.by_url(tx, [FACE]) == {}


def test_a_face_leaves_also_with_words_that_are_not_among_the_latest(
    town: Town, lovely: Ref
) -> None:
    for number in range(LATEST):
        town.later(minutes=1)
        bo = town.person("bo").say(f"@brand {number}", reply_to=town.copy().ref)
        town.decide_when_collected(bo)
    town.export()
    assert len(folder(town)) == 1
    town.decide(lovely, Verdict.REJECT)
    town.export()
    assert folder(town) == set()


def test_a_face_that_was_never_had_is_forgotten_with_the_words(town: Town, lovely: Ref) -> None:
    """Its address is a trace of its person too."""
    town.web.failing[FACE] = Rejected("never")
    town.export()
    town.decide(lovely, Verdict.REJECT)
    town.export()
    with town.site.store.read() as tx:
        assert pictures.by_url(tx, [FACE]) == {}


def test_a_face_stays_while_another_page_shows_it(town: Town, lovely: Ref) -> None:
    town.export()
    town.out(town.post("hello"), town.post("other"))
    town.web.show(FACE, png())
    other = next(copy.ref for copy in town.copies() if "/other/" in copy.draft.url)
    town.decide_when_collected(town.person("ana").say("@brand again", reply_to=other))
    town.export()
    town.decide(lovely, Verdict.REJECT)
    town.export()
    assert len(folder(town)) == 1
    assert folder(town) == on_pages(town)


def test_no_file_goes_while_a_document_names_it(
    town: Town, lovely: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever the export is cut off, what documents name is there."""
    town.export()
    town.decide(lovely, Verdict.REJECT)
    replace_file = exporting.replace_file
    calls = [0]

    def cut_off(path: Path, data: bytes) -> bool:
        calls[0] += 1
        assert on_pages(town) <= folder(town)
        if calls[0] == 1:
            raise OSError(28, "No space left on device")
        return replace_file(path, data)

    with monkeypatch.context() as disk:
        disk.setattr(exporting, "replace_file", cut_off)
        for _ in range(3):
            try:
                town.export()
            except OSError:
                assert on_pages(town) <= folder(town)
    assert calls[0] >= 2
    assert folder(town) == set()


def test_a_decision_between_the_documents_and_the_pruning_breaks_no_picture(
    town: Town, lovely: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another page's words are withdrawn when the documents are written already."""
    town.export()
    ours = town.copy().ref
    gone = town.decide_when_collected(town.person("bo").say("@brand bye", reply_to=ours))
    town.export()
    town.decide(gone, Verdict.REJECT)
    prune = picture_files.prune

    def late_decision(site: object) -> None:
        town.later(seconds=1)
        town.decide(lovely, Verdict.REJECT)
        prune(site)  # type: ignore[arg-type]
        assert on_pages(town) <= folder(town)
        assert on_pages(town)

    with monkeypatch.context() as late:
        late.setattr(picture_files, "prune", late_decision)
        town.export()
    town.export()
    assert folder(town) == set()


def test_what_was_to_be_removed_is_removed_after_a_crash(
    town: Town, lovely: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.export()
    town.decide(lovely, Verdict.REJECT)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(pictures, "keep_only", die)
        with pytest.raises(KeyboardInterrupt):
            town.export()
    assert len(folder(town)) == 1
    town.export()
    assert folder(town) == set()
    with town.site.store.read() as tx:
        assert marks.get(tx, marks.PICTURES_DUE) is None


def test_a_full_disk_leaves_no_row_without_its_file(
    town: Town, lovely: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(picture_files, "replace_file", full)
        with pytest.raises(OSError, match="No space"):
            town.export()
    assert town.discussion().messages[0].author.picture is None
    with town.site.store.read() as tx:
        assert pictures.by_url(tx, [FACE]) == {}
    town.export()
    assert face(town) is not None
