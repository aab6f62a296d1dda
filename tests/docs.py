"""The pages that people read, as tests look at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
PAGES = [
    *sorted(CLONE.glob("README*.md")),
    CLONE / "CHANGELOG.md",
    *sorted((CLONE / "docs").rglob("*.md")),
]
CODE = re.compile(r"^```.*?\n(.*?)^```|(?<!`)`([^`\n]+)`(?!`)", re.DOTALL | re.MULTILINE)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(CLONE)))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> Iterator[str]:
    """Every line of code on a page, in blocks and within sentences."""
    for block, inline in CODE.findall(text_of(page)):
        yield from (block or inline).splitlines()


def calls(line: str) -> Iterator[list[str]]:
    """The words after each `tertulia` of a line of code, up to a comment."""
    for said in re.findall(r"(?:^|[\s/(])tertulia((?: +[^\s#&|,;][^\s&|;]*)+)", line):
        yield [word.strip("'\"()") for word in said.split()]
