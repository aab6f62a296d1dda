"""Values in words that are the same in two builds exactly when the values are.

Plain data are told by what they are, articles by which they are (what is in them is watched),
lists that are watched by their names. An object of another kind must vouch for itself: `page_key`,
plain data that say which one it is, or `foreseeable = True` in its class, for one that says by
signals what it looks at.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from hashlib import blake2b
from pathlib import PurePath
from types import FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from pelican.contents import Content
from pelican.paginator import Page, Paginator
from pelican.urlwrappers import Author, Category, Tag, URLWrapper
from pelican.utils import SafeDatetime

from ..fingerprint import Unforeseeable
from .lists import Watched

TERMS = frozenset({Author, Category, Tag})
PLAIN = frozenset({str, int, float, bool, bytes, complex, type(None)})
LISTS = (list, tuple)
DATES = (datetime.date, datetime.datetime, datetime.time, datetime.timedelta, SafeDatetime)
SHORT = 200  # characters; what is longer is told by its digest
LONG = 30  # members of a list that is told once a build
VOUCHED = "foreseeable"
# Settings that hold whatever plugins put there; who uses which is watched.
ASIDE = frozenset({"JINJA_ENVIRONMENT", "JINJA_FILTERS", "JINJA_GLOBALS", "JINJA_TESTS"})
# What Pelican keeps in a tag, a category, an author; the rest was put there by plugins.
OF_TERMS = frozenset({"settings", "_name", "_slug", "_slug_from_name", "name", "slug"})


def reference(content: Content) -> str:
    """Which article, page or file it is."""
    own = object.__getattribute__(content, "__dict__")
    return f"{type(content).__name__} {own.get('source_path') or own.get('slug')}"


def digest(text: str) -> str:
    """16 bytes of it, in hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Teller:
    """Tells values of one build. `strict`: functions have to vouch for themselves too; else their
    `sources` are noted."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.sources: set[str] = set()
        self._under_way: set[int] = set()
        self._settings: dict[int, tuple[Any, str]] = {}
        self._terms: dict[tuple[Any, ...], str] = {}  # each article has objects of its own
        self._long: dict[int, tuple[list[Any], str]] = {}  # by id; they are asked for by many pages

    def told(self, value: Any) -> str:
        """Raises `Unforeseeable`."""
        kind = type(value)
        if kind in PLAIN:
            return repr(value)
        alone = _alone[kind] if kind in _alone else _found(_alone, kind, _ALONE)
        if alone is not None:
            return _shortened(f"{kind.__name__}{alone(value)}")
        if kind in TERMS and vars(value).keys() <= OF_TERMS:
            return self._plain_term(value)
        number = id(value)
        if number in self._long:
            return self._long[number][1]
        if number in self._under_way:
            return "…"
        self._under_way.add(number)
        try:
            text = _shortened(self._told(value))
        finally:
            self._under_way.discard(number)
        if isinstance(value, list) and list.__len__(value) > LONG:
            self._long[number] = value, text
        return text

    def settings(self, settings: Any) -> str:
        """The settings that an article or a tag belongs to; there are as many as languages."""
        known = self._settings.get(id(settings))
        if known is None:
            known = self._settings[id(settings)] = settings, Teller(strict=False).told(settings)
        return known[1]

    def _told(self, value: Any) -> str:
        kind = type(value)
        way = _found(_ways, kind, _WAYS)
        if way is not None:
            return f"{kind.__name__}{way(self, value)}"
        if (key := getattr(kind, "page_key", None)) is not None:
            return f"{_name(kind)} {self.told(key.__get__(value, kind))}"
        if getattr(value, VOUCHED, False):
            return _name(value if callable(value) else kind)
        if callable(value) and not self.strict:
            return self._code(value)
        what = _name(value) if isinstance(value, FunctionType | type) else _name(kind)
        raise Unforeseeable(what)

    def _code(self, value: Any) -> str:
        """A function or class, known by its name; its source is compared apart."""
        if isinstance(value, partial):
            return self._each((value.func, value.args, value.keywords))
        if isinstance(value, MethodType):
            return self._each((value.__func__,))
        if isinstance(value, FunctionType):
            self.sources.add(value.__code__.co_filename)
            held = [cell.cell_contents for cell in value.__closure__ or ()]
            return _name(value) + self._each((value.__defaults__, value.__kwdefaults__, held))
        return _name(value if hasattr(value, "__qualname__") else type(value))

    def _each(self, values: Iterable[Any]) -> str:
        return f"({','.join(map(self.told, values))})"

    def _pairs(self, values: Mapping[Any, Any]) -> str:
        kept = ((key, value) for key, value in values.items() if self.strict or key not in ASIDE)
        return f"{{{','.join(f'{self.told(key)}:{self.told(value)}' for key, value in kept)}}}"

    def _plain_term(self, term: URLWrapper) -> str:
        """One that has nothing but what Pelican gave it."""
        own = vars(term)
        which = type(term), own["_name"], own["_slug"], id(own["settings"])
        known = self._terms.get(which)
        if known is None:
            known = self._terms[which] = _shortened(f"{type(term).__name__}{self._term(term)}")
        return known

    def _term(self, term: URLWrapper) -> str:
        given = {key: value for key, value in vars(term).items() if key not in OF_TERMS}
        more = self._pairs(given) if given else ""
        return f" {term.name!r} {term.slug!r} {self.settings(term.settings)}{more}"

    def _page(self, page: Page) -> str:
        return f" {page.number} {self.told(page.paginator)} {self._each(page.object_list)}"

    def _paginator(self, paginator: Paginator) -> str:
        about = paginator.name, paginator.url, paginator.per_page, paginator.count
        return f" {about!r} {self.told(paginator.object_list)}"


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{getattr(thing, '__qualname__', type(thing).__qualname__)}"


def _shortened(text: str) -> str:
    return text if len(text) < SHORT else digest(text)


# What is told without asking what else is in it; it comes before the rest.
_ALONE: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (Watched, lambda value: f" {value.token}"),
    (Content, lambda value: f" {reference(value)}"),
    (Markup, str.__repr__),
    (DATES, lambda value: f" {value!r}"),
    (ZoneInfo, lambda value: f" {value.key}"),
    (re.Pattern, lambda value: f" {value.pattern!r} {value.flags}"),
    ((PurePath, Enum), lambda value: f" {value!r}"),
    (ModuleType, lambda value: f" {value.__name__}"),
)
_WAYS: tuple[tuple[Any, Callable[[Teller, Any], str]], ...] = (
    (URLWrapper, Teller._term),
    (Page, Teller._page),
    (Paginator, Teller._paginator),
    (LISTS, Teller._each),
    ((set, frozenset), lambda teller, value: str(sorted(map(teller.told, value)))),
    ((dict, MappingProxyType), Teller._pairs),
)


_alone: dict[type, Any] = {}  # as they are found
_ways: dict[type, Any] = {}


def _found(known: dict[type, Any], kind: type, ways: Iterable[tuple[Any, Any]]) -> Any:
    if kind not in known:
        known[kind] = next((way for kinds, way in ways if issubclass(kind, kinds)), None)
    return known[kind]
