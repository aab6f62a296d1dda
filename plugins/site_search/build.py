"""One Pelican with a search: its page, its script, and the index once all pages are written."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from blinker import signal
from jinja2 import pass_context
from jinja2.runtime import Context
from pelican import signals
from pelican.generators import Generator
from pelican.log import console

from syndication.catalogues import Catalogues
from syndication.errands import Work, errand
from syndication.exchange import replace_file
from syndication.foreseeable import foreseeable

from .bundle import bring, put_in_place
from .index import IndexCache
from .pages import findable, pages_of
from .parts import entry_of, parts_of
from .program import HOW_TO_GET_IT, SearchError, program
from .view import SearchView, view

logger = logging.getLogger(__name__)

# A build that sweeps the output folder (fast_build) leaves what was confirmed.
confirmed = signal("output_confirmed")
PAGE = "search"
DEFAULTS = {
    "SEARCH_URL": "search/",
    "SEARCH_SAVE_AS": "search/index.html",
    "SEARCH_BUNDLE_PATH": "pagefind",
    "SEARCH_TIMEOUT": 120,
    "SEARCH_PART_PAGES": 1000,
}


class Build:
    """Listens to one Pelican's signals."""

    def __init__(self, pelican: Any) -> None:
        self.settings: dict[str, Any] = pelican.settings
        self.output = Path(self.settings["OUTPUT_PATH"])
        self.program = program()
        self.contents: dict[str, Any] = {}
        self._pelican = pelican
        self._made: Work[tuple[str, Path, bool]] = tuple
        for key, value in DEFAULTS.items():
            self.settings.setdefault(key, value)
        self._offer_page()
        self._assets = self._read_assets()
        self._catalogues = Catalogues.of_build(self.settings)
        signals.all_generators_finalized.connect(self.note_contents)
        signals.finalized.connect(self.finish, sender=pelican)
        signal("rendering_facts").connect(self.tell_facts, sender=pelican)

    def _offer_page(self) -> None:
        """A theme's own `search.html` comes before ours."""
        folder = files(__package__).joinpath("templates")
        ours = [str(folder)]
        if not (Path(self.settings["THEME"]) / "templates" / f"{PAGE}.html").is_file():
            ours.append(str(folder.joinpath("page")))
        overrides = self.settings["THEME_TEMPLATES_OVERRIDES"]
        self.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, *ours]
        if PAGE not in self.settings["DIRECT_TEMPLATES"]:
            templates = [*self.settings["DIRECT_TEMPLATES"], PAGE]
            self.settings["DIRECT_TEMPLATES"] = templates
        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {"site_search": self.view}

    def _read_assets(self) -> dict[str, str]:
        """Script and style by the names that they get in the output folder; without a program
        the style alone, for the lists."""
        self._bytes: dict[str, bytes] = {}
        names = {}
        files_of = {"style": "search.css"} | ({"script": "search.js"} if self.program else {})
        for kind, file in files_of.items():
            data = files(__package__).joinpath("static", file).read_bytes()
            stem, suffix = file.split(".")
            names[kind] = f"{stem}/{stem}-{sha256(data).hexdigest()[:8]}.{suffix}"
            self._bytes[names[kind]] = data
        return names

    def tell_facts(self, pelican: Any, facts: dict[str, Any]) -> None:
        """Every page rests on what script and style are called, if there are any."""
        del pelican
        facts["site_search"] = self._assets

    @foreseeable
    @pass_context
    def view(self, context: Context) -> SearchView:
        """`site_search()` in templates."""
        return view(context, self.settings, self._catalogues, self._assets)

    def note_contents(self, generators: Iterable[Generator]) -> None:
        """Remember what this build publishes."""
        first = next(iter(generators))
        if first.settings is self.settings:
            self.contents = first.context["generated_content"]
            if self.program is not None:
                patience = float(self.settings["SEARCH_TIMEOUT"])
                work = partial(self._make, self.program)
                self._made = errand(self._pelican, work, patience=patience)

    def finish(self, pelican: Any) -> None:
        """Make the index; whatever goes wrong is said, and the build is whole without it."""
        del pelican
        try:
            for name, data in self._bytes.items():
                replace_file(self.output / name, data)
                confirmed.send(str(self.output / name))
            if self.program is not None:
                self._put_in_place(self._told_of(self._made()))
        except (SearchError, OSError) as error:
            logger.warning("The search was left as it was: %s", error)
        if self.program is None:
            line = f"No search on this site: pagefind is not installed ({HOW_TO_GET_IT})"
            console.print(line, markup=False)
            signal("next_build_due").send(line)  # which says it again

    def _make(self, pagefind: Path) -> Iterator[tuple[str, Path, bool]]:
        """Of each part: its folder in the bundle, the index in the cache, and whether the one that
        was kept there was damaged."""
        size = max(1, int(self.settings["SEARCH_PART_PAGES"]))
        parts = parts_of(findable(self.contents.values()), size)
        said = self.settings.get("SEARCH_CACHE")
        folder = Path(said) if said else Path(self.settings["CACHE_PATH"], "search")
        cache = IndexCache(folder, pagefind, float(self.settings["SEARCH_TIMEOUT"]))
        # One after another: the pages of one part alone are in memory, and in pagefind's.
        for within, part in parts.items():
            index, mended = cache.index(pages_of(part))
            bring(index, self._bundle / within)
            yield within, index, mended
        if parts:
            cache.forget_old(len(parts))

    def _told_of(self, made: Iterable[tuple[str, Path, bool]]) -> dict[str, Path]:
        """The indexes by folder; each that was damaged is told of."""
        indexes = {}
        for within, index, mended in made:
            indexes[within] = index
            if mended:
                logger.warning("%s was damaged, and was made anew: is the disk well?", index.parent)
        return indexes

    def _put_in_place(self, indexes: dict[str, Path]) -> None:
        if not indexes:
            shutil.rmtree(self._bundle, ignore_errors=True)
            return
        for path in put_in_place(indexes, self._bundle, entry_of(indexes)):
            confirmed.send(path)

    @property
    def _bundle(self) -> Path:
        return self.output / str(self.settings["SEARCH_BUNDLE_PATH"]).strip("/")
