"""BRAND_FONTS as CSS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .palette import StyleError

KEYS = ("headings", "text", "heading_weight", "files")
FILE_KEYS = ("family", "file", "weight", "style")
# What a declaration may hold: names, quotes and commas, nothing that could end it.
FAMILIES = re.compile(r"""[^;{}<>\\/]+""")
WEIGHT = re.compile(r"[1-9]\d{0,3}( [1-9]\d{0,3})?|normal|bold")


def declarations(fonts: Mapping[str, Any]) -> dict[str, str]:
    """The custom properties that BRAND_FONTS sets. Raises `StyleError`."""
    _expect(fonts, KEYS, "BRAND_FONTS")
    said = {}
    for key, name in (("headings", "serif"), ("text", "sans")):
        if key in fonts:
            said[name] = _matching(FAMILIES, fonts[key], f"BRAND_FONTS[{key!r}]", "Georgia, serif")
    if "heading_weight" in fonts:
        weight = fonts["heading_weight"]
        said["heading-weight"] = _matching(WEIGHT, weight, "BRAND_FONTS['heading_weight']", "700")
    return said


def faces(fonts: Mapping[str, Any], siteurl: str) -> str:
    """The `@font-face` rules of one's own files.

    A font that is late is left for the next page (`optional`): no line ever jumps.
    """
    return "".join(_face(file, siteurl) for file in _files(fonts))


def files(fonts: Mapping[str, Any]) -> list[str]:
    """The files that BRAND_FONTS names, below SITEURL."""
    return [str(file["file"]).lstrip("/") for file in _files(fonts)]


def _files(fonts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = list(fonts.get("files") or ())
    for number, file in enumerate(found):
        place = f"BRAND_FONTS['files'][{number}]"
        _expect(file, FILE_KEYS, place)
        if not str(file.get("file", "")).endswith(".woff2"):
            raise StyleError(f"{place}['file']: name a .woff2 below the content folder")
        _matching(FAMILIES, file.get("family", ""), f"{place}['family']", "Young Serif")
    return found


def _face(file: Mapping[str, Any], siteurl: str) -> str:
    family = str(file["family"]).replace('"', "")
    weight = _matching(WEIGHT, file.get("weight", "400"), "BRAND_FONTS weight", "400")
    style = "italic" if file.get("style") == "italic" else "normal"
    address = f"{siteurl}/{str(file['file']).lstrip('/')}"
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' font-display: optional; src: url("{address}") format("woff2"); }}\n'
    )


def _expect(said: Any, keys: tuple[str, ...], place: str) -> None:
    if not isinstance(said, Mapping):
        raise StyleError(f"{place}: write a table with {', '.join(keys)}")
    for key in said:
        if key not in keys:
            raise StyleError(f"{place}[{key!r}]: no such key; there are {', '.join(keys)}")


def _matching(pattern: re.Pattern[str], value: Any, place: str, example: str) -> str:
    if not pattern.fullmatch(str(value)):
        raise StyleError(f"{place}: {value!r} cannot be used: write it as {example}")
    return str(value)
