"""Messages → the tree that a page shows. No depth, circle or duplicate can upset it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from syndication.exchange import Utterance

DEEPEST = 60  # what is deeper stands at this depth, in its order


@dataclass(slots=True, eq=False)
class Branch:
    """A message and what answers it."""

    message: Utterance
    replies: list[Branch] = field(default_factory=list)


def arrange(messages: Sequence[Utterance]) -> tuple[list[Branch], list[Utterance]]:
    """The branches at the top, and all messages in the order in which a reader meets them.

    The first of two messages with one id counts. What answers something absent, itself or one of
    its own descendants stands at the top. Cost: linear; no recursion.
    """
    found: dict[str, Branch] = {}
    for message in messages:
        found.setdefault(message.id, Branch(message))
    parents = {
        name: parent
        for name, branch in found.items()
        if (parent := branch.message.reply_to) is not None and parent in found
    }
    for name in _one_of_each_circle(found, parents):
        del parents[name]
    answers: dict[str | None, list[Branch]] = {}
    for name, branch in found.items():
        answers.setdefault(parents.get(name), []).append(branch)
    return _planted(answers)


def _one_of_each_circle(found: dict[str, Branch], parents: dict[str, str]) -> list[str]:
    """Whose answer to another closes a circle: the first of it, in the order of the messages."""
    place = {name: number for number, name in enumerate(found)}
    circles: list[str] = []
    settled: set[str] = set()
    for name in found:
        path: dict[str, None] = {}
        step: str | None = name
        while step is not None and step not in settled and step not in path:
            path[step] = None
            step = parents.get(step)
        if step is not None and step in path:
            steps = list(path)
            circles.append(min(steps[steps.index(step) :], key=place.__getitem__))
        settled.update(path)
    return circles


def _planted(answers: dict[str | None, list[Branch]]) -> tuple[list[Branch], list[Utterance]]:
    roots: list[Branch] = []
    order: list[Utterance] = []
    waiting = [(branch, 1, roots) for branch in reversed(answers.get(None, []))]
    while waiting:
        branch, depth, host = waiting.pop()
        host.append(branch)
        order.append(branch.message)
        below = branch.replies if depth < DEEPEST else host
        waiting += [
            (answer, depth + 1, below) for answer in reversed(answers.get(branch.message.id, []))
        ]
    return roots, order
