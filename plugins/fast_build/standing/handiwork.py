"""What a build has left in its output folder, told from what anybody else did there meanwhile.

Nobody looks through the folder when a build is over: what it found then might be somebody else's.
Each file is known by its state at the moment at which the build wrote it or found it the same.
fast_build's own Writer tells that of its pages and copies (`output_placed`); what plugins write is
looked at when they confirm it (`output_confirmed`), in the process where they do. A file that was
there before and that nobody confirms has to be older than the build, which may have looked at it.

Cost: 2 µs a file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from os import stat  # by name: that a build looks at its own files is nobody's business

from ..states import absolute, met, placed, state_of
from ..write import confirmed
from .places import Places, lies_in

OTHERWISE = "?"  # the state of no file


class Handiwork:
    """Of one build, in its output folder and wherever else plugins confirm files."""

    def __init__(self, places: Places) -> None:
        self._inside, self._made = os.path.join(places.output, ""), places.made
        self._states: dict[str, str] = {}  # by path
        self._names: dict[str, set[str]] = {}  # others' in the folders in which it makes something

    @contextmanager
    def noting(self) -> Iterator[None]:
        """While this lasts, what is written is noted."""
        for path in self._made:
            folder = _that_is_there(path)
            self._names[folder] = self.others(folder)
        with (
            placed.connected_to(self._note_placed),
            met.connected_to(self._note_met),
            confirmed.connected_to(self._note_confirmed),
        ):
            yield

    def others(self, folder: str) -> set[str]:
        """The names in a folder, but for those that lead to what builds make. Raises `OSError`."""
        return {
            name
            for name in os.listdir(folder)
            if not any(lies_in(made, os.path.join(folder, name)) for made in self._made)
        }

    def is_as_it_was(self, folder: str, names: set[str]) -> bool:
        """Whether it had these names of others already, and changed by what the build made."""
        return self._names.get(folder) == names

    def is_own(self, path: str, state: str) -> bool:
        """Whether it is the build that left this file in this state."""
        return self._states.get(path) == state

    def files(
        self, stood: Iterable[str], removed: Collection[str], of_file: Callable[[str], str]
    ) -> dict[str, str]:
        """All that the output folder has to have in it now, states by path. `stood`: what it had
        when the build began; `removed`: by the build. `of_file`: looks at one; what it raises is
        raised."""
        left = self._states.items()
        files = {path: state for path, state in left if path.startswith(self._inside)}
        for path in set(stood) - files.keys():
            files[path] = of_file(path) or ("" if path in removed else OTHERWISE)
        return {path: state for path, state in files.items() if state}

    def _note_placed(self, path: str, state: str) -> None:
        self._states[absolute(path, self._inside)] = state

    def _note_met(self, path: str, state: str) -> None:
        if state and self._states.setdefault(path, state) != state:
            self._states[path] = OTHERWISE  # there are two words about one file

    def _note_confirmed(self, path: str | os.PathLike[str]) -> None:
        name = absolute(path, self._inside)
        if name not in self._states:
            with suppress(OSError):
                self._states[name] = state_of(stat(name))


def _that_is_there(path: str) -> str:
    """The nearest folder above a path."""
    folder = os.path.dirname(path)
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder
