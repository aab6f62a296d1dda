"""The state of all that a build looked at and left, which goes on being proof while it lasts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..files import replace
from ..output import Output
from ..skip import house
from .handiwork import Handiwork
from .places import Places
from .stamps import Stamps, YoungError
from .watch import FILE, FOLDER, GONE, NAMES, THERE

VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Stamps and digests by path; moments in seconds since 1970."""

    told: str  # how many articles and pages there are, for people
    since: float  # when that build began
    until: float | None  # the moment at which the next one has to run; None: never by itself
    moment: str  # of the build: another word after each one, by anybody
    surroundings: str
    programs: house.Stamps
    files: dict[str, str]  # outside the trees, and the same holds for folders and names
    folders: dict[str, str]
    names: dict[str, str]
    trees: dict[str, str]

    def change(self, places: Places) -> str:
        """What is not as it was, for people; "" where all is. Raises `OSError`."""
        if not house.unchanged(self.programs):
            return "a program has changed"
        loaded, main = house.programs(), getattr(sys.modules["__main__"], "__file__", "")
        if loaded is None or loaded.keys() - self.programs.keys() - {main}:
            return "other programs take part"
        now = Stamps(Handiwork(places))
        for path, told in self.files.items():
            if now.of_file(path) != told:
                return f"{path} has changed"
        for kind, deeply in ((self.folders, True), (self.names, False)):
            for path, told in kind.items():
                if now.of_folder(path, deeply=deeply) != told:
                    return f"{path} has changed"
        if self.trees.keys() != places.trees.keys():
            return "the site lies elsewhere"
        for path, told in self.trees.items():
            if of_tree(places, path, now) != told:
                return f"something has changed in {path}"
        return ""


def of_tree(places: Places, path: str, now: Stamps) -> str:
    """The state of one of the trees. Raises what `now` raises."""
    if path == places.output:
        return now.of_files_in(path, places.left_out(path))
    return now.of_tree(path, places.left_out(path), places.trees[path])


def looked_at(
    places: Places, seen: dict[str, set[str]], now: Stamps, output: Output
) -> dict[str, dict[str, str]]:
    """The state of what a build looked at and left in its `output`, as `Memory` has it. Raises what
    `now` raises."""
    inputs = [path for path in places.trees if path != places.output]
    trees = {path: of_tree(places, path, now) for path in inputs}
    stood = {*output.stood, *(file for link in output.linked for file in now.files_below(link))}
    left = now.handiwork.files(stood, seen[GONE], now.of_file)
    folders, names = _elsewhere(places, seen[FOLDER]), _elsewhere(places, seen[NAMES])
    return {
        "files": _files(places, seen, now),
        "folders": {path: now.of_folder(path, deeply=True) for path in folders},
        "names": {path: now.of_folder(path, deeply=False) for path in names - folders},
        "trees": {**trees, places.output: now.of_files(left)},
    }


def _files(places: Places, seen: dict[str, set[str]], now: Stamps) -> dict[str, str]:
    """Of single files outside the trees. One that is gone has no date that tells since when: it
    must not have been there before, for then the build has shown what it said."""
    files = {path: now.of_file(path) for path in _elsewhere(places, seen[FILE])}
    for path in _elsewhere(places, seen[THERE]):
        if not files[path]:
            raise YoungError(f"{path} was removed since it began")
    return files


def _elsewhere(places: Places, paths: Iterable[str]) -> set[str]:
    """Those that belong to no tree. Where there is a way up, only the system knows to what."""
    beginnings = (*places.beginnings, *places.trees)
    return {path for path in paths if os.pardir in path or not f"{path}/".startswith(beginnings)}


def recalled(file: Path) -> Memory | None:
    """What was remembered; None where nothing can be read."""
    with suppress(OSError, ValueError, TypeError):
        version, told = json.loads(file.read_bytes())
        if version == VERSION:
            return Memory(**told)
    return None


def remember(file: Path, memory: Memory) -> None:
    """Replace what was remembered. Raises `OSError`."""
    replace(str(file), json.dumps([VERSION, asdict(memory)]).encode())
