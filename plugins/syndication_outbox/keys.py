"""What can be wrong with front matter before any value is read: misspelt keys, odd languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from pelican.contents import Content
from pelican.readers import METADATA_PROCESSORS

from syndication.rules import compose
from syndication.sources import key_name

from .front_matter import OWN_TEXT, problem, text_of
from .pictures import KEYS, alt_key

OURS = frozenset({"syndicate", "comments", "aliases", "content-labels", *KEYS}) | frozenset(
    map(alt_key, KEYS)
)
OWN_TEXTS = frozenset(OWN_TEXT + network for network in compose.DEFAULT_LIMITS)
PELICANS = frozenset(METADATA_PROCESSORS) | {
    *("title", "summary", "lang", "translation", "template", "keywords", "save_as", "url"),
}
KNOWN = OURS | PELICANS
ALIKE = 0.8  # of difflib's ratio: "coments" and "image_alt" are, "imprint" is not
_is_language = lru_cache(re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII).fullmatch)


def near_misses(content: Content) -> Iterator[str]:
    """One line for each key that nobody knows and that looks like one of ours."""
    for key in sorted(content.metadata.keys() - KNOWN):
        if not key.startswith(OWN_TEXT) and (alike := _like(key)):
            meant = key_name(alike)
            yield problem(content, key, f"is no key that Tertulia knows; is {meant} meant?")


@lru_cache
def _like(key: str) -> str:
    """The key of ours that looks most like this one; "" where none does."""
    return next(iter(get_close_matches(key, sorted(OURS | OWN_TEXTS), n=1, cutoff=ALIKE)), "")


def odd_language(content: Content) -> Iterator[str]:
    """A line for a `Lang` that cannot be a language tag."""
    written = text_of(content, "lang")
    if written is not None and not _is_language(written):
        yield problem(content, "lang", f"{written!r} is no language tag: write one such as es")
