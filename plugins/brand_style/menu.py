"""The setting MENU, looked at before a template trips over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .palette import StyleError


def check(settings: Mapping[str, Any]) -> None:
    """Raise `StyleError` for the first entry, of any language, that is no title and address."""
    _check(settings.get("MENU"), "MENU")
    for lang, said in (settings.get("LANGUAGE_SETTINGS") or {}).items():
        _check(said.get("MENU"), f"LANGUAGE_SETTINGS[{lang!r}]['MENU']")


def _check(menu: Any, place: str) -> None:
    if not isinstance(menu, list | tuple | None):
        raise StyleError(f'{place}: write a list of entries, such as [("About us", "about/")]')
    for number, entry in enumerate(menu or ()):
        pair = isinstance(entry, list | tuple) and len(entry) == 2
        if not (pair and all(isinstance(part, str) for part in entry)):
            raise StyleError(
                f"{place}[{number}]: {entry!r} is no entry: write a title and an address below"
                ' the site, such as ("About us", "about/")'
            )
