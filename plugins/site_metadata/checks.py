"""What in the content would make a page worse than its author thinks, said before it is written.

An error is what makes a page wrong or lost: two files at one address, a date or a video that cannot
be read. A warning is what makes it poorer. Each line names file, line and key.

Cost: a look at each file's front matter; a source file is read only where something is wrong.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pelican.contents import Article, Content, Page
from pelican.utils import get_date

from syndication.complaints import complain
from syndication.rules.text import length
from syndication.sources import (
    complaint,
    line_of,
    line_with,
    not_known,
    picture_name,
    shown_path,
    text_of,
)

from .addresses import is_language
from .plain import plain
from .site import Site
from .structured.posting import PAGES, schema_of
from .structured.questions import questions

logger = logging.getLogger(__name__)
LONGEST_TITLE = 120  # graphemes; search engines and previews show far fewer
DATES = ("date", "modified")
# Pasted from elsewhere: HTML has no place for them, and no way to write them otherwise.
NO_PAGE_MAY_HAVE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def check(site: Site, read: Mapping[str, Any], problems: Iterable[str]) -> None:
    """Complain about what Pelican has `read`: source file → content, None where it gave up.

    `problems` are those that were found before. Raises `SystemExit` where errors are fatal.
    """
    contents = [one for one in read.values() if isinstance(one, Article | Page)]
    left_out = [str(site.content / path) for path, content in read.items() if content is None]
    for line in sorted(warnings(site, contents)):
        logger.warning("%s", line)
    errors = [*problems, *clashes(contents), *unreadable_dates(left_out)]
    complain(sorted(errors), "Pages are wrong or missing until this is mended")


def warnings(site: Site, contents: Iterable[Content]) -> Iterator[str]:
    """A line for each thing that is poorer than it could be."""
    contents = list(contents)
    for content in contents:
        for key, what in _of_one(site, content):
            yield complaint(content.source_path, key, what)
        yield from _unfit(content)
    yield from _without_partner(contents)


def clashes(contents: Iterable[Content]) -> Iterator[str]:
    """A line for each file whose page another file's page would be written over."""
    owners: dict[str, Content] = {}
    for content in sorted(contents, key=lambda one: str(one.source_path)):
        if content.status == "skip" or not content.save_as:
            continue
        owner = owners.setdefault(content.save_as, content)
        if owner is not content:
            what = f"{content.url!r} is the address of {shown_path(owner.source_path)} too"
            yield complaint(content.source_path, "slug", f"{what}: give one of them another slug")


def unreadable_dates(paths: Iterable[str]) -> Iterator[str]:
    """A line for each date for which Pelican left a file out."""
    for path in paths:
        for key in DATES:
            number = line_of(path, key)
            written = _line(path, number)
            try:
                if written.lower().lstrip(":").startswith(key):
                    get_date(written.lstrip(":").partition(":")[2].strip())
            except (ValueError, OverflowError):
                what = "is no date, so that the file is left out: write one such as 2026-11-22"
                yield complaint(path, key, what)


def _of_one(site: Site, content: Content) -> Iterator[tuple[str, str]]:
    if written := text_of(content.metadata, "image"):
        yield from _picture(site, content, written)
    title = plain(content.title)
    if len(title) > LONGEST_TITLE and (count := length(title)) > LONGEST_TITLE:
        yield "title", f"has {count} characters: what is after the first {LONGEST_TITLE} is cut off"
    if not is_language(str(content.lang)):
        yield "lang", f"{content.lang!r} is no language: write its tag, such as es or pt-BR"
    schema = schema_of(content)
    if schema not in PAGES:
        yield "schema", not_known(schema, filter(None, PAGES))
    elif schema == "faq" and not questions(content._content):
        yield "schema", "is faq, but no heading ends in a question mark with an answer below it"


def _unfit(content: Content) -> Iterator[str]:
    """A line where the first character stands that makes the page invalid."""
    said = f"{content.title}{text_of(content.metadata, 'summary') or ''}{content._content or ''}"
    if said.replace("\n", "").isprintable():  # mostly so, and twice as fast as a search
        return
    if found := NO_PAGE_MAY_HAVE.search(said):
        place = f"{shown_path(content.source_path)}:{line_with(content.source_path, found[0])}"
        name = f"U+{ord(found[0]):04X}"
        yield f"{place}: has the character {name}, which no page may have: take it out"


def _picture(site: Site, content: Content, written: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the picture that previews would show."""
    try:
        site.sizes.of(site.content / picture_name(written, content.relative_dir))
    except ValueError as error:
        yield "image", f"{written!r}: {error}. Previews show a drawn picture instead"
        return
    if not text_of(content.metadata, "image-alt"):
        yield "image", "needs an Image-Alt: say what it shows, for whoever cannot see it"


def _without_partner(contents: Iterable[Content]) -> Iterator[str]:
    """Content that says it is a translation, or names its pair, and stands alone."""
    groups: dict[tuple[type, str], list[Content]] = defaultdict(list)
    keys = {}
    for content in contents:
        kind = type(content)
        key = content.settings.get(f"{kind.__name__.upper()}_TRANSLATION_ID")
        name = text_of(content.metadata, key) if isinstance(key, str) else None
        if name and key != "slug":
            groups[kind, name].append(content)
            keys[kind] = key
        says = str(content.metadata.get("translation", "false")).lower() == "true"
        if says and not content.translations:
            yield complaint(content.source_path, "translation", f"of what? {NO_PARTNER}")
    for (kind, name), group in groups.items():
        # What the site's first language has may be waiting for its translation.
        if len({content.lang for content in group}) == 1 and not group[0].in_default_lang:
            what = f"no file in another language says {name!r}; {NO_PARTNER}"
            yield complaint(group[0].source_path, keys[kind], what)


NO_PARTNER = "correct it, or leave the line out while there is no translation"


def _line(path: str, number: int) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1].strip() if number <= len(lines) else ""
