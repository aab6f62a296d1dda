"""The pictures of one build: found from what authors write, made, and put where pages show them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from blinker import signal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from syndication.foreseeable import foreseeable

from . import markup, places
from .variants import Original, Unreadable, make, read

logger = logging.getLogger(__name__)

WIDTHS = (480, 800, 1200, 1600)
FORMATS = ("avif", "webp")
Offer = dict[str, list[tuple[str, int]]]  # "avif" → (address, width in pixels)
saw = signal("rendering_saw")  # sent with each picture that a page shows
confirmed = signal("output_confirmed")
SIZES = "(min-width: 46rem) 40rem, 92vw"
renders_apart = True  # several processes may render pages and draw: a picture comes in one step


class Pictures:
    """Answers both ways in which a page comes by a picture: in its words, and from a theme."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.folder = str(settings.get("PICTURE_PATH", "pictures")).strip("/")
        self.cache = Path(settings.get("PICTURE_CACHE") or Path(settings["CACHE_PATH"], "pictures"))
        self._originals: dict[str, tuple[int, Original]] = {}  # by path: age, and what it was
        self._offered: dict[tuple[Original, str], Offer] = {}  # in this build, by address of site
        self._said: dict[tuple[Original, str, str], str] = {}  # the same as HTML, also by sizes
        self._shown_as: dict[Original, list[str]] = {}  # the files of its variants
        signals.generator_init.connect(self.offer)
        signals.content_object_init.connect(self.transform)

    def offer(self, generator: Generator) -> None:
        """Let templates ask for `responsive_picture` and `picture_size`; a new build begins."""
        self._offered.clear()
        self._said.clear()
        generator.env.globals.update(
            responsive_picture=self.of_front_matter, picture_size=self.size_of
        )

    def transform(self, content: Content) -> None:
        """Make the pictures among an article's or page's words responsive."""
        if not isinstance(content, (Article, Page)) or "<img" not in (content._content or ""):
            return
        first = not getattr(content, "image", None)

        def replaced(written: markup.Attributes) -> str | None:
            nonlocal first
            leading, first = first, False
            return self._in_words(content, written, leading)

        content._content = markup.each_img(content._content, replaced)

    @foreseeable
    @pass_context
    def of_front_matter(
        self,
        context: Context,
        content: Content,
        *,
        class_: str = "",
        sizes: str = "",
        first: bool = False,
    ) -> Markup:
        """The picture that front matter names as `Image`; nothing where it names none.

        `sizes`: how wide it is shown, default PICTURE_SIZES; `first`: it is seen at once.
        """
        named = str(getattr(content, "image", None) or "").strip()
        if not named:
            return Markup("")
        siteurl = context["SITEURL"]
        name = places.named_in(content, named)
        original = self._read(content, name, named) if name else None
        attributes = {
            "class": class_ or None,
            "src": f"{siteurl}/{quote(name)}" if name else named,
            "alt": str(content.metadata.get("image-alt") or ""),
        }
        return Markup(self._shown(attributes, original, sizes, first, siteurl))  # noqa: S704

    @foreseeable
    def size_of(self, named: str) -> tuple[int, int] | None:
        """Width and height in pixels of a picture below the content folder; None: unknown."""
        name = places.name_below(self.settings, named)
        try:
            original = self._known(self._path_of(name)) if name else None
        except (OSError, Unreadable):
            return None
        return (original.width, original.height) if original and original.height else None

    def _in_words(self, content: Content, written: markup.Attributes, first: bool) -> str | None:
        """The HTML for an `<img>` among the words; None where it is not ours to change."""
        src = written.get("src", "").strip()
        if not src or src.startswith("data:"):
            return None
        if not written.get("alt", "").strip() and written.get("role") != "presentation":
            logger.warning(
                "%s: the picture %s has no alternative text: say in a few words what it shows",
                places.place_of(content, src),
                src,
            )
        name = places.named_in(content, src)
        original = self._read(content, name, src) if name else None
        written.setdefault("alt", "")
        sizes = written.pop("sizes", "")
        if "srcset" in written:
            return None
        return self._shown(written, original, sizes, first, content.settings["SITEURL"])

    def _shown(
        self,
        attributes: Mapping[str, str | None],
        original: Original | None,
        sizes: str,
        first: bool,
        siteurl: str,
    ) -> str:
        """An `<img>` with its size, within its variants if there are any."""
        said: dict[str, object] = {
            **attributes,
            **({"fetchpriority": "high"} if first else {"loading": "lazy"}),
            "decoding": "async",
        }
        if original is None:
            return markup.img(said)
        said |= markup.size(attributes, original.width, original.height)
        sizes = sizes or self.settings.get("PICTURE_SIZES", SIZES)
        return markup.picture(self._sources(original, siteurl, sizes), markup.img(said))

    def _sources(self, original: Original, siteurl: str, sizes: str) -> str:
        """The variants of a picture, made and put into the output folder once a build."""
        key = (original, siteurl, sizes)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = markup.each_source(self._offer_of(original, siteurl), sizes)
        for file in self._shown_as[original]:  # each page that shows them brings them along
            confirmed.send(file)
        return said

    def _offer_of(self, original: Original, siteurl: str) -> Offer:
        key = (original, siteurl)
        if key not in self._offered:
            self._shown_as[original] = []
            self._offered[key] = self._made(original, siteurl) if original.scalable else {}
        return self._offered[key]

    def _made(self, original: Original, siteurl: str) -> Offer:
        widths = original.widths(self.settings.get("PICTURE_WIDTHS", WIDTHS))
        try:
            return {
                kind: [(self._placed(original, width, kind, siteurl), width) for width in widths]
                for kind in self.settings.get("PICTURE_FORMATS", FORMATS)
            }
        except Unreadable as error:
            logger.warning("%s: this picture is shown as it is: %s", original.path, error)
            return {}

    def _placed(self, original: Original, width: int, kind: str, siteurl: str) -> str:
        """The address of one variant, which is in the output folder from now on."""
        name = original.name(width, kind)
        kept, shown = self.cache / name, Path(self.settings["OUTPUT_PATH"], self.folder, name)
        there, whole = _size(shown), _size(kept)
        if not there or (whole and there != whole):
            if not whole:
                make(original, width, kind, kept)
            shown.parent.mkdir(parents=True, exist_ok=True)
            half = shown.with_name(f".{name}.{os.getpid()}")
            shutil.copyfile(kept, half)
            half.replace(shown)
        self._shown_as[original].append(str(shown))
        return f"{siteurl}/{self.folder}/{name}"

    def _read(self, content: Content, name: str, written: str) -> Original | None:
        """A picture's header; what is wrong with it is said at the place that names it."""
        path = self._path_of(name)
        try:
            return self._known(path)
        except OSError:
            reason = f"there is no file {path}: mend the name, or put the picture there"
        except Unreadable as error:
            reason = f"{error}: save {path} as PNG, JPEG, WebP or SVG"
        logger.warning("%s: the picture %s: %s", places.place_of(content, written), written, reason)
        return None

    def _path_of(self, name: str) -> str:
        """Where the file of that name below the content folder is."""
        return f"{self.settings['PATH']}/{name}"

    def _known(self, path: str) -> Original:
        """A picture's header, looked at once while the file does not change."""
        saw.send("file", about=path)
        age = os.stat(path).st_mtime_ns  # noqa: PTH116 - each card asks
        known = self._originals.get(path)
        if known is None or known[0] != age:
            known = self._originals[path] = (age, read(Path(path)))
        return known[1]


def _size(file: Path) -> int:
    """In bytes; 0 where there is none, or where a power cut left an empty one."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
