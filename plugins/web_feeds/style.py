"""What a person sees who opens a feed in a browser: our own colours, and what a feed is.

Two ways lead there. The XSL stylesheet makes a page of the feed; where a browser no longer does
that (Chromium since version 155), the CSS shows the feed's own elements. Both need no JavaScript
and nothing but `style-src 'self'` and `script-src 'self'`, which governs XSL.
"""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from .files import put
from .posts import address, is_web
from .settings import Settings

LIGHT = {"paper": "#ffffff", "ink": "#1c1c1f", "accent": "#0b4fb3"}
DARK = {"paper": "#16171d", "ink": "#ececf0", "accent": "#9cc2ff"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]{3,30}")


class Style:
    """The two stylesheets, named by their content so that none is served stale."""

    def __init__(self, settings: Settings, site: str) -> None:
        """Settings: `FEED_STYLE_PATH`, `BRAND_COLOURS`, `BRAND_COLOURS_DARK`, `BRAND_LOGO`."""
        stem = str(settings.get("FEED_STYLE_PATH") or "feeds/style").strip("/")
        root = urlsplit(site).path
        logo = str(settings.get("BRAND_LOGO") or "")
        self.icon = address(site, logo) if logo and not is_web(logo) else logo
        css = _filled("feed.css", _colours(settings))
        css_name = f"{stem}-{_digest(css)}.css"
        xsl = _filled("feed.xsl", {"css": f"{root}/{css_name}"})
        xsl_name = f"{stem}-{_digest(xsl)}.xsl"
        self._files = {css_name: css, xsl_name: xsl}
        self.hrefs = {"text/xsl": f"{root}/{xsl_name}", "text/css": f"{root}/{css_name}"}

    def write(self, output: Path) -> None:
        """Write both."""
        for name, data in self._files.items():
            put(output / name, data)


def _colours(settings: Settings) -> dict[str, str]:
    said = {}
    for suffix, defaults, key in (
        ("", LIGHT, "BRAND_COLOURS"),
        ("_dark", DARK, "BRAND_COLOURS_DARK"),
    ):
        named = settings.get(key) or {}
        for colour, default in defaults.items():
            value = str(named.get(colour) or default)
            said[colour + suffix] = value if COLOUR.fullmatch(value) else default
    return said


def _filled(name: str, values: dict[str, str]) -> bytes:
    text = files(__package__).joinpath("static", name).read_text("utf-8")
    return Template(text).substitute(values).encode()


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:8]
