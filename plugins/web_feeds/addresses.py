"""HTML as feed readers need it: every address absolute. Pure.

Only attributes that hold an address are written anew; everything else stays byte for byte.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin

ADDRESSES = frozenset({"href", "src", "poster", "cite", "action", "data", "longdesc"})
SOURCES = frozenset({"srcset", "imagesrcset"})
# A comment, whose content is nobody's tag, or a start tag with quoted values that may hold a ">".
COMMENT_OR_TAG = re.compile(r"""<!--.*?-->|<[A-Za-z](?:[^>"']++|"[^"]*"|'[^']*')*+>""", re.S)
ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
# A candidate of srcset: an address, which may have commas inside, and what it is fit for.
CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(\s+[^,]*)?(?:,|$)")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sayable(text: str) -> str:
    """`text` without the characters that no XML document may have."""
    return NOT_IN_XML.sub("", text)


def absolute(html: str, base: str) -> str:
    """`html` with every link, source, srcset and poster resolved against the URL `base`."""

    def attribute(match: re.Match[str]) -> str:
        name, equals, written = match.groups()
        value = unescape(written[1:-1] if written[0] in "\"'" else written)
        if name.lower() in ADDRESSES:
            found = resolved(value, base)
        elif name.lower() in SOURCES:
            found = absolute_srcset(value, base)
        else:
            return match[0]
        return match[0] if found == value else f'{name}{equals}"{escape(found)}"'

    def tag(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith("<!") else ATTRIBUTE.sub(attribute, match[0])

    return COMMENT_OR_TAG.sub(tag, html)


def absolute_srcset(value: str, base: str) -> str:
    """The value of a srcset attribute, each of its candidates absolute."""
    return ", ".join(
        resolved(address, base) + (f" {' '.join(fit.split())}" if fit.strip() else "")
        for address, fit in CANDIDATE.findall(value)
    )


def resolved(address: str, base: str) -> str:
    """`address` against `base`; as it stands where it is no address at all."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address
