"""Data → the text of a `<script type="application/ld+json">`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

# Within a script nothing is an entity, and only the letters of an end tag or a comment could end
# it early; the last two end a line for some readers of JSON.
ESCAPED = [(letter, f"\\u{ord(letter):04x}") for letter in "<>&\u2028\u2029"]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(said: Mapping[str, Any] | str) -> str:
    """A node, or a text within one, as JSON that no end tag, comment or lone surrogate in it can
    break out of; "" for a node that says nothing. A text costs a fifth of a node."""
    if not said and not isinstance(said, str):
        return ""
    text = _encode(said)
    for letter, escape in ESCAPED:
        text = text.replace(letter, escape)
    return text.encode("utf-8", "replace").decode("utf-8")


def joined(*members: str) -> str:
    """The members of several objects in one; each is JSON, "" where there is none."""
    return "{" + ",".join(filter(None, (one[1:-1] for one in members))) + "}"


def as_script(nodes: Iterable[str]) -> Markup:
    """One graph of nodes that are JSON already."""
    graph = ",".join(filter(None, nodes))
    whole = f'{{"@context":"https://schema.org","@graph":[{graph}]}}'
    return Markup(whole)  # noqa: S704 (`as_json` escapes every letter that HTML knows)


def without_empty(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A node without what is not known: None, and texts, lists and nodes with nothing in them."""
    return {name: value for name, value in facts.items() if value or value == 0}
