"""Whether a page can be left as it is, and what has to be remembered of one that was rendered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Template
from pelican.contents import Content
from pelican.log import console

from ..addresses import joined
from ..fingerprint import Unforeseeable
from ..write import Render, confirmed
from . import foreign
from .found import Found
from .memory import NONE, Made, Memory, numbered, signature
from .names import Given, Names
from .seen import Seen, note_template, watching
from .state import State
from .told import digest

logger = logging.getLogger(__name__)

KEPT = "kept"  # stands for the text of a page whose file says it already


class Pages:
    """The pages of one build. `kept`: those that are left as they are, by path."""

    def __init__(
        self, output: str, state: State, former: Memory, articles: Iterable[Content] = ()
    ) -> None:
        """`former`: what was remembered; its pages are those that may be left. `articles`: those
        that are as their pages will show them when the first page is written."""
        self.output, self._state, self.former = output, state, former
        self._lines = former.lines
        self.found = Found(state, former)
        self._articles = articles
        self._attributes = foreign.attributes()
        self._environments: dict[int, tuple[Any, bool]] = {}
        self._pending: dict[str, tuple[str, Made]] = {}  # by path: file name, and what to note
        self._names: dict[int, Names] = {}  # of variables, by number of line
        self._met: set[str] = set()
        self._said: set[str] = set()
        self._there: dict[str, bool] = {}  # files that come with pages, by number: as they were?
        self._vouched: set[str] = set()
        self.made: dict[str, Made] = {}
        self.kept: dict[str, Made] = {}

    def text(self, template: Template, variables: dict[str, Any], render: Render) -> str:
        """The page's text, or `KEPT` where its file says it: it is then among `kept`."""
        name = str(variables["output_file"])  # some plugins give a `Path`
        path = joined(self.output, name)
        articles, self._articles = self._articles, ()
        self.found.look_around(articles)
        if self._has_met(name, path):
            return render(template, variables)
        former = self.former.pages.get(name)
        given = Given(variables, template.globals)
        if former is not None and self._stands(path, former, given):
            self.made[name] = former
            self.kept[path] = former
            return KEPT
        logger.debug("fast_build renders %s", name)
        if not self.is_watchable(template.environment):
            return render(template, variables)
        foreign.forget_modules(template.environment)
        with watching(self._attributes, self.found.look_first) as seen:
            text = render(template, variables)
            note_template(template.environment, str(template.name))
        self._note(name, path, seen, given)
        return text

    def account(self, name: str) -> list[Any] | None:
        """What was noted of a page that was just rendered, for `adopt` in another process, which
        writes it."""
        _, made = self._pending.pop(joined(self.output, name), (name, None))
        if made is None:
            return None
        line = self._lines.__getitem__
        looked = {
            line(number): self.found.states[number] for number in map(int, made.looked.split())
        }
        brought = [line(int(file)) for file in made.brought.split()]
        return [made.key, line(made.names), looked, brought]

    def adopt(self, name: str, account: list[Any] | None) -> None:
        """The page was rendered elsewhere, where this was noted."""
        path = joined(self.output, name)
        if self._has_met(name, path) or account is None:
            return
        key, names, looked, brought = account
        number = self._lines.of
        states = {number(line): state for line, state in looked.items()}
        if any(
            self.found.states.setdefault(line, state) != state for line, state in states.items()
        ):
            return  # it changed between one page and the other; the next build renders this one
        made = Made(
            key=key,
            signature=NONE,
            names=number(names),
            looked=numbered(states),
            brought=numbered(map(number, brought)),
        )
        self._pending[path] = name, made

    def written(self, path: str, data: bytes) -> None:
        """The file at `path` was given `data`, and everybody has been told."""
        pending = self._pending.pop(path, None)
        left = signature(path)
        if pending is not None and left and Path(path).read_bytes() == data:
            name, made = pending
            self.made[name] = replace(made, signature=left)

    @property
    def foresaw_all(self) -> bool:
        """Whether there is no page that the next build has to render whatever has changed."""
        return len(self.made) == len(self._met)

    def memory(self, programs: dict[str, list[int]], rest: str) -> Memory:
        """All that the next build has to know."""
        files = {file for made in self.made.values() for file in made.brought.split()}
        return Memory(
            programs=programs,
            rest=rest,
            lines=self._lines,
            states=self.found.states,
            files={file: signature(file) for file in (self._lines[int(file)] for file in files)},
            pages=self.made,
        )

    def follows(self) -> bool:
        """Whether the last build is remembered, and was made in the same house."""
        return bool(self.former.pages)

    def _has_met(self, name: str, path: str) -> bool:
        """Whether another page had this name. They take turns: each is rendered, none noted."""
        if name not in self._met:
            self._met.add(name)
            return False
        self.made.pop(name, None)
        self._pending.pop(path, None)
        self.kept.pop(path, None)
        return True

    def _stands(self, path: str, former: Made, given: Given) -> bool:
        """Whether the file is what would be rendered; what came with it is then vouched for."""
        brought = former.brought.split()
        if signature(path) != former.signature or not all(map(self._is_there, brought)):
            return False
        try:
            if not self.found.is_unchanged(former.looked):
                return False
            if self._key(former.names, given) != former.key:
                return False
        except Unforeseeable:
            return False
        for file in brought:
            if file not in self._vouched:
                self._vouched.add(file)
                confirmed.send(self._lines[int(file)])
        return True

    def _is_there(self, number: str) -> bool:
        if number not in self._there:
            file = self._lines[int(number)]
            left = self.former.files.get(file, NONE)
            self._there[number] = left != NONE and signature(file) == left
        return self._there[number]

    def _key(self, names: int, given: Given) -> str:
        """In what state the variables are that a page asks for. Raises `Unforeseeable`."""
        if names not in self._names:
            self._names[names] = Names(self._lines[names])
        return digest(self._names[names].told(given, self._state))

    def _note(self, name: str, path: str, seen: Seen, given: Given) -> None:
        for reason in sorted(seen.reasons):
            self._say(reason)
        if seen.reasons or not seen.names:  # or it was rendered elsewhere
            return
        number = self._lines.of
        try:
            names = number(",".join(sorted(seen.names)))
            looked = [number(line) for line in self._state.remembered(seen)]
            made = Made(
                key=self._key(names, given),
                signature=NONE,
                names=names,
                looked=numbered(looked),
                brought=numbered(map(number, sorted(seen.brought))),
            )
            for line in looked:
                self.found.of(line)
            if all(self.found.still_is(*fact) for fact in seen.facts):
                self._pending[path] = name, made
        except Unforeseeable as what:
            self._say(str(what))

    def is_watchable(self, environment: Any) -> bool:
        """Whether it can be seen what templates look at; best asked before any is compiled."""
        if id(environment) not in self._environments:
            reasons = list(foreign.watch(environment))
            for reason in reasons:
                self._say(reason)
            self._environments[id(environment)] = environment, not reasons
        return self._environments[id(environment)][1]

    def _say(self, line: str) -> None:
        """Once a build."""
        if line and line not in self._said:
            self._said.add(line)
            told = f"fast_build: {line}: its pages are rendered in every build"
            console.print(told, soft_wrap=True, markup=False, highlight=False)
