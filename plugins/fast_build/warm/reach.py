"""Which pages show which discussions.

A content's page shows its own discussion and says of its translations'; a page of a list may show
those of what it lists. Whether it does is found by looking: some pages of each template are
rendered while `READ` is heard. A template whose pages look further ("the most discussed", in a
sidebar) has all its pages rendered once. Of other templates it is assumed that all pages look no
further than those; `scout` sees whether they do. Whenever a page is written, what it looks at then
is what it shows. A template that asks for the latest words of the site has pages that every
publication touches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from blinker import signal
from pelican.contents import Content

from .change import READ
from .pages import Page

read = signal(READ)
WHOLE_SITE = ""
SAMPLES = 3  # pages of a template that are rendered to learn what its pages look at
FEW = 12  # pages of a template that are simply all rendered


class Reach:
    """URL path of a discussion → the pages that show it, in the order of a build."""

    def __init__(self, pages: Iterable[Page], path_of: Callable[[Content], str]) -> None:
        """Renders some pages; raises what their templates raise."""
        self._path_of = path_of
        self._shown: dict[str, dict[str, Page]] = defaultdict(dict)
        self._exact: dict[str, frozenset[str]] = {}  # of pages that were looked at, by name
        self.assumed: list[Page] = []  # pages that nobody has looked at
        self._heard: set[str] = set()  # while a page is rendered: what it has looked at
        read.connect(self._hear)
        by_template: dict[str, list[Page]] = defaultdict(list)
        for page in pages:
            by_template[str(page.template.name)].append(page)
        first = next(iter(by_template.values()), None)
        if first:
            first[0].render()  # what is worked out once for the whole site is no page's own
        for alike in by_template.values():
            self._look(alike)

    def showing(self, paths: Iterable[str]) -> list[Page]:
        """The pages that show any of these discussions."""
        found: dict[str, Page] = {}
        for path in paths:
            found |= self._shown.get(path, {})
        return list(found.values())

    @contextmanager
    def rewriting(self, page: Page) -> Iterator[None]:
        """While this lasts the page is rendered, and may come to show other discussions."""
        with self._listening() as reads:
            yield
        if page.name in self._exact or not self._is_known(page, reads):
            self.learn(page, frozenset(reads))

    def beyond(self, page: Page) -> frozenset[str]:
        """What a page shows, if that is more than is known of it. Renders it; raises what its
        template raises."""
        reads = self._reads(page)
        return frozenset() if self._is_known(page, reads) else reads

    def learn(self, page: Page, reads: frozenset[str]) -> None:
        """This is what the page shows, no more and no less."""
        for path in self._exact.get(page.name, frozenset()) - reads:
            self._shown[path].pop(page.name, None)
        self._exact[page.name] = reads
        self._note(page, reads)

    def learn_more(self, page: Page, reads: frozenset[str]) -> None:
        """The page showed this some time ago, and what was learned since."""
        self.learn(page, reads | self._exact.get(page.name, frozenset()))

    def _look(self, alike: list[Page]) -> None:
        """Learn what the pages of one template show."""
        if len(alike) <= FEW:
            self._render_all(alike)
            return
        shows = False
        for page in {id(one): one for one in _samples(alike)}.values():
            expected = frozenset(self._expected(page))
            reads = self._reads(page)
            if not reads <= expected:
                self._render_all(alike)
                return
            shows = shows or bool(reads)
        for page in alike if shows else ():
            self._note(page, self._expected(page))
        self.assumed += alike

    def _render_all(self, alike: list[Page]) -> None:
        for page in alike:
            self.learn(page, self._reads(page))

    def _reads(self, page: Page) -> frozenset[str]:
        with self._listening() as reads:
            page.render()
        return frozenset(reads)

    @contextmanager
    def _listening(self) -> Iterator[set[str]]:
        reads: set[str] = set()
        self._heard = reads
        yield reads
        self._heard = set()

    def _hear(self, path: str) -> None:
        self._heard.add(path)

    def _is_known(self, page: Page, reads: Iterable[str]) -> bool:
        return all(page.name in self._shown.get(path, ()) for path in reads)

    def _note(self, page: Page, paths: Iterable[str]) -> None:
        for path in paths:
            self._shown[path][page.name] = page

    def _expected(self, page: Page) -> Iterator[str]:
        """The discussions that a page of its kind shows at most, if it looks no further."""
        content = page.content
        if content is not None:
            yield from map(self._path_of, (content, *getattr(content, "translations", ())))
        yield from map(self._path_of, page.listed())


def _samples(alike: list[Page]) -> Iterator[Page]:
    """Spread over all; those that are likely to differ stand at the ends."""
    for number in range(SAMPLES):
        yield alike[number * (len(alike) - 1) // (SAMPLES - 1)]
