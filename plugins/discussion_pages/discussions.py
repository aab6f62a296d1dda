"""The discussions of one Pelican: found for templates, with their pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from blinker import signal
from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from syndication.catalogues import Catalogues
from syndication.exchange import comments_rule, picture_paths
from syndication.sources import url_path

from .documents import Documents, Facts
from .due import tell_what_is_due
from .made import Made
from .pictures import copy_pictures, remove_other_pictures
from .place import ElsewhereView, Place
from .site import SiteView
from .texts import Texts
from .views import DiscussionView

logger = logging.getLogger(__name__)

MADE = 8_000_000  # characters of messages' HTML and data that are remembered: some 2,500 of them


class Lookup:
    """The property `discussion` of articles and pages. Front matter cannot replace it."""

    foreseeable = True  # each document that is looked at is announced

    def __init__(self, discussions: Discussions) -> None:
        self.discussions = discussions

    def __get__(self, content: Content | None, owner: type | None = None) -> Any:
        return self if content is None else self.discussions.of(content)

    def __set__(self, content: Content, value: object) -> None:
        """Ignored; `Discussions.note_contents` says so when the content has a name."""


class Discussions:
    """One for each Pelican. That a document changed is seen without being told."""

    def __init__(self, pelican: Any) -> None:
        self.settings: dict[str, Any] = pelican.settings
        self.output = Path(self.settings["OUTPUT_PATH"])
        self.zone = ZoneInfo(self.settings.get("TIMEZONE", "UTC"))
        self.documents = Documents(
            Path(self.settings["PATH"]).parent / self.settings.get("DISCUSSION_PATH", "discussion"),
            Path(self.settings["CACHE_PATH"]) / "discussion_pages",
        )
        self.contents: dict[str, Content | None] = {}
        self._pages: dict[Content, str] = {}  # Pelican computes an address anew each time
        self._spoken: dict[str, Texts] = {}
        self._made = Made(MADE)
        self._last: tuple[Content, Facts | None, DiscussionView] | None = None
        self._offer_to_templates()
        signals.all_generators_finalized.connect(self.note_contents)
        signals.finalized.connect(self.finish, sender=pelican)
        signal("rendering_facts").connect(self.tell_facts, sender=pelican)

    def _offer_to_templates(self) -> None:
        Article.discussion = Page.discussion = Lookup(self)
        templates = str(files(__package__).joinpath("templates"))
        if templates not in self.settings["THEME_TEMPLATES_OVERRIDES"]:
            self.settings["THEME_TEMPLATES_OVERRIDES"] = [
                *self.settings["THEME_TEMPLATES_OVERRIDES"],
                templates,
            ]
        site = SiteView(self.documents, self.settings.get("SITEURL", ""), self.zone, self._texts)
        self.settings["JINJA_GLOBALS"] = self.settings["JINJA_GLOBALS"] | {"tertulia_site": site}

    def forget(self) -> None:
        """Drop what is remembered of the documents."""
        self._last = None
        self.documents.forget()

    def forget_views(self) -> None:
        """Drop what was worked out of documents. Those are read anew by themselves, but for ones
        that cannot be read: each publication tells of them."""
        self._last = None
        self.documents.forget_unreadable()

    def of(self, content: Content) -> DiscussionView:
        """The discussion of an article or page, as its templates want it."""
        page = self.page_of(content)
        facts = self.documents.facts(page)
        last = self._last
        if last is None or last[0] is not content or last[1] is not facts:
            view = DiscussionView(
                facts,
                lambda: self.documents.discussion(page),
                lambda: self._place(content),
                elsewhere=lambda: self._elsewhere(content),
            )
            last = self._last = content, facts, view
        return last[2]

    def page_of(self, content: Content) -> str:
        """The URL path, percent-decoded: the name of the page in the documents."""
        if content not in self._pages:
            site = self.settings.get("SITEURL", "").rstrip("/")
            self._pages[content] = url_path(site, content.url)
        return self._pages[content]

    def note_contents(self, generators: Iterable[Generator]) -> None:
        """Remember what this build is about to publish. Pictures go first, so that no visitor
        gets a page before the faces on it."""
        first = next(iter(generators))
        if first.settings is not self.settings:
            return
        self._pages.clear()
        self.contents = first.context["generated_content"]
        for content in self.contents.values():
            if content is not None and "discussion" in content.metadata:
                logger.warning("%s: Discussion: is no key of front matter; leave it out", content)
        self.publish_pictures(self._contents())

    def publish_pictures(self, contents: Iterable[Content]) -> set[str]:
        """Copy the pictures of these pages to the output folder; returns their names."""
        latest = [message for _, message in self.documents.site().latest]
        names = set(picture_paths(latest))
        for content in contents:
            names |= self.documents.pictures(self.page_of(content))
        copy_pictures(self.documents.folder, self.output, names)
        return names

    def finish(self, pelican: Any) -> None:
        """All pages are written; the facts of their documents are kept for the next build."""
        del pelican
        self.tidy_pictures()
        self.documents.keep()
        tell_what_is_due(self._open_now(), self.zone, self.documents.newest())

    def tidy_pictures(self) -> None:
        """The output folder gets the pictures that are shown, and no others."""
        remove_other_pictures(self.output, self.publish_pictures(self._contents()))

    def tell_facts(self, pelican: Any, facts: dict[str, Any]) -> None:
        """What pages rest on besides their documents: site.json, and which discussions a date has
        closed by now."""
        del pelican
        open_now = [one.source_path for one in self._open_now()]
        facts["discussion_pages"] = repr((replace(self.documents.site(), latest=()), open_now))
        facts["discussion_read"] = self.documents.state_of

    def _contents(self) -> list[Content]:
        return [content for content in self.contents.values() if content is not None]

    def _place(self, content: Content) -> Place:
        site = self.settings.get("SITEURL", "").rstrip("/")
        path = content.url.lstrip("/")
        return Place(
            folder=self.documents.folder,
            site=content.get_siteurl,
            permalink=f"{site}/{path}",
            path=path,
            title=content.title,
            zone=self.zone,
            texts=self._texts(content.lang),
            open=self._open(content),
            service=lambda: self.documents.site().spam_service,
            letters=lambda: "letters" in self.documents.site().endpoints,
            made=self._made,
        )

    def _elsewhere(self, content: Content) -> list[ElsewhereView]:
        """The discussions of the other languages of `content`, as far as anybody spoke there."""
        views = []
        for other in content.translations:
            facts = self.documents.facts(self.page_of(other))
            if facts and facts.count:
                view = ElsewhereView(
                    language=other.lang,
                    name=self._texts(content.lang).name_of(other.lang),
                    count=facts.count,
                    url=f"{content.get_siteurl()}/{other.url.lstrip('/')}#discussion",
                )
                views.append(view)
        return views

    def _texts(self, language: str) -> Texts:
        """The fragments' words and dates, written as the theme writes its own."""
        if language not in self._spoken:
            locale = str((self.settings.get("LANGUAGE_LOCALES") or {}).get(language, ""))
            self._spoken[language] = Texts(language, locale, Catalogues.of_build(self.settings))
        return self._spoken[language]

    def _open_now(self) -> list[Content]:
        """Where front matter has a rule for comments, and they are open by it."""
        return [one for one in self._contents() if "comments" in one.metadata and self._open(one)]

    def _open(self, content: Content) -> bool:
        try:
            rule = comments_rule(str(content.metadata.get("comments") or "open"))
        except ValueError as error:
            logger.error("%s: Comments: %s", content, error)
            return False
        return rule == "open" or (rule != "closed" and self._today() <= date.fromisoformat(rule))

    def _today(self) -> date:
        today = self.settings.get("DISCUSSION_TODAY")
        return date.fromisoformat(str(today)) if today else datetime.now(self.zone).date()
