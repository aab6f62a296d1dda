"""What posts are made of is worked out once, and again where it becomes another thing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pelican.contents import Content
from pelican.plugins import signals
from pelican.plugins.syndication_outbox import lines
from pelican.plugins.syndication_outbox.build import Build
from pelican.plugins.syndication_outbox.front_matter import SILENT, FrontMatter, read
from pelican.plugins.syndication_outbox.lines import Origins
from pelican.plugins.syndication_outbox.pictures import PictureFile

SITE = "https://vencejo.example"
PICTURE = PictureFile(name="a.png", media_type="image/png", width=1, height=1, size=1, alt="a")


class Told(SimpleNamespace):
    """As a content is: equal to itself alone."""

    __eq__, __hash__ = object.__eq__, object.__hash__


def content_with(**metadata: str) -> Content:
    own: dict[str, Any] = {"title": "Hola", "lang": "es", **metadata}
    place = {"source_path": "content/hola.md", "relative_dir": "", "settings": {"PATH": "/nowhere"}}
    told = {"url": "es/hola/", "translations": [], "in_default_lang": True}
    return cast(Content, Told(metadata=own, **place, **told))


def test_what_a_post_is_made_of_is_worked_out_once() -> None:
    origins, content = Origins(SITE, {}), content_with()
    first = origins.of(content, SILENT, "said")
    assert origins.of(content, SILENT, "said") is first
    assert first.address == f"{SITE}/es/hola/"


def test_a_page_that_says_something_else_makes_another_post() -> None:
    origins, content = Origins(SITE, {}), content_with()
    first = origins.of(content, SILENT, "said")
    assert origins.of(content, SILENT, "said otherwise").made_of != first.made_of


def test_a_picture_that_is_moved_later_makes_another_post() -> None:
    static = SimpleNamespace(url="images/a.png")
    origins, content = Origins(SITE, {"a.png": static}), content_with()
    matter = FrontMatter(pictures=(PICTURE,))
    first = origins.of(content, matter, "said")
    static.url = "es/hola/a.png"
    assert origins.of(content, matter, "said").made_of != first.made_of


def test_of_a_post_whose_page_nobody_wrote_it_is_not_known() -> None:
    assert Origins(SITE, {}).of(content_with(), SILENT, "").made_of == ""


def test_front_matter_without_a_key_of_ours_says_nothing() -> None:
    assert read(content_with(summary="syndicate-bluesky", robots="noindex")) == (SILENT, [])


@pytest.mark.parametrize(
    "key", ["syndicate", "content-labels", "comments", "aliases", "image-3", "syndicate-bluesky"]
)
def test_each_key_of_ours_is_read(key: str) -> None:
    matter, problems = read(content_with(**{key: "" if key == "syndicate-bluesky" else "?"}))
    assert problems or matter != SILENT


def test_what_posts_are_made_of_is_known_before_the_lists_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {name: str(tmp_path) for name in ("OUTPUT_PATH", "CACHE_PATH")}
    build = Build(SimpleNamespace(settings={"SITEURL": SITE, **folders}))
    content = content_with()
    build.matters, build.pages, build.sound = [(content, SILENT)], {content: "said"}, True
    signals.article_writer_finalized.send(SimpleNamespace(settings=build.settings), writer=None)
    monkeypatch.setattr(lines, "_hash", pytest.fail)
    assert build.origins.of(content, SILENT, "said").made_of
