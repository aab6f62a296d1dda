"""HTML as feed readers need it: every address absolute. Pure.

Only start tags with an address in them are written anew; everything else stays byte for byte.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

ADDRESSES = frozenset({"href", "src", "poster", "cite", "action", "data", "longdesc"})
SOURCES = frozenset({"srcset", "imagesrcset"})
# A candidate of srcset: an address, which may have commas inside, and what it is fit for.
CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(\s+[^,]*)?(?:,|$)")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sayable(text: str) -> str:
    """`text` without the characters that no XML document may have."""
    return NOT_IN_XML.sub("", text)


def absolute(html: str, base: str) -> str:
    """`html` with every link, source, srcset and poster resolved against the URL `base`."""
    rewriter = _Rewriter(base)
    rewriter.feed(html)
    rewriter.close()
    return "".join(rewriter.parts)


def absolute_srcset(value: str, base: str) -> str:
    """The value of a srcset attribute, each of its candidates absolute."""
    return ", ".join(
        resolved(address, base) + (f" {' '.join(fit.split())}" if fit and fit.strip() else "")
        for address, fit in CANDIDATE.findall(value)
    )


def resolved(address: str, base: str) -> str:
    """`address` against `base`; as it stands where it is no address at all."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address


class _Rewriter(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.base = base
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        changed = [(name, self._absolute(name, value)) for name, value in attrs]
        if changed != attrs:
            closed = " /" if written.rstrip(">").rstrip().endswith("/") else ""
            said = "".join(map(_attribute, changed))
            written = f"<{tag}{said}{closed}>"
        self.parts.append(written)

    handle_startendtag = handle_starttag

    def _absolute(self, name: str, value: str | None) -> str | None:
        if value is None:
            return None
        if name in ADDRESSES:
            return resolved(value, self.base)
        return absolute_srcset(value, self.base) if name in SOURCES else value

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """A comment tells a reader nothing."""


def _attribute(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
