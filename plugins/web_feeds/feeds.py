"""The feeds of one build: what is in each, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from pelican.contents import Article, Content, Page

from .conversation import Conversations
from .describe import Describer
from .discovery import FeedLink, Name
from .files import FeedFiles
from .nouns import Entry, Issue, Replies
from .posts import Posts
from .settings import Settings, most
from .shelves import Shelf, shelves
from .standing import Standing
from .style import Style
from .words import newest_first


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

    def write_all(self) -> None:
        """Write every feed of the site, and remove comment feeds in which nothing is left."""
        self.style.write(self.output)
        for shelf in self.shelves:
            self.write_shelf(shelf)
        for content in self.pages():
            self.write_comment_feed(content)
        self.write_latest()
        self._files.keep()

    def write_shelf(self, shelf: Shelf) -> None:
        """Write one feed of articles in all formats."""
        entries = tuple(self.entry(article) for article in shelf.articles[: self.most])
        self._files.write(Issue(self.describe.shelf(shelf), lambda: entries))

    def write_comment_feed(self, content: Content) -> None:
        """Write one page's comment feed in all formats; remove it where nobody's words are left.

        Cost: one `stat` for each format where there is none, or where it stands.
        """
        self._replies.pop(id(content), None)
        if not self.conversations.is_talked_about(content):
            self._files.remove(self.describe.comment_paths(content))
            return

        entries = partial(self._words_under, content)
        made_of = partial(self.conversations.made_of, content, self.most)
        self._files.write(Issue(self.describe.comments(content), entries, made_of))

    def _words_under(self, content: Content) -> tuple[Entry, ...]:
        return newest_first(self.conversations.under(content), self.most)

    def write_latest(self) -> None:
        """Write the feed of the latest words of the whole site; remove it where there are none."""
        self._latest = None
        if entries := self.latest():
            self._files.write(Issue(self.describe.latest(), lambda: entries))
        else:
            self._files.remove(self.describe.latest_paths())

    def read_again(self, contents: Iterable[Content]) -> None:
        """Forget what was said under `contents`, and of the whole site."""
        self._latest = None
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
