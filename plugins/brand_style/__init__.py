"""A brand's colours and fonts over a theme's stylesheet, sent as one small file.

Steps of a build:
1. Before anything is read: the theme's stylesheet is joined from the files that it imports, the
   brand's colours and fonts are put behind it, comments and blanks are left out.
2. The contrast of the colours is measured; text that could not be read well is a warning that
   says which colour would do.
3. Once the output folder is empty, the sheet is written as `THEME_STATIC_DIR/css/NAME.DIGEST.css`:
   whoever serves it may let it be cached for ever.
4. Cells that Markdown aligns with a `style` attribute get a class instead (`align-right`), so that
   a Content-Security-Policy needs no `unsafe-inline`.

What templates get: `STYLESHEET`, the sheet's address below SITEURL, and `BRAND_FONT_FILES`, the
fonts to fetch early. A theme without them links to its own file as ever.

Settings, all optional (docs/theme.md shows each at work):

`CSS_FILE`
    Pelican's own; the sheet to begin with, in the theme's `static/css/`.
`BRAND_COLOURS`
    Any of `paper`, `ink`, `accent`, `cover`, `on_cover`, `spark` as `#rrggbb`.
`BRAND_COLOURS_DARK`
    The same for readers who prefer the dark; what is missing is derived from BRAND_COLOURS.
`BRAND_FONTS`
    `headings` and `text`: font families as CSS writes them; `heading_weight`; `files`: fonts of
    one's own, `[{"family": "…", "file": "fonts/….woff2", "weight": "400", "style": "normal"}]`.

`MENU`
    Pairs of title and address, for the masthead; in LANGUAGE_SETTINGS for each further language.

Raises `StyleError`, which names setting and key. Cost: 5 ms a build.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .build import Style
from .palette import StyleError

__all__ = ["StyleError", "register"]


def begin(pelican: Any) -> None:
    """A `Style` of its own for each Pelican; it connects itself as long as that one lives."""
    pelican.brand_style = Style(pelican.settings)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)
