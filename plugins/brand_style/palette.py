"""Six colours of a brand become all that a page needs, readable ones. Pure.

Contrast is WCAG's: (L1 + 0.05) / (L2 + 0.05) of the relative luminances, 1 to 21.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

READABLE = 4.5  # WCAG 2 AA for text
COMFORTABLE = 4.8  # what derived colours keep, so that rounding never falls below
BLACK, WHITE = "#000000", "#ffffff"
DEFAULT = {
    "paper": "#ffffff",  # behind the words
    "ink": "#20222e",  # the words
    "accent": "#2c4fb8",  # links
    "cover": "#23264f",  # masthead, hero and footer
    "on_cover": "#ffffff",  # words there
    "spark": "#f4b33f",  # a small light on the cover
}
# (words, ground) whose contrast depends on what a brand chose.
PAIRS = (
    *(("ink", ground) for ground in ("paper", "raised", "sunk", "accent-soft")),
    *((words, g) for words in ("accent", "soft") for g in ("paper", "raised", "sunk")),
    *((words, "cover") for words in ("on-cover", "on-cover-soft", "spark")),
    ("on-cover", "button"),
)

Palette = dict[str, str]


class StyleError(ValueError):
    """A setting of the brand that cannot be used: which one, and what to write instead."""


def read(name: str, said: Any) -> Palette:
    """The colours that a setting names, as `#rrggbb`. Raises `StyleError`."""
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        raise StyleError(f"{name}: write a table such as {{'accent': '#1b6f4a'}}")
    colours = {}
    for key, value in said.items():
        if key not in DEFAULT:
            raise StyleError(f"{name}[{key!r}]: no such colour; there are {', '.join(DEFAULT)}")
        if not isinstance(value, str) or not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", value):
            raise StyleError(f"{name}[{key!r}]: {value!r} is no colour: write one such as #1b6f4a")
        digits = value[1:].lower()
        colours[key] = "#" + ("".join(d * 2 for d in digits) if len(digits) == 3 else digits)
    return colours


def light(brand: Mapping[str, str]) -> Palette:
    """Every colour of the light pages."""
    base = {**DEFAULT, **brand}
    sunk = mix(mix(base["paper"], base["spark"], 0.14), base["ink"], 0.015)
    return {
        **_named(base),
        "raised": mix(base["paper"], WHITE, 0.6),
        "sunk": sunk,
        "line": mix(sunk, base["ink"], 0.14),
        "soft": readable(mix(base["ink"], base["paper"], 0.32), sunk, base["ink"]),
        "accent-soft": mix(base["paper"], base["accent"], 0.14),
        "on-cover-soft": _softly_on_cover(base),
        "button": base["cover"],
    }


def dark(brand: Mapping[str, str], brand_dark: Mapping[str, str]) -> Palette:
    """Every colour of the dark pages; what `brand_dark` lacks comes of the light ones."""
    lit = {**DEFAULT, **brand}
    paper = brand_dark.get("paper") or mix(lit["cover"], "#0c0d10", 0.72)
    derived = {
        "paper": paper,
        "ink": mix(WHITE, lit["spark"], 0.12),
        "accent": readable(mix(lit["accent"], WHITE, 0.25), mix(paper, WHITE, 0.06), WHITE),
        "cover": mix(lit["cover"], BLACK, 0.6),
        "on_cover": lit["on_cover"],
    }
    base = {**lit, **derived, **brand_dark}
    raised = mix(base["paper"], WHITE, 0.055)
    return {
        **_named(base),
        "raised": raised,
        "sunk": mix(base["paper"], BLACK, 0.24),
        "line": mix(base["paper"], base["ink"], 0.18),
        "soft": readable(mix(base["ink"], base["paper"], 0.3), raised, base["ink"]),
        "accent-soft": mix(base["paper"], base["accent"], 0.18),
        "on-cover-soft": _softly_on_cover(base),
        "button": mix(base["cover"], base["on_cover"], 0.18),
    }


def unreadable(colours: Mapping[str, str], setting: str) -> Iterator[str]:
    """One sentence for each pair of colours that is hard to read, with one that would do."""
    for words, ground in PAIRS:
        ratio = contrast(colours[words], colours[ground])
        if ratio < READABLE:
            towards = max(BLACK, WHITE, key=lambda end: contrast(end, colours[ground]))
            yield (
                f"{setting}: {words} {colours[words]} on {ground} {colours[ground]} has a contrast"
                f" of {ratio:.1f}:1, and reading needs {READABLE}:1;"
                f" {readable(colours[words], colours[ground], towards)} would do"
            )


def readable(colour: str, ground: str, towards: str) -> str:
    """`colour`, or the nearest to it on the way to `towards` that is readable on `ground`."""
    steps = (mix(colour, towards, step / 40) for step in range(41))
    return next((c for c in steps if contrast(c, ground) >= COMFORTABLE), towards)


def contrast(one: str, other: str) -> float:
    """1 for equal colours, 21 for black and white."""
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`one` with a `share` (0 to 1) of `other`, channel by channel."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _named(base: Mapping[str, str]) -> Palette:
    return {key.replace("_", "-"): value for key, value in base.items()}


def _softly_on_cover(base: Mapping[str, str]) -> str:
    soft = mix(base["on_cover"], base["cover"], 0.24)
    return readable(soft, base["cover"], base["on_cover"])


def _luminance(colour: str) -> float:
    linear = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    )
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
