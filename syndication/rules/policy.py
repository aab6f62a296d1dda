"""What happens to a revision before a person saw it: ordered rules, the first answer wins.

The default policy holds everything. A rule sees only facts, so that its answer can be explained:
the trace that is kept names every rule that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from syndication.model import PUBLIC, Decision, Message, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules may know about one revision."""

    message: Message
    ours: bool  # one of our own accounts wrote it, outside Tertulia
    approved_before: bool  # an earlier revision of it was approved
    rejected_before: Verdict | None  # an earlier revision was rejected, or marked as spam


Rule = Callable[[Facts], Verdict | None]


def private_words(facts: Facts) -> Verdict | None:
    """Private words are for staff to read; no decision makes them public."""
    return Verdict.HOLD if facts.message.visibility not in PUBLIC else None


def our_own_words(facts: Facts) -> Verdict | None:
    """What we said in public on a network ourselves needs nobody's approval."""
    return Verdict.APPROVE if facts.ours else None


def edited(facts: Facts) -> Verdict | None:
    """A decision holds for the words that were read; new words are read again."""
    return Verdict.HOLD if facts.approved_before or facts.rejected_before else None


def hold_everything(facts: Facts) -> Verdict | None:
    """The last rule: a person decides."""
    return Verdict.HOLD


DEFAULT: tuple[Rule, ...] = (private_words, our_own_words, edited, hold_everything)


def judge(facts: Facts, rules: Sequence[Rule] = DEFAULT) -> Decision:
    """The first verdict of `rules` with its trace; hold when none answers."""
    trace = []
    for rule in rules:
        verdict = rule(facts)
        trace.append(f"{rule.__name__}: {verdict or 'no answer'}")
        if verdict is not None:
            return Decision(verdict=verdict, by="rules", rule=rule.__name__, trace=tuple(trace))
    return Decision(verdict=Verdict.HOLD, by="rules", rule="none", trace=tuple(trace))
