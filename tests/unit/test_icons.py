"""The icons of a process that builds again and again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pelican.plugins.site_metadata.cache import Cache
from pelican.plugins.site_metadata.icons import TAB, Icons
from PIL import Image


def test_a_site_gets_and_loses_an_icon_of_its_own_from_one_build_to_the_next(tmp_path: Path):
    picture = Image.new("RGBA", (64, 64), "#000")
    drawing = SimpleNamespace(
        derived=True, is_svg=True, name="mono.svg", data=b"<svg/>", digest="0", picture=picture
    )
    brand = SimpleNamespace(colours={"cover": "#123456", "paper": "#ffffff"})
    icons = Icons(cast(Any, brand), cast(Any, drawing), tmp_path, Cache(tmp_path / "cache"))

    def linked(taken: set[str]) -> bool:
        icons.write("https://site.example", "Site", "en", taken)
        return bool(icons.links)

    assert [linked(taken) for taken in (set[str](), {TAB}, set[str]())] == [True, False, True]
