"""The feeds of one build: what is in each, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

from pelican.contents import Article, Content, Page

from .conversation import Conversations
from .describe import Describer
from .files import FeedFiles, Pressed
from .nouns import Entry, FeedLink, Issue, Replies
from .posts import Posts
from .settings import Settings, most
from .shelves import Name, Shelf, shelves
from .standing import Standing
from .style import Style
from .words import newest_first

Subject: TypeAlias = Shelf | Content | None  # whose feed: a list, a page, all words of the site


class Feeds:
    """Made when all content is read."""

    def __init__(self, settings: Settings, context: Mapping[str, Any], site: str) -> None:
        """`site`: absolute. Raises `ValueError` for a setting that cannot be understood."""
        self.context = context
        self.output = Path(settings["OUTPUT_PATH"])
        self.most = most(settings)
        self.style = Style(settings, site)
        standing = Standing(Path(settings["CACHE_PATH"]) / "web_feeds", self.output)
        self._files = FeedFiles(self.output, standing, self.style.hrefs, context)
        self.describe = Describer(settings, site, self.style.icon)
        ids = str(settings.get("FEED_ID_SITE") or site).rstrip("/")
        self.posts = Posts(site, ids, context["static_content"], self.describe.owner.name)
        self.conversations = Conversations(self.posts, self.describe)
        self.shelves = list(shelves(context, settings))
        self._by_name = {(one.kind, one.language, one.slug): one for one in self.shelves}
        self.announced: dict[Name, tuple[FeedLink, ...]] = {}  # what many pages announce
        self._replies: dict[int, Replies | None] = {}
        self._latest: tuple[Entry, ...] | None = None
        self._has_latest: bool | None = None

    def press_all(self) -> Iterator[tuple[int, Pressed]]:
        """Every feed of the site, by the number of its subject, as far as there is anything to
        write or to remove. Nothing is changed by it."""
        for number, subject in enumerate(self._subjects()):
            pressed = self._press(subject)
            if pressed.files or pressed.gone:
                yield number, pressed

    def write_all(self, pressed: Iterable[tuple[int, Pressed]]) -> None:
        """Write every feed of the site, and remove comment feeds in which nothing is left.

        `pressed`: the answers of `press_all`, which may have been asked in another process.
        """
        self.style.write(self.output)
        subjects = self._subjects()
        for number, one in pressed:
            self._write(subjects[number], one)
        self._files.keep()

    def write_shelf(self, shelf: Shelf) -> None:
        """Write one feed of articles in all formats."""
        self._write(shelf, self._press(shelf))

    def write_comment_feed(self, content: Content) -> None:
        """Write one page's comment feed in all formats; remove it where nobody's words are left.

        Cost: one `stat` for each format where there is none, two where it stands.
        """
        self._write(content, self._press(content))

    def write_latest(self) -> None:
        """Write the feed of the latest words of the whole site; remove it where there are none."""
        self._write(None, self._press(None))

    def _subjects(self) -> list[Subject]:
        return [*self.shelves, *self.pages(), None]

    def _press(self, subject: Subject) -> Pressed:
        if isinstance(subject, Shelf):
            return self._files.press(self._issue(subject))
        if subject is None:
            self._latest = None
            self._has_latest = bool(self.latest())
            if not self._has_latest:
                return self._files.gone(self.describe.latest_paths())
        else:
            self._replies.pop(id(subject), None)
            if not self.conversations.is_talked_about(subject):
                return self._files.gone(self.describe.comment_paths(subject))
        return self._files.press(self._issue(subject))

    def _issue(self, subject: Subject) -> Issue:
        if isinstance(subject, Shelf):
            entries = tuple(self.entry(article) for article in subject.articles[: self.most])
            return Issue(self.describe.shelf(subject), lambda: entries)
        if subject is None:
            return Issue(self.describe.latest(), self.latest)
        words = partial(self._words_under, subject)
        made_of = partial(self.conversations.made_of, subject, self.most)
        return Issue(self.describe.comments(subject), words, made_of)

    def _write(self, subject: Subject, pressed: Pressed) -> None:
        if not self._files.holds(pressed):
            pressed = self._press(subject)
        self._files.write(pressed, lambda: self._issue(subject).entries)

    def _words_under(self, content: Content) -> tuple[Entry, ...]:
        return newest_first(self.conversations.under(content), self.most)

    def read_again(self, contents: Iterable[Content]) -> None:
        """Forget what was said under `contents`, and of the whole site."""
        self._latest = self._has_latest = None
        for content in contents:
            self._replies.pop(id(content), None)

    def entry(self, content: Content) -> Entry:
        """What a feed says of an article, with what can be said of the replies to it now."""
        if id(content) not in self._replies:
            self._replies[id(content)] = self.conversations.replies_to(content)
        replies = self._replies[id(content)]
        entry = self.posts.entry(content)
        return replace(entry, replies=replies) if replies else entry

    def latest(self) -> tuple[Entry, ...]:
        """The latest words of the whole site, newest first; remembered until they are written."""
        if self._latest is None:
            self._latest = newest_first(self.conversations.latest(lambda: self._by_path), self.most)
        return self._latest

    def has_latest(self) -> bool:
        """Whether there are any; remembered until they are written. Each page asks, and need not
        wait for their entries."""
        if self._has_latest is None:
            self._has_latest = self.conversations.has_latest(lambda: self._by_path)
        return self._has_latest

    def shelves_with(self, content: Content) -> Iterator[Shelf]:
        """The feeds of articles that tell of `content`."""
        for shelf in self.shelves:
            if any(article is content for article in shelf.articles[: self.most]):
                yield shelf

    def shelf(self, kind: str, language: str, slug: str = "") -> Shelf | None:
        """The feed of a language, or of one of its topics, tags or authors."""
        return self._by_name.get((kind, language, slug))

    def pages(self) -> list[Article | Page]:
        """Every public article and page: where words may stand."""
        return [
            content
            for content in self.context["generated_content"].values()
            if isinstance(content, Article | Page) and content.status == "published"
        ]

    @cached_property
    def _by_path(self) -> dict[str, Content]:
        """Worked out once: a process that stays asks for the latest words at every publication."""
        return {self.posts.path(content): content for content in self.pages()}
