"""The feeds of one build: what is in each, and its files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Article, Content, Page

from .announce import Announcement
from .conversation import Conversations
from .describe import Describer
from .discovery import FeedLink, Name
from .files import confirmed, put
from .json_format import json_feed
from .nouns import Entry, Format, Issue, Replies
from .posts import Posts
from .settings import Settings, most
from .shelves import Shelf, shelves
from .standing import Standing
from .style import Style
from .words import newest_first
from .xml_formats import atom, rss


class Feeds:
    """Made when all content is read."""

    def __init__(self, settings: Settings, context: Mapping[str, Any], site: str) -> None:
        """`site`: absolute. Raises `ValueError` for a setting that cannot be understood."""
        self.context = context
        self.output = Path(settings["OUTPUT_PATH"])
        self.standing = Standing(Path(settings["CACHE_PATH"]) / "web_feeds", self.output)
        self.most = most(settings)
        self.style = Style(settings, site)
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
        self.standing.keep()

    def write_shelf(self, shelf: Shelf) -> None:
        """Write one feed of articles in all formats."""
        entries = tuple(self.entry(article) for article in shelf.articles[: self.most])
        self._write(Issue(feed=self.describe.shelf(shelf), entries=entries))

    def write_comment_feed(self, content: Content) -> None:
        """Write one page's comment feed in all formats; remove it where nobody's words are left.

        Reads the discussion anew. Cost: one `stat` for each format where there is none.
        """
        self._replies.pop(id(content), None)
        entries = newest_first(self.conversations.under(content), self.most)
        if entries:
            self._write(Issue(feed=self.describe.comments(content), entries=entries))
        else:
            self._remove(self.describe.comment_paths(content))

    def write_latest(self) -> None:
        """Write the feed of the latest words of the whole site; remove it where there are none."""
        self._latest = None
        if entries := self.latest():
            self._write(Issue(feed=self.describe.latest(), entries=entries))
        else:
            self._remove(self.describe.latest_paths())

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

    def _remove(self, paths: Mapping[Format, str]) -> None:
        for path in paths.values():
            with suppress(FileNotFoundError):
                os.unlink(f"{self.output}/{path}")  # noqa: PTH108 - for each page of the site

    def _write(self, issue: Issue) -> None:
        made_of = self.standing.essence(issue, self.style.hrefs)
        for form, path in issue.feed.paths.items():
            file = self.output / path
            if self.standing.holds(file, made_of):
                confirmed.send(str(file))
            else:
                put(file, self._bytes(issue, form))
                self.standing.note(file, made_of)
            said = Announcement(issue, issue.feed.urls[form], made_of)
            signals.feed_written.send(str(file), context=self.context, feed=said)

    def _bytes(self, issue: Issue, form: Format) -> bytes:
        if form is Format.JSON:
            return json_feed(issue)
        return (atom if form is Format.ATOM else rss)(issue, self.style.hrefs)
