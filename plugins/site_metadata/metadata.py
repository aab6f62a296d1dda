"""The metadata of one Pelican: what it knows of the site, and the view that templates get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from blinker import signal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from syndication.catalogues import Catalogues
from syndication.foreseeable import Parts, foreseeable
from syndication.sources import complaint, picture_name

from .addresses import Addresses, Alternate, Counterparts, absolute, public_site
from .brand import Brand, SettingsError, read_brand
from .cache import Cache
from .checks import check
from .drawing import Drawing
from .icons import Icons
from .indexable import Variables, is_indexable
from .lettering import Typesetter
from .monogram import Monogram
from .page import PageMetadata
from .pictures import SharedPicture, Sizes
from .previews import HEIGHT, WIDTH, Previews
from .strict import watch
from .structured import graph_of
from .videos import Video, VideoError, read_video, show

saw = signal("rendering_saw")
"""Sent with the source of each article or page whose metadata are asked for."""


class SiteMetadata:
    """One for each Pelican. Other rooms of this plugin ask it about the pages that are written:
    `variables` is always what a page's template gets, and what `content_written` hands on."""

    def __init__(self, pelican: Any) -> None:
        """Raises `SettingsError`."""
        self.settings: dict[str, Any] = pelican.settings
        self.site = public_site(self.settings)  # "" in a build without an absolute SITEURL
        self.addresses = Addresses(self.site, self.settings["DEFAULT_LANG"])
        self.content = Path(self.settings["PATH"])
        self.brand: Brand = read_brand(self.settings)
        self.statics: dict[str, Any] = {}
        self.contents: dict[str, Content | None] = {}
        self.sizes = Sizes()
        self.videos: dict[str, Video] = {}  # by source file
        self.problems: list[str] = []  # of front matter that was read before all content was there
        self.counterparts: Counterparts | None = None
        self.parts = Parts()  # what heads of pages say alike
        output = Path(self.settings["OUTPUT_PATH"])
        cache = Cache(_cache_folder(self.settings))
        name = str(self.settings.get("SITENAME", ""))
        drawing = self._drawing()
        letters = _typesetter(self.content.parent, self.brand.font)
        self.icons = Icons(self.brand, drawing or self._monogram(letters), output, cache)
        self.previews = Previews(self.brand, name, output, cache, drawing, letters)
        self._offer_to_templates()
        signals.readers_init.connect(self.watch_readers)
        signals.generator_init.connect(self.note_counterparts)
        signals.content_object_init.connect(self.show_video)
        signals.page_generator_finalized.connect(self.add_pictures)
        signals.all_generators_finalized.connect(self.begin_output)
        signal("rendering_facts").connect(self.tell_facts, sender=pelican)

    def watch_readers(self, readers: Any) -> None:
        """Where errors are fatal, a file that cannot be read says why."""
        if readers.settings is self.settings:
            watch(readers)

    def _drawing(self) -> Drawing | None:
        name = self.brand.icon
        setting = "BRAND_ICON" if self.settings.get("BRAND_ICON") else "BRAND_LOGO"
        return Drawing(self.content, setting, name) if name else None

    def _monogram(self, letters: Typesetter) -> Drawing | None:
        """What stands for a logo on tabs and home screens; none where BRAND_ICON is "" """
        if "BRAND_ICON" in self.settings:
            return None
        return Monogram(self.brand.organization.name, letters, dict(self.brand.colours))

    def _offer_to_templates(self) -> None:
        templates = str(files(__package__).joinpath("templates"))
        overrides = self.settings["THEME_TEMPLATES_OVERRIDES"]
        if templates not in overrides:
            self.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, templates]

        @foreseeable
        @pass_context
        def page_metadata(context: Context) -> PageMetadata:
            page = self.of(cast(Variables, context))  # it has the same two methods
            if page.content is not None:
                saw.send("site_metadata", about=str(page.content.source_path))
            return page

        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {
            "page_metadata": page_metadata
        }

    def note_counterparts(self, generator: Generator) -> None:
        """Remember what a plugin for languages offers to templates, if there is one."""
        if generator.settings is self.settings:
            self.counterparts = generator.env.globals.get("counterparts") or self.counterparts

    def show_video(self, content: Content) -> None:
        """Put the video that front matter names into the words, as they are read."""
        mine = content.settings["PATH"] == self.settings["PATH"]
        if not (mine and isinstance(content, Article | Page)):
            return
        self.videos.pop(content.source_path, None)
        try:
            video = read_video(content, self.sizes)
        except VideoError as error:
            self.problems.append(complaint(content.source_path, error.key, str(error)))
            return
        if video is not None:
            self.videos[content.source_path] = video
            texts = Catalogues.of_build(self.settings).get(str(content.lang))
            show(content, video, texts.gettext)

    def add_pictures(self, generator: Generator) -> None:
        """Make the pictures of front matter static files, wherever below content/ they lie.
        Pages are read last: then all content is there."""
        if generator.settings is not self.settings:
            return
        contents = generator.context["generated_content"].values()
        names = {picture_of(content) for content in contents if content is not None} - {""}
        found = {name for name in names if (self.content / name).is_file()}
        generator.context["static_links"] |= found

    def begin_output(self, generators: Iterable[Generator]) -> None:
        """Before the first page is written: icons and manifest."""
        first = next(iter(generators))
        if first.settings is not self.settings:
            return
        self.statics = first.context["static_content"]
        self.contents = first.context["generated_content"]
        self.addresses.forget()
        self.parts.forget()
        self.previews.forget()
        problems, self.problems = self.problems, []
        check(self, first.context["generated_content"], problems)
        self.icons.write(
            self.site,
            str(self.settings.get("SITENAME", "")),
            self.settings["DEFAULT_LANG"],
            {static.save_as for static in self.statics.values()},
        )

    def tell_facts(self, pelican: Any, facts: dict[str, Any]) -> None:
        """Every page rests on the brand; an article also on the picture and the video it names."""
        del pelican
        logo = self.icons.drawing.digest if self.icons.drawing is not None else ""
        facts["site_metadata.brand"] = repr((self.brand, self.icons.links, logo))
        facts["site_metadata"] = self._shown_with

    def _shown_with(self, source: str) -> str:
        content = self.contents.get(source)
        video = self.videos.get(source)
        poster = self.static_url(video.poster) if video else ""
        return repr((self.picture(content), video, poster))

    def of(self, variables: Variables) -> PageMetadata:
        """What the include prints for a page."""
        return PageMetadata(self, variables)

    def is_indexable(self, variables: Variables) -> bool:
        """May search engines list this page?"""
        return is_indexable(variables)

    def canonical(self, variables: Variables) -> str:
        """The page's one absolute address; "" where SITEURL is not absolute."""
        return self.addresses.canonical(variables) if self.site else ""

    def alternates(self, variables: Variables) -> tuple[Alternate, ...]:
        """The page in each language, itself and x-default included; empty where it is alone."""
        return self.of(variables).alternates

    def picture(self, content: Content | None) -> SharedPicture | None:
        """The picture that the front matter of `content` names; None where it has none that
        previews could show."""
        name = picture_of(content) if content is not None else ""
        if content is None or name not in self.statics or not self.site:
            return None
        try:
            size = self.sizes.of(self.content / name)
        except ValueError:
            return None  # `checks` says so, with file and line
        return SharedPicture(
            url=self.static_url(name),
            width=size.width,
            height=size.height,
            media_type=size.media_type,
            alt=" ".join(str(content.metadata.get("image-alt") or "").split()),
        )

    def structured(self, page: PageMetadata) -> Markup:
        """The graph of a page as JSON-LD, ready for its script; "" where nobody should look."""
        return graph_of(page)

    def static_url(self, name: str) -> str:
        """The absolute address of a file below the content folder."""
        static = self.statics.get(name)
        return absolute(self.site, static.url if static is not None else name)

    def preview(self, title: str) -> SharedPicture | None:
        """A picture drawn for `title`; None where the site wants none, or has no address."""
        if not self.site or self.settings.get("PREVIEWS") is False:
            return None
        url = absolute(self.site, self.previews.path_of(title))
        return SharedPicture(url=url, width=WIDTH, height=HEIGHT, media_type="image/png", alt=title)


def _cache_folder(settings: Mapping[str, Any]) -> Path:
    """PREVIEW_CACHE, from the folder that holds the content; without it, with all that is kept."""
    if said := settings.get("PREVIEW_CACHE"):
        return Path(settings["PATH"]).parent / said
    return Path(settings["CACHE_PATH"], "previews")


def _typesetter(folder: Path, font: str) -> Typesetter:
    """Sets the titles of drawn pictures; a relative `font` counts from `folder`."""
    try:
        return Typesetter(folder / font if font else None)
    except OSError:
        raise SettingsError(f"PREVIEW_FONT: {font!r} is no font: name a TTF or OTF file") from None


def picture_of(content: Content) -> str:
    """The file that `Image` in the front matter names, below the content folder; "" without."""
    written = content.metadata.get("image")
    try:
        return picture_name(str(written), content.relative_dir) if written else ""
    except ValueError:
        return ""
