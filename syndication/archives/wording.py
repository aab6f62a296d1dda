"""What was said, as each system kept it, becomes words that a page can show."""

from __future__ import annotations

import html
import re
from functools import cache
from urllib.parse import parse_qs, urlsplit

import markdown

from syndication.model import Words
from syndication.rules import markup

_BLOCK = re.compile(r"<(?:p|div|ul|ol|blockquote|pre|h[1-6]|table)[\s>]", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n\s*\n+")
_DETOUR = re.compile(r"""https?://disq\.us/url\?[^\s"'<>]+""")


def from_html(source: str) -> Words:
    """Words that were HTML."""
    reduced = markup.read(source)
    return Words(html=reduced.html, text=reduced.text)


def from_text(source: str) -> Words:
    """Plain words: paragraphs at blank lines, lines as they were."""
    return from_html(_paragraphs(html.escape(source, quote=False)))


def from_lines(source: str) -> Words:
    """WordPress's way: HTML in which the ends of lines mean what they mean in plain text."""
    return from_html(source if _BLOCK.search(source) else _paragraphs(source))


def from_markdown(source: str) -> Words:
    """Words that were Markdown; HTML in it is reduced like any other."""
    return from_html(_markdown().reset().convert(source[: markup.SIZE]))


def straight(source: str) -> str:
    """Links without the detour that Disqus laid them through."""
    return _DETOUR.sub(lambda found: _target(found[0]), source)


def _target(detour: str) -> str:
    """``https://disq.us/url?url=TARGET%3AKEY&cuid=1`` → TARGET."""
    query = parse_qs(urlsplit(html.unescape(detour)).query)
    target = query.get("url", [""])[0].rpartition(":")[0]
    return html.escape(target) if markup.address(target) else detour


def _paragraphs(source: str) -> str:
    parts = _PARAGRAPHS.split(source.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join("<p>" + part.strip().replace("\n", "<br>") + "</p>" for part in parts if part)


@cache
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=["fenced_code", "sane_lists"])
