"""The rules over one comment, hardest evidence first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from syndication.model import Verdict
from syndication.rules.policy import Facts, Rule
from syndication.rules.text import urls

FASTEST = timedelta(seconds=3)
"""No person reads the preview and sends it in less."""
MOST_LINKS = 3
MOST_ALIKE = 2
CERTAIN = 0.999
"""From this probability on the filter sorts out; below it, a person decides. docs/openweb.md."""
LEARNT_ENOUGH = 20
"""So many examples of each kind, before the filter is believed."""

_CRUDE = re.compile(r"\[/?(?:url|link)\b|<a\s+href", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of a comment beside its words."""

    text: str  # as it was typed
    trap: bool  # the field that no person sees was filled in
    reading: timedelta  # from the preview to the sending
    alike: int  # comments with the same words in the last day
    listed: str  # the word or domain of our lists that it contains, or ""
    probability: float | None  # of advertising, by what was decided here before; None: unlearnt
    attacked: bool  # far more comments than usual arrive
    worked: bool  # the visitor's browser did the work that we ask for under attack
    links: int = 0  # to as many addresses its words lead, however they were typed


def verdicts(signs: Signs) -> tuple[Rule, ...]:
    """The rules that come before the policy of all networks; each is named by what it saw."""
    return tuple(_rule(name, found) for name, found in _found(signs))


def _found(signs: Signs) -> Iterator[tuple[str, bool]]:
    links = max(signs.links, len(urls(signs.text)))
    yield "honeypot", signs.trap
    yield f"time_trap ({signs.reading.total_seconds():.1f} s)", signs.reading < FASTEST
    yield f"word_list ({signs.listed or 'none'})", bool(signs.listed)
    yield "forum_markup", _CRUDE.search(signs.text) is not None
    yield f"duplicates ({signs.alike})", signs.alike >= MOST_ALIKE
    yield f"links ({links})", links > MOST_LINKS and (signs.attacked or _bare(signs.text))
    certain = signs.probability is not None and signs.probability >= CERTAIN
    yield f"filter ({_percent(signs.probability)})", certain
    # Without JavaScript there is no work to be done: then it takes a second sign.
    suspicious = links > 0 or (signs.probability or 0) > 0.5
    yield "no_work_under_attack", signs.attacked and not signs.worked and suspicious


def _bare(text: str) -> bool:
    """Are there hardly any words beside the addresses?"""
    words = text
    for url in urls(text):
        words = words.replace(url, " ")
    return len(words.split()) < 5 * len(urls(text))


def _percent(probability: float | None) -> str:
    return "not learnt enough" if probability is None else f"{probability:.2%}"


def _rule(name: str, found: bool) -> Rule:
    def rule(facts: Facts) -> Verdict | None:
        return Verdict.SPAM if found else None

    rule.__name__ = name
    return rule
