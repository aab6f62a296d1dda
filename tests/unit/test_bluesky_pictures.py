"""Our pictures as Bluesky takes them: small, upright, without what a camera noted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from syndication.model import Picture
from syndication.networks.bluesky.pictures import LARGEST, LONGEST_SIDE, fitting, prepare
from syndication.networks.contract import Rejected, Unavailable
from syndication.networks.fetch import Fetcher

ORIENTATION, GPS = 0x0112, 0x8825


def encoded(picture: Image.Image, form: str, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that no format makes small."""
    return Image.effect_noise((width, height), 100).convert("RGB")


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_five_megabytes_become_less_than_the_limit_in_the_same_proportion() -> None:
    data = encoded(noise(2700, 1800), "JPEG", quality=97)
    assert len(data) > 5_000_000
    made = fitting(data)
    assert len(made.data) <= LARGEST
    assert max(made.width, made.height) <= LONGEST_SIDE
    assert made.width / made.height == pytest.approx(1.5, abs=0.01)
    assert opened(made.data).size == (made.width, made.height)


def test_what_a_camera_noted_does_not_leave_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    data = encoded(Image.new("RGB", (60, 30), "red"), "JPEG", exif=exif)
    made = fitting(data)
    assert (made.width, made.height) == (30, 60)
    picture = opened(made.data)
    assert dict(picture.getexif()) == {}
    assert b"Exif" not in made.data


def test_an_animation_becomes_its_first_picture_and_that_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    made = fitting(data, "baile.gif")
    picture = opened(made.data)
    assert not getattr(picture, "is_animated", False)
    assert picture.convert("RGB").getpixel((20, 20))[0] > 200
    assert "baile.gif is animated" in caplog.text


def test_what_is_transparent_stays_so_where_it_is_small() -> None:
    made = fitting(encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG"))
    assert made.media_type == "image/png"
    assert opened(made.data).convert("RGBA").getpixel((5, 5))[3] == 0


def test_what_is_transparent_and_large_stands_on_white_paper() -> None:
    large = noise(2000, 1500).convert("RGBA")
    large.paste((0, 0, 0, 0), (0, 0, 200, 200))
    made = fitting(encoded(large, "PNG"))
    assert made.media_type == "image/jpeg"
    assert min(opened(made.data).getpixel((50, 50))) > 240


def test_what_a_png_notes_of_itself_does_not_leave() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Nombre Secreto")
    palette = Image.new("P", (30, 30))
    made = fitting(encoded(palette, "PNG", pnginfo=notes))
    assert b"Secreto" not in made.data


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = encoded(noise(300, 200), "PNG")
    assert fitting(data) == fitting(data)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_other_formats_become_what_the_network_takes(form: str) -> None:
    made = fitting(encoded(Image.new("RGB", (20, 10), "green"), form))
    assert made.media_type in ("image/jpeg", "image/png")
    assert (made.width, made.height) == (20, 10)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_pictures_of_any_kind_of_colour_are_taken(mode: str) -> None:
    form = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    assert fitting(encoded(Image.new(mode, (20, 10)), form)).width == 20


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\xff\xd8\xff half", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused_by_its_name(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "roto.jpg"
    file.write_bytes(data)
    with pytest.raises(Rejected, match=r"the picture roto\.jpg: cannot be read as a picture"):
        prepare(Picture(url="https://v.example/roto.jpg", path=str(file)), Fetcher())


def test_a_picture_with_more_pixels_than_a_camera_makes_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("syndication.networks.bluesky.pictures._MOST_PIXELS", 100)
    with pytest.raises(Rejected, match="too many"):
        fitting(encoded(Image.new("1", (11, 10)), "PNG"))


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(Rejected, match="cannot be read as a picture"):
        fitting(encoded(Image.new("1", (30, 30)), "PNG"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        prepare(Picture(url="x", path=str(tmp_path / "no.png")), Fetcher())


def test_a_picture_that_the_site_does_not_show_yet_is_asked_for_later() -> None:
    from tests.faults.scripted import Reply, Scripted

    with Scripted().running() as server:
        server.on("GET", "/a.png", Reply(status=404, headers={"Content-Type": "image/png"}))
        with pytest.raises(Unavailable, match="answers 404"):
            prepare(Picture(url=f"{server.url}/a.png"), Fetcher(allow_loopback=True))


def test_a_picture_of_a_private_network_is_not_fetched() -> None:
    with pytest.raises((Rejected, Unavailable)):
        prepare(Picture(url="http://127.0.0.1:1/a.png"), Fetcher())
