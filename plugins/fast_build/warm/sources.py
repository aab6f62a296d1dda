"""What a site is made from: content, theme, settings, plugins; has any of it changed?

A build that went well leaves the digest of its sources in CACHE_PATH/fast_build. Whoever reads the
site later compares: pages of one moment must not be written among pages of another.

Cost: one `stat` a file, about 5 ms for 1,000.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..files import replace
from ..fingerprint import Unforeseeable
from ..skip.told import ASIDE, Teller, digest

if TYPE_CHECKING:
    from pelican import Pelican

# Settings that say how a build goes about it, not what it makes.
MANNERS = frozenset(
    {
        *(
            "AUTORELOAD_IGNORE_CACHE",
            "BIND",
            "CACHE_CONTENT",
            "CACHE_PATH",
            "CHECK_MODIFIED_METHOD",
        ),
        *("CONTENT_CACHING_LAYER", "DELETE_OUTPUT_DIRECTORY", "FAST_BUILD_PROCESSES"),
        *(
            "FAST_BUILD_SKIP",
            "GZIP_CACHE",
            "LOAD_CONTENT_CACHE",
            "LOG_FILTER",
            "OUTPUT_LOCK_TIMEOUT",
        ),
        *("OUTPUT_RETENTION", "PORT", "STATIC_CHECK_IF_MODIFIED"),
    }
)
LEFT_OUT = {"__pycache__", ".git", "node_modules"}
SETTINGS_FILES = "*.py"  # beside the content: pelicanconf.py, publishconf.py and what they import


def digest_of(pelican: Pelican) -> str:
    """A digest of names, times and sizes of all sources, and of what settings say of them."""
    found = hashlib.sha256()
    settings = pelican.settings
    found.update(_told(pelican).encode())
    output, cache = (os.path.abspath(p) for p in (pelican.output_path, settings["CACHE_PATH"]))
    for place in dict.fromkeys([*_places(settings), *programs_of(pelican)]):
        for path in _files(place, leaving_out={output, cache}):
            try:
                told = os.stat(path)
            except OSError:
                continue
            found.update(f"{path}\0{told.st_mtime_ns}\0{told.st_size}\n".encode())
    return found.hexdigest()


_told_of: WeakKeyDictionary[Pelican, str] = WeakKeyDictionary()


def _told(pelican: Pelican) -> str:
    """What the site was told, whether by its settings file or on the command line. Asked before a
    build, and remembered: plugins change settings while it runs."""
    if pelican not in _told_of:
        kept = sorted(pelican.settings.keys() - MANNERS - ASIDE)
        told = {key: _value(pelican.settings[key]) for key in kept}
        _told_of[pelican] = digest(json.dumps(told))
    return _told_of[pelican]


def _value(value: Any) -> str:
    """Empty for a moment, which is another in each process, and for what cannot be told."""
    if isinstance(value, datetime):
        return ""
    try:
        return Teller(strict=False).told(value)
    except Unforeseeable:
        return ""


@contextmanager
def noted(pelican: Pelican) -> Iterator[bool]:
    """Around a build: when it ended well, its sources are known. Yields whether they are those of
    the last one."""
    sources = digest_of(pelican)
    same = sources == built(pelican)
    forget_built(pelican)
    yield same
    note_built(pelican, sources)


def note_built(pelican: Pelican, sources: str) -> None:
    """A build of these sources ended well. A cache that cannot be written remembers nothing."""
    try:
        os.makedirs(os.path.dirname(memory(pelican, "sources")), exist_ok=True)
        replace(memory(pelican, "sources"), sources.encode())
        forget_owed(pelican)
    except OSError:
        forget_built(pelican)


def forget_built(pelican: Pelican) -> None:
    """A build begins: from now on the output folder may hold pages of two moments."""
    with suppress(OSError):  # then nothing could be noted there either
        os.unlink(memory(pelican, "sources"))


def built(pelican: Pelican) -> str:
    """The sources of the last build that ended well; "" where nobody knows."""
    try:
        return Path(memory(pelican, "sources")).read_text("ascii")
    except (OSError, UnicodeError):
        return ""


def moment(pelican: Pelican) -> str:
    """Another word after each build by anybody; "" while one runs, or after one that failed."""
    try:
        told = os.stat(memory(pelican, "sources"))
    except OSError:
        return ""
    return f"{told.st_ino} {told.st_mtime_ns}"


def owe(pelican: Pelican, paths: Iterable[str]) -> None:
    """Pages of these discussions were written, and not all that shows them. Raises `OSError`."""
    replace(memory(pelican, "owed", ".json"), json.dumps([*owed(pelican), *paths]).encode())


def owed(pelican: Pelican) -> list[str]:
    """The discussions that not all pages show since the last build, by URL path."""
    try:
        paths = json.loads(Path(memory(pelican, "owed", ".json")).read_bytes())
    except (OSError, ValueError):
        return []
    return [str(path) for path in paths] if isinstance(paths, list) else []


def forget_owed(pelican: Pelican) -> None:
    """Everything shows them."""
    with suppress(OSError):
        os.unlink(memory(pelican, "owed", ".json"))


def memory(pelican: Pelican, name: str, suffix: str = "") -> str:
    """The file in CACHE_PATH that remembers `name` of this output folder."""
    of_folder = hashlib.sha256(os.path.abspath(pelican.output_path).encode()).hexdigest()[:16]
    return os.path.join(pelican.settings["CACHE_PATH"], "fast_build", f"{name}-{of_folder}{suffix}")


def _places(settings: dict[str, Any]) -> Iterator[str]:
    content = os.path.abspath(settings["PATH"])
    yield content
    yield os.path.abspath(settings["THEME"])
    yield from map(os.path.abspath, settings["PLUGIN_PATHS"])
    yield from map(os.path.abspath, settings["THEME_TEMPLATES_OVERRIDES"])
    beside = os.path.dirname(content)
    yield os.path.join(beside, "translations")
    yield from map(str, sorted(Path(beside).glob(SETTINGS_FILES)))


def programs_of(pelican: Pelican) -> Iterator[str]:
    """Where the site's plugins stand, also those that were installed."""
    for plugin in pelican.plugins:
        if file := getattr(plugin, "__file__", None):
            yield os.path.dirname(file) if hasattr(plugin, "__path__") else file


def _files(place: str, leaving_out: set[str]) -> Iterator[str]:
    if not os.path.isdir(place):
        yield place
        return
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(
            one
            for one in folders
            if one not in LEFT_OUT and os.path.join(folder, one) not in leaving_out
        )
        yield from (os.path.join(folder, name) for name in sorted(names))
