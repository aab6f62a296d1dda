"""The metadata of one Pelican: what it is told while it builds, and what its templates get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, cast

from blinker import signal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from syndication.catalogues import Catalogues
from syndication.foreseeable import foreseeable
from syndication.sources import complaint

from .checks import check
from .head import head
from .indexable import Variables
from .page import PageMetadata
from .site import Site, picture_of
from .strict import watch
from .videos import VideoError, read_video, show

saw = signal("rendering_saw")
"""Sent with the source of each article or page whose metadata are asked for."""


class SiteMetadata:
    """Listens to one Pelican's signals; whatever is found out of its site is on `site`."""

    def __init__(self, pelican: Any) -> None:
        """Raises `SettingsError`."""
        self.settings: dict[str, Any] = pelican.settings
        self.site = Site(self.settings)
        self._contents: Mapping[str, Content | None] = {}  # by source file
        self._problems: list[str] = []  # of front matter that was read before all content was there
        self._offer_to_templates()
        signals.readers_init.connect(self.watch_readers)
        signals.generator_init.connect(self.note_counterparts)
        signals.content_object_init.connect(self.show_video)
        signals.page_generator_finalized.connect(self.add_pictures)
        signals.all_generators_finalized.connect(self.begin_output)
        signal("rendering_facts").connect(self.tell_facts, sender=pelican)

    def _offer_to_templates(self) -> None:
        templates = str(files(__package__).joinpath("templates"))
        overrides = self.settings["THEME_TEMPLATES_OVERRIDES"]
        if templates not in overrides:
            self.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, templates]

        @foreseeable
        @pass_context
        def metadata_head(context: Context) -> Markup:
            page = PageMetadata(self.site, cast(Variables, context))  # has the same two methods
            if page.content is not None:
                saw.send("site_metadata", about=str(page.content.source_path))
            return head(page)

        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {
            "metadata_head": metadata_head
        }

    def watch_readers(self, readers: Any) -> None:
        """Where errors are fatal, a file that cannot be read says why."""
        if readers.settings is self.settings:
            watch(readers)

    def note_counterparts(self, generator: Generator) -> None:
        """Remember what a plugin for languages offers to templates, if there is one."""
        if generator.settings is self.settings:
            offered = generator.env.globals.get("counterparts")
            self.site.counterparts = offered or self.site.counterparts

    def show_video(self, content: Content) -> None:
        """Put the video that front matter names into the words, as they are read."""
        mine = content.settings["PATH"] == self.settings["PATH"]
        if not (mine and isinstance(content, Article | Page)):
            return
        videos = self.site.videos
        videos.pop(content.source_path, None)
        try:
            video = read_video(content, self.site.sizes)
        except VideoError as error:
            self._problems.append(complaint(content.source_path, error.key, str(error)))
            return
        if video is not None:
            videos[content.source_path] = video
            texts = Catalogues.of_build(self.settings).get(str(content.lang))
            show(content, video, texts.gettext)

    def add_pictures(self, generator: Generator) -> None:
        """Make the pictures of front matter static files, wherever below content/ they lie.
        Pages are read last: then all content is there."""
        if generator.settings is not self.settings:
            return
        contents = generator.context["generated_content"].values()
        names = {picture_of(content) for content in contents if content is not None} - {""}
        found = {name for name in names if (self.site.content / name).is_file()}
        generator.context["static_links"] |= found

    def begin_output(self, generators: Iterable[Generator]) -> None:
        """Before the first page is written: what is wrong is said; icons and manifest."""
        first, site = next(iter(generators)), self.site
        if first.settings is not self.settings:
            return
        site.statics = first.context["static_content"]
        self._contents = first.context["generated_content"]
        site.forget()
        problems, self._problems = self._problems, []
        check(site, self._contents, problems)
        site.icons.write(
            site.address,
            str(self.settings.get("SITENAME", "")),
            self.settings["DEFAULT_LANG"],
            {static.save_as for static in site.statics.values()},
        )

    def tell_facts(self, pelican: Any, facts: dict[str, Any]) -> None:
        """Every page rests on the brand; an article also on the picture and the video it names."""
        del pelican
        site = self.site
        logo = site.icons.drawing.digest if site.icons.drawing is not None else ""
        facts["site_metadata.brand"] = repr((site.brand, site.icons.links, logo))
        facts["site_metadata"] = self._shown_with

    def _shown_with(self, source: str) -> str:
        site = self.site
        video = site.videos.get(source)
        poster = site.static_url(video.poster) if video else ""
        return repr((site.picture(self._contents.get(source)), video, poster))
