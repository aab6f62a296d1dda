"""Hostile HTML made small and harmless. Pure; its cost grows no faster than its input.

1. The input is read tag by tag; nothing of it is trusted to be well-formed.
2. A new document is written from a short list of elements: always well nested, never deeper than
   `DEPTH`, every letter escaped, every address checked. Attributes are not copied but made.
3. nh3 reads the result as a browser would and has the last word.
"""

from __future__ import annotations

import html as entities
import re
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3

from syndication.rules import text as letters
from syndication.rules.small_html import is_small

INLINE = frozenset({"a", "em", "strong", "b", "i", "del", "code"})
BLOCKS = frozenset({"p", "blockquote", "ul", "ol", "li", "pre"})
DEPTH = 12  # elements deeper than this lose their tags, never their words
SIZE = 100_000  # characters of HTML that are read; no network's messages are longer
ADDRESS = 2_000  # characters of the longest address that is kept
REL = "nofollow ugc noopener"

_SAME = {"s": "del", "strike": "del", "cite": "em", "tt": "code"}
_CONTAINERS = {"article", "aside", "div", "figcaption", "figure", "footer", "header", "main"}
_BREAKING = _CONTAINERS | {
    "address",
    "dd",
    "dl",
    "dt",
    "form",
    "hr",
    "nav",
    "section",
    "table",
    "tr",
}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAW = frozenset({"script", "style", "textarea", "title", "iframe", "noscript"})
_WITHOUT_WORDS = _RAW | {"audio", "canvas", "math", "object", "select", "svg", "template", "video"}

# What a server added to a person's words: a note of GoToSocial, the address of what is quoted.
_SERVERS_OWN = {"gts-system-message", "quote-inline"}

_NEXT = re.compile(r"<(?=[a-zA-Z/!?])")
_NO_TAG = re.compile(r"<(?:[!?]|/[^a-zA-Z])")
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)"
    r"((?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|[\"'=])*+)>"
)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])([a-zA-Z-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))"
)
_TO_SOMEBODY = re.compile(r"[@#＃][\w·]+(?:@[\w.:-]+)?")
_ENDLESS_NUMBER = re.compile(r"&#[0-9]{8,};?")  # int() refuses thousands of digits
_UNSAFE_IN_ADDRESS = re.compile(r"[\s\"'<>\\^`{|}\x00-\x20]")


class Reduced(NamedTuple):
    """What is left of somebody's HTML."""

    html: str  # the small subset
    text: str  # the same words without markup
    links: tuple[str, ...]  # absolute http(s) addresses, neither mentions nor hashtags


def read(html: str) -> Reduced:
    """Everything that is kept of `html`, in one pass (about 0.1 ms a message)."""
    writer = _Writer()
    _tokens(html[:SIZE], writer)
    made = nh3.clean(
        writer.finish(),
        tags=set(INLINE | BLOCKS | {"br"}),
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=REL,
    )
    return Reduced(made, _text_of(made), tuple(dict.fromkeys(writer.links)))


def reduce(html: str) -> str:
    """`html` in the small subset: p br a em strong b i del code pre blockquote ul ol li."""
    return html if len(html) <= SIZE and is_small(html) else read(html).html


def plain(html: str) -> str:
    """The words of `html`, paragraphs and lines kept as line breaks."""
    return read(html).text


def links(html: str) -> tuple[str, ...]:
    """The absolute http(s) addresses in `html`, each once, without mentions and hashtags."""
    return read(html).links


def escape_plain(text: str, limit: int = 100) -> str:
    """A name fit to be stored: one line, no controls, at most `limit` graphemes. Still plain."""
    return letters.one_line(text, limit)


def _tokens(html: str, writer: _Writer) -> None:
    """Feed `writer` with the texts and tags of `html`; an unfinished tag swallows the rest."""
    position = 0
    while match := _NEXT.search(html, position):
        writer.text(html[position : match.start()])
        if not (tag := _TAG.match(html, match.start())):
            position = _after_oddity(html, match.start())
            continue
        position = tag.end()
        closing, name, attributes = tag[1], tag[2].lower(), tag[3]
        if closing:
            writer.close(name)
            continue
        writer.open(name, attributes)
        if name in _RAW:
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, position)
            position = end.start() if end else len(html)
    writer.text(html[position:])


def _after_oddity(html: str, start: int) -> int:
    """Where reading goes on after a comment, a declaration or a tag that never ends."""
    if not _NO_TAG.match(html, start):
        return len(html)
    closing = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(closing, start + 1)
    return len(html) if end < 0 else end + len(closing)


