"""Words without a link to another source, and without a picture, are not searched for one.

Pelican searches the words of each article for `{filename}` and the like when it is read and when it
is shown, and for pictures that say nothing to those who do not see them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pelican.contents import Content
from pelican.settings import DEFAULT_CONFIG

USUAL = DEFAULT_CONFIG["INTRASITE_LINK_REGEX"]
BEGINNINGS = ("{", "|")  # of what it finds


def _may_link(content: Any, words: Any) -> bool:
    if type(words) is not str or content.settings["INTRASITE_LINK_REGEX"] != USUAL:
        return True
    if type(content)._get_intrasite_link_regex.__module__ != Content.__module__:
        return True  # a plugin finds links in its own way
    return any(beginning in words for beginning in BEGINNINGS)


def static_links_by(original: Callable[[Any], set[str]]) -> Callable[[Any], set[str]]:
    """Pelican's `get_static_links`."""

    def get_static_links(self: Any) -> set[str]:
        return original(self) if _may_link(self, self._content) else set()

    return get_static_links


def linked_by(original: Callable[[Any, Any, str], Any]) -> Callable[[Any, Any, str], Any]:
    """Pelican's `_update_content`."""

    def update_content(self: Any, content: Any, siteurl: str) -> Any:
        return original(self, content, siteurl) if _may_link(self, content) else content

    return update_content


def pictures_by(original: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Pelican's `find_empty_alt`."""

    def find_empty_alt(content: str, path: str) -> None:
        if "<img" in content:
            original(content, path)

    return find_empty_alt
