"""The feeds of words when discussions change in a process that stays (fast_build's warm child).

What people said is in the comment feed of its page and among the latest words at once; that the
feeds of articles say how many replies there are follows when things are quiet, for a feed of
twenty articles costs more than a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blinker import signal

from .feeds import Feeds


class Publishing:
    """Listens for one Pelican."""

    def __init__(self, drawn_up: Callable[[], Feeds | None], pelican: Any) -> None:
        """`drawn_up`: the feeds of the build; None where there can be none."""
        self._drawn_up = drawn_up
        signal("discussion_changed").connect(self.prepare, sender=pelican)
        signal("discussion_published").connect(self.write_words, sender=pelican)
        signal("discussion_settled").connect(self.write_articles, sender=pelican)
        signal("discussion_alone").connect(self.ask_for_latest, sender=pelican)

    def ask_for_latest(self, pelican: Any, paths: set[str]) -> None:
        """Every page announces the latest words, if any stand on a page that was read."""
        site = pelican.settings["JINJA_GLOBALS"].get("tertulia_site")
        paths.update(one.page for one in getattr(site, "latest", None) or ())

    def prepare(self, pelican: Any, change: Any) -> None:
        """The first and the last words of a site are announced on, or leave, every page."""
        del pelican
        if feeds := self._drawn_up():
            feeds.read_again(change.contents)
            if feeds.has_latest() != self._announced(feeds):
                change.whole = "the feed of the latest words comes or goes, on every page"

    def _announced(self, feeds: Feeds) -> bool:
        """Whether the pages on the disk tell of latest words, which then are there, too. What this
        process has read may be newer than they are."""
        return any(
            (feeds.output / path).is_file() for path in feeds.describe.latest_paths().values()
        )

    def write_words(self, pelican: Any, change: Any) -> None:
        """Comment feeds and the latest words."""
        del pelican
        if not (feeds := self._drawn_up()):
            return
        contents = _published(change)
        paths = list(feeds.describe.latest_paths().values())
        for content in contents:
            paths += feeds.describe.comment_paths(content).values()
        with change.watching(feeds.output / path for path in paths):
            for content in contents:
                feeds.write_comment_feed(content)
            if not getattr(change, "alone", False):
                feeds.write_latest()

    def write_articles(self, pelican: Any, change: Any) -> None:
        """The feeds of articles that tell how many replies there are."""
        del pelican
        if feeds := self._drawn_up():
            shelves = _shelves(feeds, change)
            paths = [path for shelf in shelves for path in shelf.paths.values()]
            with change.watching(feeds.output / path for path in paths):
                for shelf in shelves:
                    feeds.write_shelf(shelf)


def _published(change: Any) -> list[Any]:
    return [content for content in change.contents if content.status == "published"]


def _shelves(feeds: Feeds, change: Any) -> list[Any]:
    found = {id(shelf): shelf for one in _published(change) for shelf in feeds.shelves_with(one)}
    return list(found.values())
