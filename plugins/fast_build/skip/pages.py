"""Whether a page can be left as it is, and what has to be remembered of one that was rendered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import Template
from pelican.log import console

from ..fingerprint import Unforeseeable
from ..write import Render, confirmed
from . import foreign
from .memory import Made, Memory, remember, signature
from .seen import Seen, watching
from .state import State
from .told import digest

MISSING = "-"
KEPT = "kept"  # stands for the text of a page whose file says it already


class Pages:
    """The pages of one build. `skipped`: how many were left as they are."""

    def __init__(self, output: str, state: State, former: dict[str, Made], prepare: Any) -> None:
        """`prepare` makes a Jinja environment watchable; why that fails, line by line."""
        self.output, self._state, self._former = output, state, former
        self._prepare: Callable[[Any], Iterable[str]] = prepare
        self._attributes = foreign.attributes()
        self._environments: dict[int, tuple[Any, bool]] = {}
        self._pending: dict[str, tuple[str, Made]] = {}  # by path: file name, and what to note
        self._met: set[str] = set()
        self._said: set[str] = set()
        self.made: dict[str, Made] = {}
        self.kept: set[str] = set()  # paths

    def text(self, template: Template, variables: dict[str, Any], render: Render) -> str:
        """The page's text, or `KEPT` where its file says it: its path is then among `kept`."""
        name = variables["output_file"]
        path = os.path.join(self.output, name)
        again, former = name in self._met, self._former.get(name)
        self._met.add(name)
        if again:  # two contents of one name take turns: each is rendered
            self.made.pop(name, None)
            self._pending.pop(path, None)
            self.kept.discard(path)
            return render(template, variables)
        if former is not None and self._stands(path, former, variables):
            self.made[name] = former
            self.kept.add(path)
            return KEPT
        if not self._is_watchable(template.environment):
            return render(template, variables)
        with watching(self._attributes) as seen:
            text = render(template, variables)
        self._note(name, path, seen, variables)
        return text

    def written(self, path: str, data: bytes) -> None:
        """The file at `path` was given `data`, and everybody has been told."""
        pending = self._pending.pop(path, None)
        if pending is None:
            return
        name, made = pending
        left = signature(path)
        if left and Path(path).read_bytes() == data:
            brought = {file: signature(file) for file in made.brought}
            self.made[name] = Made(
                key=made.key,
                signature=left,
                names=made.names,
                looked=made.looked,
                brought=brought,
            )

    def say(self, line: str) -> None:
        """Once a build."""
        if line and line not in self._said:
            self._said.add(line)
            told = f"fast_build: {line}: its pages are rendered in every build"
            console.print(told, soft_wrap=True, markup=False, highlight=False)

    def _stands(self, path: str, former: Made, variables: dict[str, Any]) -> bool:
        """Whether the file is what would be rendered; what came with it is then vouched for."""
        if signature(path) != former.signature:
            return False
        if any(signature(file) != left for file, left in former.brought.items()):
            return False
        try:
            if self._key(former.names, former.looked, variables) != former.key:
                return False
        except Unforeseeable:
            return False
        for file in former.brought:
            confirmed.send(file)
        return True

    def _key(
        self, names: tuple[str, ...], looked: tuple[str, ...], variables: dict[str, Any]
    ) -> str:
        """In what state everything is that the page looks at. Raises `Unforeseeable`."""
        told = self._state.teller.told
        values = [told(variables[name]) if name in variables else MISSING for name in names]
        return digest("\n".join([*values, *map(self._state.of, looked)]))

    def _note(self, name: str, path: str, seen: Seen, variables: dict[str, Any]) -> None:
        for reason in sorted(seen.reasons):
            self.say(reason)
        if seen.reasons or not seen.names:  # or it was rendered elsewhere
            return
        names = tuple(sorted(seen.names))
        try:
            looked = self._state.remembered(seen)
            key = self._key(names, looked, variables)
        except Unforeseeable as what:
            self.say(str(what))
            return
        brought: dict[str, list[int]] = {file: [] for file in seen.brought}
        made = Made(key=key, signature=[], names=names, looked=looked, brought=brought)
        self._pending[path] = name, made

    def _is_watchable(self, environment: Any) -> bool:
        if id(environment) not in self._environments:
            reasons = list(self._prepare(environment))
            for reason in reasons:
                self.say(reason)
            self._environments[id(environment)] = environment, not reasons
        return self._environments[id(environment)][1]


def remember_all(file: Path, pages: Pages, programs: dict[str, list[int]], rest: str) -> None:
    """For the next build."""
    remember(file, Memory(programs=programs, rest=rest, pages=pages.made))
