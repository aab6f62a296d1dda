"""What all pages of a site depend on: programs, templates, settings.

Every module that was loaded is compared by the time of its last change and its size, whoever it
belongs to: Pelican, a library, a plugin, a settings file. More of them in the next build are no
change; those that were there must be the same.
"""

from __future__ import annotations

import locale
import os
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

import pelican

from .foreign import is_plain
from .told import ASIDE, Teller, digest

Stamps = dict[str, list[int]]  # by path: see `stamp`


_loaded: Stamps = {}  # in this process, as they were when they were first seen here


def look(more: Iterable[str] = ()) -> None:
    """See which programs are loaded, and `more` source files, before anybody edits them."""
    for module in list(sys.modules.values()):
        if (file := getattr(module, "__file__", None)) and file not in _loaded:
            _loaded[file] = stamp(file)
    for file in more:
        _loaded.setdefault(file, stamp(file))


def programs() -> Stamps | None:
    """All that was seen; None if any of it was edited since, so that what runs is of the past."""
    look()
    return dict(_loaded) if unchanged(_loaded) else None


def unchanged(former: Stamps) -> bool:
    """Whether all of `former` are as they were."""
    return _stamps(former) == former


def rest(settings: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[str, set[str]]:
    """A digest of templates, settings, place and `facts`; source files that the settings name.

    Raises `Unforeseeable` for a setting that cannot be told.
    """
    teller = Teller(strict=False)
    told = [
        teller.told(settings),
        teller.told(_environment(settings)),
        teller.told(facts),
        templates(settings),
        repr((sys.version, time.tzname, locale.setlocale(locale.LC_ALL))),
    ]
    return digest("\n".join(told)), teller.sources


def _environment(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What Jinja is told, as far as it is plain; who uses the rest of it is watched."""
    own = {key: value for name in sorted(ASIDE) for key, value in settings[name].items()}
    own.pop("bytecode_cache", None)
    return {key: value for key, value in own.items() if callable(value) or is_plain(value)}


def templates(settings: Mapping[str, Any]) -> str:
    """All that a template may be read from, and in what state that is."""
    return digest(repr(sorted(_stamps(_templates(settings)).items())))


def folders(settings: Mapping[str, Any]) -> list[str]:
    """Where Pelican looks for templates."""
    return [
        *settings["THEME_TEMPLATES_OVERRIDES"],
        os.path.join(settings["THEME"], "templates"),
        os.path.join(os.path.dirname(pelican.__file__), "themes", "simple", "templates"),
    ]


def _templates(settings: Mapping[str, Any]) -> set[str]:
    return {
        os.path.join(where, name)
        for folder in folders(settings)
        for where, _, names in os.walk(folder)
        for name in names
    }


def stamp(path: str) -> list[int]:
    """When words and entry of a file were last changed, in ns, and its size; empty where there is
    none. A file that takes another's place with its date and size has an entry of its own."""
    try:
        found = os.stat(path)
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size]


def _stamps(files: Iterable[str]) -> Stamps:
    return {file: stamp(file) for file in files}
