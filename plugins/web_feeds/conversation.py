"""The discussion of one page, as feeds tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pelican.contents import Content

from .describe import Describer
from .nouns import Entry, Replies
from .posts import Posts, plain
from .words import entry_of, said_under


class Conversations:
    """Reads `content.discussion` and `tertulia_site`, where a plugin brings them."""

    def __init__(self, posts: Posts, describe: Describer) -> None:
        self.posts, self.describe = posts, describe

    def is_talked_about(self, content: Content) -> bool:
        """Has anybody's approved word a place there now?"""
        return bool(_count(getattr(content, "discussion", None)))

    def replies_to(self, content: Content) -> Replies | None:
        """What the entry of an article says of its discussion; None where nobody spoke."""
        discussion: Any = getattr(content, "discussion", None)
        if not _count(discussion):
            return None
        said = (message for message, _ in said_under(discussion))
        return Replies(
            url=f"{self.posts.url(content)}#discussion",
            count=discussion.count,
            updated=max(message.updated or message.published for message in said),
            feeds=self.describe.urls(self.describe.comment_paths(content)),
        )

    def made_of(self, content: Content, most: int | None) -> object:
        """What the newest `most` of `under` follow from, as plain data; None where no plugin knows
        the revision of a discussion."""
        revision = getattr(content.discussion, "revision", None)
        if revision is None:
            return None
        place, zone = self._place(content), self.describe.settings.get("TIMEZONE")
        where = place["page"], place["page_id"], place["titled"](""), content.get_siteurl()
        return revision, most, content.lang, where, zone

    def under(self, content: Content) -> Iterator[Entry]:
        """Every message under one page, in no particular order."""
        place = self._place(content)
        for message, parent in said_under(content.discussion):
            yield entry_of(message, parent=parent, language=content.lang, **place)

    def has_latest(self, pages: Callable[[], Mapping[str, Content]]) -> bool:
        """Whether there are any, without a look at the words."""
        return any(True for _ in self._latest(pages))

    def latest(self, pages: Callable[[], Mapping[str, Content]]) -> Iterator[Entry]:
        """The latest words of the site, as far as they stand on one of `pages`, by URL path."""
        for one, content in self._latest(pages):
            yield entry_of(one.message, language=content.lang, **self._place(content))

    def _latest(self, pages: Callable[[], Mapping[str, Content]]) -> Iterator[tuple[Any, Content]]:
        site = self.describe.settings["JINJA_GLOBALS"].get("tertulia_site")
        for one in getattr(site, "latest", None) or ():
            if (content := pages().get(one.page)) is not None:
                yield one, content

    def _place(self, content: Content) -> dict[str, Any]:
        say, title = self.describe.say(content.lang), plain(content.title)
        return {
            "page": self.posts.url(content),
            "page_id": self.posts.id(content),
            "titled": lambda name: say("%(name)s on “%(title)s”") % {"name": name, "title": title},
        }


def _count(discussion: Any) -> int:
    return int(getattr(discussion, "count", 0) or 0)
