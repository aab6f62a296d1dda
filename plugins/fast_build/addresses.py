"""Addresses of articles and pages, made from what they need and no more.

Pelican copies all metadata and resolves the source's path each time that anybody asks for a URL,
some thirty times an article, and makes every tag's slug anew for every article that has it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from string import Formatter
from typing import Any

from pelican.contents import Content
from pelican.utils import posixize_path, sanitised_join

# What Pelican puts into an address from the content itself, whatever its metadata say.
FIELDS: dict[str, Callable[[Any], Any]] = {
    "slug": lambda content: getattr(content, "slug", ""),
    "lang": lambda content: getattr(content, "lang", "en"),
    "date": lambda content: getattr(content, "date", None) or datetime.now(),  # noqa: DTZ005
    "author": lambda content: content.author.slug if hasattr(content, "author") else "",
    "category": lambda content: content.category.slug if hasattr(content, "category") else "",
}
# A file name below a folder that says so itself: nothing to resolve, nothing that leads out.
_PLAIN = re.compile(r"[^/\\.\0][^/\\\0]*(?:/[^/\\.\0][^/\\\0]*)*")
_STOCK = Content.__dict__["url_format"]


def expanded_by(original: Callable[..., str]) -> Callable[..., str]:
    """Pelican's `_expand_settings`; an address that names other metadata is left to it."""

    def expand_settings(self: Any, key: str, klass: str | None = None) -> str:
        kind = type(self)
        if kind.url_format is not _STOCK:
            return original(self, key, klass)
        filled = _filling(str(self.settings[_setting(klass or kind.__name__, key)]))
        return original(self, key, klass) if filled is None else filled(self)

    return expand_settings


@lru_cache
def _setting(klass: str, key: str) -> str:
    return f"{klass}_{key}".upper()


@lru_cache
def _filling(pattern: str) -> Callable[[Any], str] | None:
    """What makes an address of a content; None if part of it has to be looked up elsewhere."""
    try:
        parsed = list(Formatter().parse(pattern))
    except ValueError:
        return None
    named = [name for _, name, _, _ in parsed if name is not None]
    roots = frozenset(name.split(".")[0].split("[")[0] for name in named)
    if not roots <= FIELDS.keys() or any("{" in (spec or "") for _, _, spec, _ in parsed):
        return None
    if any(spec or conversion for _, _, spec, conversion in parsed) or not FIELDS.keys() >= set(
        named
    ):
        return lambda content: pattern.format(**{name: FIELDS[name](content) for name in roots})
    pieces = [(literal, FIELDS[name] if name else _nothing) for literal, name, _, _ in parsed]
    return lambda content: "".join([f"{literal}{value(content)}" for literal, value in pieces])


def _nothing(content: Any) -> str:
    """What follows the last literal of an address."""
    del content
    return ""


@lru_cache
def _folder(path: str) -> str:
    """With one slash at the end, so that a name below it can follow."""
    return posixize_path(os.path.abspath(path)).rstrip("/") + "/"


@lru_cache(maxsize=1 << 17)
def _relative(path: str, root: str) -> str:
    """Where `path` is below `root`, with slashes; both are absolute."""
    folder = _folder(root)
    name = path[len(folder) :] if path.startswith(folder) else ""
    if _PLAIN.fullmatch(name) and os.sep == "/":
        return name
    return os.path.relpath(os.path.abspath(path), os.path.abspath(root)).replace(os.sep, "/")


def relative_by(original: Callable[..., str | None]) -> Callable[..., str | None]:
    """Pelican's `get_relative_source_path`, worked out once for each file."""

    def get_relative_source_path(self: Any, source_path: str | None = None) -> str | None:
        path, root = source_path or self.source_path, self.settings["PATH"]
        if isinstance(path, str) and os.path.isabs(path) and os.path.isabs(root):
            return _relative(path, root)
        return original(self, source_path)

    return get_relative_source_path


def folder_by(original: property) -> property:
    """Pelican's `relative_dir`, worked out from the same."""

    def relative_dir(self: Any) -> str:
        path, root = self.source_path, self.settings["PATH"]
        if isinstance(path, str) and os.path.isabs(path) and os.path.isabs(root):
            return os.path.dirname(_relative(path, root))
        return str(original.__get__(self))

    return property(relative_dir)


def slugs_by(original: Callable[..., str]) -> Callable[..., str]:
    """Pelican's `slugify`, asked once for each name."""

    @lru_cache(maxsize=1 << 15)
    def known(value: str, subs: tuple[Any, ...], preserve_case: bool, use_unicode: bool) -> str:
        return original(value, subs, preserve_case, use_unicode)

    def slugify(
        value: str, regex_subs: Any = (), preserve_case: bool = False, use_unicode: bool = False
    ) -> str:
        if type(value) is not str:  # Markup has its own way to lose its tags
            return original(value, regex_subs, preserve_case, use_unicode)
        return known(value, tuple(map(tuple, regex_subs)), preserve_case, use_unicode)

    return slugify


def joined_by(original: Callable[..., str]) -> Callable[..., str]:
    """Pelican's `sanitised_join`, which resolves the folder anew for each file below it."""

    def sanitised_join(base_directory: str, *parts: str) -> str:
        name = parts[0] if len(parts) == 1 else None  # some plugins name a file by a `Path`
        plain = isinstance(name, str) and _PLAIN.fullmatch(name) and os.path.isabs(base_directory)
        if plain and os.sep == "/":
            return f"{_folder(base_directory)}{name}"
        return original(base_directory, *parts)

    return sanitised_join


joined = joined_by(sanitised_join)
