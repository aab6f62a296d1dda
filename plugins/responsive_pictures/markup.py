"""The HTML around a picture. Pure: strings in, strings out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape

# A picture that somebody already made responsive, or a tag whose values may hold a `>`.
PICTURE_OR_IMG = re.compile(
    r"<picture\b.*?</picture>|<img\b((?:\"[^\"]*\"|'[^']*'|[^'\">])*)>", re.S | re.I
)
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")

Attributes = dict[str, str]
Sources = Mapping[str, Iterable[tuple[str, int]]]  # "avif" → (address, width in pixels)


def each_img(html: str, replaced: Callable[[Attributes], str | None]) -> str:
    """`html` with each `<img>` outside a `<picture>` replaced; None leaves it as it stands."""

    def replace(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        return replaced(attributes_of(match[1])) or match[0]

    return PICTURE_OR_IMG.sub(replace, html)


def attributes_of(tag: str) -> Attributes:
    """The attributes of a tag, by name in small letters, their values unescaped."""
    return {
        match[1].lower(): unescape((match[2] or "").strip("\"'"))
        for match in ATTRIBUTE.finditer(tag)
    }


def size(written: Mapping[str, str | None], width: int, height: int) -> dict[str, object]:
    """`width` and `height` as an author wrote them; what is missing keeps the proportions.

    `width` and `height` given here are the picture's own, in pixels; 0: unknown.
    """
    wide, high = written.get("width") or "", written.get("height") or ""
    if wide.isdecimal() and width and not high:
        return {"width": wide, "height": round(int(wide) * height / width)}
    if high.isdecimal() and height and not wide:
        return {"width": round(int(high) * width / height), "height": high}
    return {"width": wide or width, "height": high or height}


def img(attributes: Mapping[str, object]) -> str:
    """One `<img>`; attributes that are None or 0 are left out."""
    said = "".join(
        f' {name}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None and value != 0
    )
    return f"<img{said}>"


def each_source(sources: Sources, sizes: str) -> str:
    """The `<source>` of each kind."""
    return "".join(
        f'<source type="image/{kind}" srcset="'
        + ", ".join(f"{escape(address)} {width}w" for address, width in files)
        + f'" sizes="{escape(sizes)}">'
        for kind, files in sources.items()
    )


def picture(sources: str, inner: str) -> str:
    """A `<picture>` around an `<img>`; the `<img>` alone where there are no sources."""
    return f"<picture>{sources}{inner}</picture>" if sources else inner
