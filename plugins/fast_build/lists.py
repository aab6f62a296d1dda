"""Lists that a large site can ask "is this article in it?" without being read from end to end.

Pelican asks it for every article and every tag, category, author, translation and period: the
square of their number. The answers are the same here; the lists stay lists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

# A list's ways to have other members than before.
CHANGES = ("append", "clear", "extend", "insert", "pop", "remove")
OPERATORS = ("__setitem__", "__delitem__", "__iadd__", "__imul__")


class Members(list[Any]):
    """A list that remembers who is in it. `in` is O(1) for what is equal only to itself."""

    __slots__ = ("_known",)
    _known: frozenset[object] | None  # None: not looked yet

    def __contains__(self, item: object) -> bool:
        if not is_alone(type(item)):
            return super().__contains__(item)
        try:
            known = self._known
        except AttributeError:
            known = None
        if known is None:
            known = self._known = frozenset(one for one in self if is_alone(type(one)))
        # Without `id`, of which Python tells whoever watches the process. Where there are others,
        # one may be equal to it.
        return item in known or (len(known) < list.__len__(self) and super().__contains__(item))


def is_alone(kind: type[object]) -> bool:
    """Whether what is of this kind is equal to itself alone."""
    return kind.__eq__ is object.__eq__ and kind.__hash__ is object.__hash__


def _forgetting(name: str) -> Callable[..., Any]:
    change = getattr(list, name)

    def changed(self: Members, *arguments: Any) -> Any:
        self._known = None
        return change(self, *arguments)

    return changed


for _name in CHANGES + OPERATORS:
    setattr(Members, _name, _forgetting(_name))


def quicken(listing: Any) -> None:
    """Give the tags, categories and authors of a generator, or of an edition, such lists.

    Names and containers stay as they are, so that whoever shares them sees the same.
    """
    for tag, articles in listing.tags.items():
        listing.tags[tag] = Members(articles)
    for pairs in (listing.categories, listing.authors):
        pairs[:] = [(term, Members(articles)) for term, articles in pairs]


def share(listing: Any, context: dict[str, Any]) -> None:
    """Let the templates see the lists of `listing` as Pelican shows them. Where they see others,
    as those of an edition that a plugin has since changed the articles of, they go on to."""
    pairs = context.get("tags")
    if isinstance(pairs, list) and pairs == list(listing.tags.items()):
        pairs[:] = listing.tags.items()


def translations_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Pelican's `process_translations`, asked about one group of translations after the other."""

    def process_translations(
        contents: list[Any], translation_id: str | Collection[str] | None = None
    ) -> tuple[list[Any], list[Any]]:
        if not translation_id:
            return original(contents, translation_id)
        names = [translation_id] if isinstance(translation_id, str) else translation_id
        try:
            tie = attrgetter(*names)
            contents.sort(key=tie)
        except (TypeError, AttributeError):
            return original(contents, translation_id)
        index: list[Any] = []
        others: list[Any] = []
        for _, group in groupby(contents, tie):
            first, rest = original(list(group), translation_id)
            index += first
            others += rest
        return index, others

    return process_translations


def periods_of(original: Callable[..., Any]) -> Callable[..., Any]:
    """Pelican's `_build_period_archives`; each article is put into its periods in one pass."""

    def build_period_archives(
        self: Any, dates: Iterable[Any], articles: Iterable[Any], settings: Any
    ) -> Any:
        archives = original(self, dates, [], settings)
        for periods in archives.values():
            of_article = {id(a): period for period in periods for a in period["dates"]}
            for article in articles:
                if id(article) in of_article:
                    of_article[id(article)]["articles"].append(article)
        return archives

    return build_period_archives