class _Writer:
    """Writes the reduced document: blocks* p? inline*, always closed in that order."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self._out: list[str] = []
        self._open: list[str] = []
        self._spans: list[str] = []  # classes of the spans open within a link
        self._invisible = 0  # how many of them are
        self._bidi = letters.Bidi()
        self._fresh = True  # nothing was written yet in this block
        self._break = False  # a line break is due before the next words
        self._blank = False  # the last words end in a blank
        self._dropping = ""  # the element whose content is skipped
        self._dropped = 0  # how deep we are in elements of that name
        self._link: tuple[str, int] | None = None  # the address, and where its words start

    def text(self, source: str) -> None:
        """Words between two tags."""
        if self._dropping or not source or self._invisible:
            return
        words = self._bidi.feed(_unescape(source))
        if "pre" not in self._open:
            words = re.sub(r"\s+", " ", words)
            if self._fresh or self._break or self._blank:
                words = words.lstrip()
        if not words or (self._open and self._open[-1] in ("ul", "ol") and not words.strip()):
            return
        if self._break and not self._fresh:
            self._out.append("<br>")
        self._fresh = self._break = False
        self._blank = words[-1] == " "
        if "a" not in self._open:
            self.links.extend(letters.urls(words))
        self._out.append(entities.escape(words, quote=False))

    def open(self, name: str, attributes: str) -> None:
        """A start tag."""
        if self._dropping:
            self._dropped += name == self._dropping
            return
        given = _attributes(attributes) if name in ("a", "div", "p", "span") else {}
        classes = given.get("class", "").split()
        if name in _WITHOUT_WORDS or _SERVERS_OWN & set(classes):
            self._dropping, self._dropped = name, 1
        elif name == "span":
            self._open_span(classes)
        elif name == "br":
            self._out.append("<br>")
            self._break, self._fresh = False, True
        elif name in _HEADINGS:
            self._open_block("p")
            self._push("strong")
        elif name in _BREAKING:
            self._break = True
        elif name == "a":
            self._open_link(given, classes)
        elif name in BLOCKS:
            self._open_block(name)
        elif _SAME.get(name, name) in INLINE:
            self._push(_SAME.get(name, name))

    def close(self, name: str) -> None:
        """An end tag."""
        if self._dropping:
            self._dropped -= name == self._dropping
            if not self._dropped:
                self._dropping = ""
            return
        if name == "span":
            self._close_span()
            return
        if name in _BREAKING:
            self._break = True
        name = "p" if name in _HEADINGS else _SAME.get(name, name)
        if name in self._open:
            self._pop_to(name)

    def finish(self) -> str:
        """The whole document."""
        while self._open:
            self._pop()
        self._end_direction()
        return "".join(self._out)

    def _open_block(self, name: str) -> None:
        if "pre" in self._open:
            self._break = True
            return
        if name == "li":
            if not {"ul", "ol"} & set(self._open):
                self._break = True
                return
            while self._open[-1] not in ("ul", "ol"):
                self._pop()
        while self._open and (self._open[-1] in INLINE or self._open[-1] == "p"):
            self._pop()
        self._end_direction()
        self._fresh, self._break = True, False
        self._push(name)

    def _open_link(self, given: dict[str, str], classes: list[str]) -> None:
        if "a" in self._open:
            self._pop_to("a")
        href = address(given.get("href", ""))
        if href is None or not self._push("a", f'<a href="{entities.escape(href)}">'):
            return
        to_somebody = {"mention", "hashtag"} & set(classes) or "tag" in given.get("rel", "").split()
        self._link = None if to_somebody else (href, len(self._out))

    def _open_span(self, classes: list[str]) -> None:
        if "a" in self._open:
            kind = next((c for c in classes if c in ("invisible", "ellipsis")), "")
            self._spans.append(kind)
            self._invisible += kind == "invisible"

    def _close_span(self) -> None:
        kind = self._spans.pop() if self._spans else ""
        self._invisible -= kind == "invisible"
        if kind == "ellipsis":
            self._out.append("…")
            self._blank = False

    def _push(self, name: str, tag: str = "") -> bool:
        if len(self._open) >= DEPTH or (name in INLINE and name in self._open):
            return False
        self._open.append(name)
        self._out.append(tag or f"<{name}>")
        return True

    def _pop_to(self, name: str) -> None:
        while self._pop() != name:
            pass

    def _pop(self) -> str:
        name = self._open.pop()
        if name == "a":
            self._end_link()
        if name in BLOCKS:
            self._end_direction()
            self._fresh, self._break = True, False
        if self._out[-1].startswith((f"<{name}>", f"<{name} ")):
            self._out.pop()
        else:
            self._out.append(f"</{name}>")
        return name

    def _end_direction(self) -> None:
        if marks := self._bidi.close():
            self._out.append(marks)

    def _end_link(self) -> None:
        self._spans.clear()
        self._invisible = 0
        if self._link:
            href, start = self._link
            words = entities.unescape("".join(self._out[start:])).strip()
            if not _TO_SOMEBODY.fullmatch(words):
                self.links.append(href)
        self._link = None


def address(href: str) -> str | None:
    """`href` as an absolute http(s) address without traps, or None."""
    cleaned = re.sub(r"[\t\r\n]", "", _unescape(href)).strip("\x00 \x0b\x0c")
    cleaned = letters.clean(cleaned)
    if len(cleaned) > ADDRESS or not cleaned.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(cleaned)
        _ = parts.port
    except ValueError:
        return None
    # "https://bank.example@evil.example/" shows one host and goes to another.
    if not parts.hostname or "@" in parts.netloc:
        return None
    return _UNSAFE_IN_ADDRESS.sub(lambda match: f"%{ord(match.group()):02X}", cleaned)


def _unescape(source: str) -> str:
    # In its place stands a number that means nothing, lest what is around it grow together.
    return entities.unescape(_ENDLESS_NUMBER.sub("&#1;", source))


def _attributes(source: str) -> dict[str, str]:
    if len(source) > 3 * ADDRESS:
        return {}
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return found


def _text_of(made: str) -> str:
    """Text of our own document, whose tags hold no ``>`` inside."""
    text = re.sub(r"<br>", "\n", made)
    text = re.sub(r"<li>", "\n- ", text)
    text = re.sub(r"</?(?:p|blockquote|pre|ul|ol)>", "\n\n", text)
    text = entities.unescape(re.sub(r"<[^>]*>", "", text))
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
