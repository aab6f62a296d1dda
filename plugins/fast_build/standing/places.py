"""Where all that is lies that a site is made from and of, and what surrounds a build."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..fingerprint import Unforeseeable
from ..skip import house
from ..skip.told import digest
from ..warm.sources import LEFT_OUT, programs_of

if TYPE_CHECKING:
    from pelican import Pelican

# Of a session, a terminal, a service: another word each time, and no matter of a page's.
PASSING = frozenset(
    {
        *("_", "COLUMNS", "INVOCATION_ID", "JOURNAL_STREAM", "LINES", "MAILTO", "OLDPWD", "SHLVL"),
        *("STY", "SYSTEMD_EXEC_PID", "TERM", "TMUX", "TMUX_PANE", "WINDOWID"),
    }
)
ASIDE = ("/dev/", "/proc/", "/sys/")
PASSING_KINDS = ("DBUS_", "SSH_", "TERM_", "XDG_")


class Places:
    """Of one Pelican; absolute paths."""

    def __init__(self, pelican: Pelican) -> None:
        settings = pelican.settings
        self._content = os.path.abspath(pelican.path)
        self.output = os.path.abspath(pelican.output_path)
        self.cache = os.path.abspath(settings["CACHE_PATH"])
        lock = str(getattr(getattr(pelican, "output_lock", None), "path", os.devnull))
        self.made = (self.output, self.cache, lock)  # by builds
        kinds = ("ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS")
        below = (os.path.join(self._content, path) for kind in kinds for path in settings[kind])
        theme = (os.path.abspath(pelican.theme), *house.folders(settings))
        made_from = dict.fromkeys(map(os.path.normpath, (self._content, *below, *theme)))
        code = [one for one in map(os.path.abspath, programs_of(pelican)) if one not in made_from]
        # By path: the names that are left out below it.
        self.trees: dict[str, frozenset[str]] = {
            **dict.fromkeys(made_from, frozenset[str]()),
            **dict.fromkeys(code, frozenset(LEFT_OUT)),
            self.output: frozenset[str](),
        }
        for path in list(self.trees):
            if any(lies_in(path, tree) for tree in self.trees if tree != path):
                self._forget_inner(path)

    def _forget_inner(self, path: str) -> None:
        """A tree within another is looked at with it, unless something is left out there."""
        outer = [tree for tree in self.trees if tree != path and lies_in(path, tree)]
        if path != self.output and not any(self.trees[tree] for tree in outer):
            del self.trees[path]

    def left_out(self, tree: str) -> set[str]:
        """Paths that do not belong to a tree although they lie in it."""
        return set(self.made) - {tree}

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Of all absolute paths that are looked at with a tree, or are none of the site: what is
        kept between builds, the lock, what the system shows of itself."""
        folders = (*self.trees, self.cache)
        return (*(os.path.join(folder, "") for folder in folders), *ASIDE, self.made[-1])

    def reason_against(self) -> str:
        """Why nobody can tell what is the site's and what is kept; "" where one can."""
        if any(lies_in(tree, self.cache) for tree in self.trees):
            return f"the site lies in CACHE_PATH, {self.cache}"
        return ""


def surroundings(settings: Mapping[str, Any]) -> str:
    """A digest of settings, templates, who builds and where. Raises `Unforeseeable`."""
    told, sources = house.rest(settings, {})
    house.look(sources)
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in PASSING and not key.startswith(PASSING_KINDS)
    }
    who = getattr(os, "geteuid", int)(), getattr(os, "getegid", int)()
    return digest(repr((told, sorted(environment.items()), who, _folder())))


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError as error:
        raise Unforeseeable(f"the folder that one builds in ({error.strerror})") from error


def lies_in(path: str, folder: str) -> bool:
    """Whether it is the folder, or something below it."""
    return path == folder or path.startswith(os.path.join(folder, ""))
