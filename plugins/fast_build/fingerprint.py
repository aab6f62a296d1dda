"""Everything besides a file's own bytes that decides what a reader makes of it, in one digest."""

from __future__ import annotations

import importlib.util
import json
import platform
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("pelican", "Markdown", "docutils", "Pygments", "cmarkgfm")
# The settings that a reader looks at (Pelican's, and any that a reader of its kind may).
SETTINGS = (
    "DEFAULT_LANG",
    "DOCUTILS_SETTINGS",
    "FAST_BUILD_READER",
    "FORMATTED_FIELDS",
    "MARKDOWN",
    "PYGMENTS_RST_OPTIONS",
)


class Unforeseeable(Exception):
    """Something takes part in reading of which one cannot tell whether it changed."""


def fingerprint(settings: Any, readers: Iterable[Any], plugins: Iterable[Any]) -> bytes:
    """32 bytes. Reads the source files of plugins and Markdown extensions, some milliseconds.

    Raises `Unforeseeable` where an extension is an object instead of a name.
    """
    digest = blake2b(digest_size=32)

    def add(*words: str) -> None:
        digest.update("\0".join([*words, ""]).encode())

    add(platform.python_version(), *(f"{name} {_version(name)}" for name in LIBRARIES))
    add(*sorted(f"{type(reader).__module__}.{type(reader).__qualname__}" for reader in readers))
    for key in SETTINGS:
        add(key, _told(settings.get(key)))
    extensions = settings["MARKDOWN"].get("extensions", [])
    for file in _sources([*(plugin.__name__ for plugin in plugins), *map(_module, extensions)]):
        add(str(file))
        digest.update(file.read_bytes())
    return digest.digest()


def expect_names(settings: Any) -> None:
    """Raise `Unforeseeable` where a Markdown extension is an object instead of a name."""
    for extension in settings["MARKDOWN"].get("extensions", []):
        _module(extension)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _told(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except TypeError:
        pass
    told = repr(value)
    if " at 0x" in told:
        raise Unforeseeable(f"{told} says nothing of what it does: give its name instead")
    return told


def _module(extension: Any) -> str:
    if not isinstance(extension, str):
        raise Unforeseeable(
            f"the Markdown extension {type(extension).__name__} is an object, which may remember"
            " what it saw: give its name instead"
        )
    return extension.split(":")[0]


def _sources(modules: Iterable[str]) -> Iterator[Path]:
    """The source files of each module, or of the whole package that it is."""
    for name in sorted(set(modules)):
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):
            continue
        if found is None or found.origin is None or not Path(found.origin).is_file():
            continue
        origin = Path(found.origin)
        within = found.submodule_search_locations
        yield from sorted(origin.parent.rglob("*.py")) if within else [origin]
