"""What authors write above an article about where it goes, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pelican.contents import Content

from syndication import sources
from syndication.exchange import comments_rule
from syndication.model import LABELS

from .pictures import KEYS, PictureFile, alt_key, picture_file

T = TypeVar("T")
READ = frozenset({"syndicate", "content-labels", "comments", "aliases", *KEYS})
NETWORK = re.compile(r"[a-z][a-z0-9_-]*")
OWN_TEXT = "syndicate-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The keys that concern syndication, understood."""

    networks: tuple[str, ...] | None = None  # None: the key is absent
    texts: Mapping[str, str] = field(default_factory=dict)  # network → its own text
    labels: tuple[str, ...] = ()  # of model.LABELS
    comments: str = "open"
    aliases: tuple[str, ...] = ()
    pictures: tuple[PictureFile, ...] = ()


SILENT = FrontMatter()  # of most articles


def read(content: Content) -> tuple[FrontMatter, list[str]]:
    """What the front matter says, and one line for each thing that is wrong with it.

    The lines name file, line and key and say what is allowed.
    """
    if content.metadata.keys().isdisjoint(READ) and OWN_TEXT not in " ".join(content.metadata):
        return SILENT, []
    return _read(content)


def _read(content: Content) -> tuple[FrontMatter, list[str]]:
    problems: list[str] = []

    def value(key: str, parse: Callable[[str], T], absent: T) -> T:
        written = text_of(content, key)
        if written is None:
            return absent
        try:
            return parse(written)
        except ValueError as error:
            problems.append(problem(content, key, str(error)))
            return absent

    def picture(key: str) -> PictureFile | None:
        alt = text_of(content, alt_key(key)) or ""
        found = value(key, lambda name: picture_file(content, name, alt=alt), None)
        if found and not alt:
            problems.append(problem(content, key, _without_alt(key)))
        return found

    matter = FrontMatter(
        networks=value("syndicate", _networks, None),
        texts={
            key.removeprefix(OWN_TEXT): value(key, _own_text, "")
            for key in sorted(content.metadata)
            if key.startswith(OWN_TEXT)
        },
        labels=value("content-labels", _labels, ()),
        comments=value("comments", comments_rule, "open"),
        aliases=value("aliases", sources.aliases, ()),
        pictures=tuple(found for key in KEYS if (found := picture(key))),
    )
    return matter, problems


def text_of(content: Content, key: str) -> str | None:
    """A key's text, its lines joined; None where the key is absent."""
    return sources.text_of(content.metadata, key)


def problem(content: Content, key: str, what: str) -> str:
    """``content/a.md:4: Comments: must be …``"""
    return sources.complaint(content.source_path, key, what)


def shown_path(content: Content) -> str:
    """The source file as a person would type it here."""
    return sources.shown_path(content.source_path)


def _networks(text: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in re.split(r"[,;\n]", text) if name.strip()]
    if names in (["none"], ["no"]):
        return ()
    if not names or not all(NETWORK.fullmatch(name) for name in names) or "none" in names:
        raise ValueError(
            "must be names of networks such as 'mastodon, bluesky', or none; leave the line out "
            "for every account that speaks the language"
        )
    return tuple(dict.fromkeys(names))


def _labels(text: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in re.split(r"[,;\n]", text) if name.strip()]
    if not names:
        raise ValueError(f"must be of {', '.join(LABELS)}, or left out")
    for name in names:
        if name not in LABELS:
            raise ValueError(sources.not_known(name, LABELS))
    return tuple(dict.fromkeys(names))


def _without_alt(key: str) -> str:
    name = sources.key_name(alt_key(key))
    return f"needs an {name}: say what the picture shows, for whoever cannot see it"


def _own_text(text: str) -> str:
    if not text:
        raise ValueError("is empty: write this network's own text, or leave the line out")
    return text
