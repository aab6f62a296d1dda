"""What the server keeps: statuses, the news of them, and the faults that it was asked for."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field

from syndication.model import Message
from syndication.networks.contract import NetworkError
from syndication.rules.text import atoms

SPACE = "memory"


@dataclass(slots=True)
class Status:
    """Something that was said, as it is now."""

    message: Message
    key: str = ""  # the idempotency key it was sent with
    deleted: bool = False
    likes: set[str] = field(default_factory=set)
    reposts: set[str] = field(default_factory=set)
    hidden: bool = False  # by the one who was answered


@dataclass(frozen=True, slots=True)
class News:
    """A notification for the account `to`."""

    to: str
    kind: str  # message | hint
    ref_id: str


@dataclass(slots=True)
class Fault:
    """What the next call of `operation` runs into; `done`: only the answer is lost."""

    operation: str
    error: NetworkError
    done: bool


def html_of(text: str) -> str:
    """Plain words as a server shows them: paragraphs, and addresses as links."""
    paragraphs = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        pieces = []
        for atom in atoms(paragraph):
            shown = entities.escape(atom.text).replace("\n", "<br>")
            pieces.append(f'<a href="{shown}">{shown}</a>' if atom.kind == "url" else shown)
        paragraphs.append(f"<p>{''.join(pieces)}</p>")
    return "".join(paragraphs)
