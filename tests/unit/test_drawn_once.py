"""What was drawn before comes into the output folder under a second name, or as a copy."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from pelican.plugins.site_metadata.brand import read_brand
from pelican.plugins.site_metadata.cache import Cache
from pelican.plugins.site_metadata.lettering import Typesetter
from pelican.plugins.site_metadata.previews import Previews


def shown(folder: Path, output: str, cache: str = "cache") -> Path:
    """The picture for a title, as a build into the folder `output` puts it there."""
    made = folder / output
    settings = {"SITENAME": "Vencejo", "SITEURL": "https://vencejo.example"}
    pictures = Previews(
        read_brand(settings), "Vencejo", made, Cache(folder / cache), None, Typesetter(None)
    )
    return made / pictures.path_of("Why steel")


def test_a_picture_that_was_drawn_before_is_not_stored_twice(tmp_path: Path) -> None:
    first = shown(tmp_path, "first")
    (tmp_path / "second/previews").mkdir(parents=True)
    second = shown(tmp_path, "second")
    assert second.samefile(tmp_path / "cache" / second.name)
    assert second.read_bytes() == first.read_bytes()


def test_where_no_file_has_two_names_the_picture_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: str, target: str) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source, None, target)

    first = shown(tmp_path, "first")
    (tmp_path / "second/previews").mkdir(parents=True)
    monkeypatch.setattr(os, "link", refused)
    second = shown(tmp_path, "second")
    assert not second.samefile(tmp_path / "cache" / second.name)
    assert second.read_bytes() == first.read_bytes()


def test_another_picture_that_stands_there_gives_way_and_the_kept_one_stays(tmp_path: Path) -> None:
    picture = shown(tmp_path, "output")
    drawn = picture.read_bytes()
    picture.write_bytes(b"another")
    assert shown(tmp_path, "output").read_bytes() == drawn
    assert (tmp_path / "cache" / picture.name).read_bytes() == drawn


def test_a_picture_that_was_emptied_is_drawn_anew(tmp_path: Path) -> None:
    drawn = shown(tmp_path, "first").read_bytes()
    (tmp_path / "second/previews").mkdir(parents=True)
    shown(tmp_path, "second").write_bytes(b"")  # and with it the kept one
    (tmp_path / "third/previews").mkdir(parents=True)
    assert shown(tmp_path, "third").read_bytes() == drawn
    assert shown(tmp_path, "second").read_bytes() == drawn
