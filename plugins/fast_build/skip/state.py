"""In what state everything is in this build that a page may have looked at.

What was looked at is a line of text that means the same in the next build: `remembered` makes it,
`state` answers it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Environment, TemplateNotFound
from pelican.contents import Content

from ..fingerprint import Unforeseeable
from .house import stamp
from .lists import Lists
from .seen import Seen
from .told import PLAIN, Teller, digest, reference

FRAME, WORDS, LIST, FACT = "frame", "words", "list", "fact"
APART = frozenset({"_content", "_context", "_summary", "settings"})
OF_METADATA = "\0metadata"  # stands for what is said there
ATTACHED = ("{attach}", "|attach|")


class State:
    """Of one build. Its answers are digests."""

    def __init__(
        self,
        lists: Lists,
        facts: dict[str, Any],
        context: dict[str, Any],
        folders: Iterable[str] = (),
    ) -> None:
        """`facts`: name → what answers about it, as `rendering_facts` collected it. `context`: what
        all templates see. `folders`: of templates that all pages depend on."""
        self.teller = Teller(strict=True)
        self._encode = json.JSONEncoder(default=self.teller.told).encode
        editions = dict(context.get("editions") or {}).values()
        shared = (context, *(edition.context for edition in editions))
        self._shared = {id(value): value for values in shared for value in values.values()}
        self._told: dict[int, str] = {}  # by id of what is shared
        self._lists, self._facts = lists, facts
        self._contents: dict[str, Content | None] = {}  # None: there are several of that name
        self._folders = tuple(os.path.join(folder, "") for folder in folders)
        self._files: dict[tuple[Environment, str], str] = {}

    def add(self, contents: Iterable[Content]) -> None:
        """Contents that pages may look at."""
        for content in contents:
            name = reference(content)
            if self._contents.setdefault(name, content) is not content:
                self._contents[name] = None

    def told(self, value: Any) -> str:
        """The value of a variable. Raises `Unforeseeable`."""
        if type(value) in PLAIN:
            return repr(value)
        number = id(value)
        known = self._told.get(number)
        if known is None:
            known = self.teller.told(value)
            if number in self._shared:
                self._told[number] = known
        return known

    def is_shared(self, value: Any) -> bool:
        """Whether it is what all templates see, which is told once a build."""
        return id(value) in self._shared

    def remembered(self, seen: Seen) -> tuple[str, ...]:
        """What was looked at, in lines. Raises `Unforeseeable`."""
        self.add(content for content in seen.frames | seen.words if reference(content) not in self)
        if any(mark in words_of(content) for content in seen.words for mark in ATTACHED):
            raise Unforeseeable("{attach} moves a file when a page that shows it is rendered")
        lines = [fact_line("file", file) for file in self._elsewhere(seen)]
        lines += [f"{FRAME}\t{reference(content)}" for content in seen.frames]
        lines += [f"{WORDS}\t{reference(content)}" for content in seen.words]
        lines += [f"{LIST}\t{token}\t{asked}" for asked, token in seen.lists]
        lines += [fact_line(*fact) for fact in seen.facts]
        return tuple(sorted(lines))

    def _elsewhere(self, seen: Seen) -> set[str]:
        """Templates that come from other folders than those that all pages depend on."""
        files = {self._file(*asked) for asked in seen.templates}
        return {file for file in files if file and not file.startswith(self._folders)}

    def _file(self, environment: Environment, name: str) -> str:
        """Where a template stands; "" where there is none of this name."""
        if (environment, name) not in self._files:
            try:
                file = environment.get_template(name).filename
            except TemplateNotFound:
                file = ""
            if file == "<template>":
                raise Unforeseeable(f"the template {name}, which is in no file,")
            self._files[environment, name] = str(file)
        return self._files[environment, name]

    def __contains__(self, name: str) -> bool:
        return name in self._contents

    def has(self, content: Content) -> bool:
        """Whether it is one that pages may look at, and the only one of its name."""
        return self._contents.get(reference(content)) is content

    def of(self, line: str) -> str:
        """Raises `Unforeseeable` for what nobody can tell."""
        kind, name, *about = line.split("\t", 2)
        return digest(_WAYS[kind](self, name, *about))

    def _frame(self, name: str) -> str:
        content = self._content(name)
        own = object.__getattribute__(content, "__dict__")
        settings = self.teller.settings(own["settings"])
        metadata = own.get("metadata") or {}
        shown = {
            key: OF_METADATA if metadata.get(key) is value else value  # most attributes are
            for key, value in own.items()
            if key not in APART
        }
        try:
            told = self._encode(shown)  # most of it is plain
        except (TypeError, ValueError):
            told = self.teller.told(shown)
        return f"{settings},{told}"

    def _words(self, name: str) -> str:
        content = self._content(name)
        words = words_of(content)
        if "{" in words or "|" in words:  # a link may lead elsewhere though nobody wrote here
            words = str(content.get_content(content.settings["SITEURL"]))
        own = object.__getattribute__(content, "__dict__")
        return f"{words}\0{own.get('_summary')}"

    def _list(self, token: str, asked: str) -> str:
        try:
            return self.teller.told(self._lists.answer(asked, token))
        except (KeyError, IndexError):
            return ""

    def _fact(self, name: str, about: str) -> str:
        if name == "file":
            return repr(stamp(about))
        if name not in self._facts:
            raise Unforeseeable(f"{name}, of which no rendering_facts tell,")
        return self.teller.told(self._facts[name](about))

    def _content(self, name: str) -> Content:
        content = self._contents.get(name)
        if content is None:
            raise Unforeseeable(name)
        return content


def fact_line(name: str, about: str) -> str:
    """What was looked at by whom."""
    return f"{FACT}\t{name}\t{about}"


def words_of(content: Content) -> str:
    """What the author wrote, before links are resolved."""
    return str(object.__getattribute__(content, "__dict__").get("_content") or "")


_WAYS: dict[str, Callable[..., str]] = {
    FRAME: State._frame,
    WORDS: State._words,
    LIST: State._list,
    FACT: State._fact,
}
