"""What was said in a demonstration, and the tokens by which the words are found again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

LETTERS = "bcdfghjkmnpqrstvwxz23456789"


@dataclass(slots=True, kw_only=True)
class Said:
    """One thing that somebody said, and what a test looks for."""

    who: str
    id: str  # as the server names it
    token: str  # stands in the words, nowhere else


@dataclass(slots=True, kw_only=True)
class Conversation:
    """All that was said, by what it shows."""

    said: dict[str, Said] = field(default_factory=dict)

    def token(self, part: str) -> str:
        """The token in what stands for `part`."""
        return self.said[part].token


class Tokens:
    """Marks for words, which follow from a seed; without one, words stay as they are."""

    def __init__(self, seed: str | None) -> None:
        self._random = None if seed is None else random.Random(seed)  # noqa: S311 - no secret

    def next(self) -> str:
        """The next one; empty without a seed."""
        if self._random is None:
            return ""
        return "".join(self._random.choice(LETTERS) for _ in range(10))

    @staticmethod
    def marked(text: str, token: str) -> str:
        """The words with their token."""
        return f"{text} ({token})" if token else text
