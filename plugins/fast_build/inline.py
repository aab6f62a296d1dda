"""Markdown's inline patterns, asked where they may match.

Python-Markdown searches each paragraph for some thirty patterns, of which plain prose has none.
Nearly each of them needs a character that is rare: no link without "[", no code without "`". Which
one, is found in the pattern itself; where it is missing, the answer is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any

from markdown.util import AtomicString

op: Any = None
_parser: Any = None
with suppress(ImportError):  # how Python reads a pattern, where this version keeps it
    op, _parser = import_module("re._constants"), import_module("re._parser")

REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) if op else ()

Step = tuple[Any, Any, tuple[str, ...]]  # a pattern, its expression, and `needed` of that
PLAN = "_plan_of_fast_build"  # kept at the processor: patterns know it, and shall end with it


def handled_by(original: Callable[..., str]) -> Callable[..., str]:
    """Python-Markdown's `__handleInline`, which applies one pattern after the other."""
    if _parser is None:
        return original

    def handle_inline(self: Any, data: str, index: int = 0) -> str:
        if isinstance(data, AtomicString):
            return original(self, data, index)
        plan, start = _plan(self), 0
        count = len(plan)
        while index < count:
            pattern, expression, words = plan[index]
            if words and pattern.getCompiledRegExp() is expression and _lacks(data, words):
                index, start = index + 1, 0
                continue
            data, matched, start = self._InlineProcessor__applyPattern(pattern, data, index, start)
            if matched:
                plan = _plan(self)  # whoever handles a match may add patterns
            else:
                index += 1
        return data

    return handle_inline


def _plan(processor: Any) -> list[Step]:
    patterns = list(processor.inlinePatterns)
    known: tuple[list[Any], list[Step]] | None = vars(processor).get(PLAN)
    if known is None or known[0] != patterns:
        known = patterns, [_step(pattern) for pattern in patterns]
        setattr(processor, PLAN, known)
    return known[1]


def _step(pattern: Any) -> Step:
    """Of an expression that is not Python's own (the library `regex` has some) nothing is told."""
    expression = pattern.getCompiledRegExp()
    is_own = isinstance(expression, re.Pattern)
    return pattern, expression, needed(expression.pattern, expression.flags) if is_own else ()


def _lacks(data: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110 - a generator would take longer than all of it
        if word in data:
            return False
    return True


@lru_cache(maxsize=1024)
def needed(pattern: str, flags: int) -> tuple[str, ...]:
    """Words of which each match contains at least one; none where that cannot be told."""
    return () if flags & re.IGNORECASE else tuple(_needed(_parser.parse(pattern, flags)))


def _needed(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Empty where nothing is needed, as far as one can tell."""
    found, literally = [], ""
    for kind, about in parsed:
        if kind is op.LITERAL:
            literally += chr(about)
            continue
        found += [frozenset({literally}), _by_kind(kind, about)]
        literally = ""
    found.append(frozenset({literally}))
    return min(filter(any, found), key=_commonness, default=frozenset())


def _by_kind(kind: Any, about: Any) -> frozenset[str]:
    if kind is op.IN and all(member is op.LITERAL for member, _ in about):
        return frozenset(chr(code) for _, code in about)
    if kind is op.SUBPATTERN and not about[1] & re.IGNORECASE:
        return _needed(about[3])
    if kind is op.ATOMIC_GROUP:
        return _needed(about)
    if kind is op.ASSERT:  # what is looked at is in the text as well
        return _needed(about[1])
    if kind in REPEATS and about[0] > 0:
        least, _, repeated = about
        if all(member is op.LITERAL for member, _ in repeated):
            return frozenset({"".join(chr(code) for _, code in repeated) * least})
        return _needed(repeated)
    if kind is op.BRANCH:
        branches = [_needed(branch) for branch in about[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    return frozenset()


def _commonness(words: frozenset[str]) -> tuple[int, int]:
    """Few long words with rare characters are best asked for."""
    common = sum(word.isalnum() or word.isspace() for word in words)
    return common, len(words) * 8 - min(map(len, words))
