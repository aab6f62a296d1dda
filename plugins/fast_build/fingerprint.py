"""Everything besides a file's own bytes that decides what a reader makes of it, in one digest."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from markdown.util import get_installed_extensions

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


# Settings of docutils beside those of the site, in the order in which it reads them.
DOCUTILS_FILES = ("/etc/docutils.conf", "./docutils.conf", "~/.docutils")


class Unforeseeable(Exception):
    """Something takes part in reading of which one cannot tell whether it changed."""


def fingerprint(settings: Any, readers: Iterable[Any], plugins: Iterable[Any]) -> bytes:
    """32 bytes. Reads the source files of plugins and Markdown extensions, some milliseconds.

    Raises `Unforeseeable` where an extension is an object instead of a name.
    """
    digest = blake2b(digest_size=32)

    def add(*words: str) -> None:
        digest.update("\0".join([*words, ""]).encode("utf-8", "surrogateescape"))

    add(platform.python_version(), *(f"{name} {_version(name)}" for name in LIBRARIES))
    add(*sorted(f"{type(reader).__module__}.{type(reader).__qualname__}" for reader in readers))
    add(os.environ.get("DOCUTILSCONFIG", ""))
    for path in docutils_files():
        add(path, _read(path))
    for key in SETTINGS:
        add(key, _told(settings.get(key)))
    extensions = _modules(settings["MARKDOWN"].get("extensions", []))
    for file in _sources([*(plugin.__name__ for plugin in plugins), *extensions]):
        add(str(file))
        digest.update(file.read_bytes())
    return digest.digest()


def docutils_files() -> list[str]:
    """Where docutils looks for settings that hold for all sites of a person or a machine."""
    return [os.path.expanduser(path) for path in DOCUTILS_FILES]


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


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


def _modules(extensions: Iterable[Any]) -> Iterator[str]:
    """Where extensions of Markdown and what they share with their neighbours stand in Python."""
    named = {entry.name: entry.module for entry in get_installed_extensions()}
    for extension in extensions:
        module = named.get(name := _module(extension), name)
        yield module
        package = module.split(".")[0]
        if package not in ("markdown", "pelican"):  # of the one the version is told
            yield package


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
