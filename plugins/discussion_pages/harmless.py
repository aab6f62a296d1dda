"""What strangers chose, made harmless: addresses, names, custom emoji. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup, escape

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
KIND = re.compile(r"[a-z][a-z0-9-]{0,20}")
FIRST_LETTERS = re.compile(r"(?<!\S)(?:[^\w\s]|_)*+([^\W_])")  # of the words that have one
TAG = re.compile(r"(<[^>]*>)")
LONGEST = 2000  # characters of an address
# Most addresses, of which it can be said without taking them apart.
PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+(?:[/?#][!-~]*+)?")
SHORTCODE = re.compile(r":([A-Za-z0-9_]{1,60}):")


def with_emojis(
    html: str, emojis: Mapping[str, str], url_of: Callable[[str], str | None]
) -> Markup:
    """Safe `html` whose ``:shortcodes:``, between tags, are the pictures that `emojis` names.

    `url_of` says where such a picture is on our own site, None where it is not.
    """
    if not emojis:
        return Markup(html)  # noqa: S704 (safe before)

    def picture(match: re.Match[str]) -> str:
        name = emojis.get(match[1])
        url = url_of(name) if name else None
        if url is None:
            return match[0]
        return (
            f'<img class="message__emoji" src="{escape(url)}" alt="{match[0]}"'
            ' width="20" height="20" loading="lazy">'
        )

    parts = TAG.split(html)
    parts[::2] = [SHORTCODE.sub(picture, words) for words in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 (safe before, and only our own tag was added)


def initials(name: str) -> str:
    """The first letters of the first two words: what stands where no picture is."""
    words = SHORTCODE.sub(" ", name) if ":" in name else name
    return "".join(FIRST_LETTERS.findall(words)[:2]).upper() or "?"


def web_address(url: str) -> str:
    """`url` where it is an absolute http(s) address that is safe to link to, else ""."""
    if not url or len(url) > LONGEST:
        return ""
    return url if PLAIN_ADDRESS.fullmatch(url) or _is_sound(url) else ""


@lru_cache(maxsize=4096)
def _is_sound(url: str) -> bool:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return sound and url.isprintable() and " " not in url


def host_of(url: str) -> str:
    """What to call a network that nobody knows by name."""
    return urlsplit(url).hostname or ""
