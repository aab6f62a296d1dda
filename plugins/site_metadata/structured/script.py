"""Data → the text of a `<script type="application/ld+json">`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

# Within a script nothing is an entity, and only the letters of an end tag or a comment could end
# it early; the last two end a line for some readers of JSON.
ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def as_script(data: Mapping[str, Any]) -> Markup:
    """`data` as JSON that no end tag, comment or lone surrogate in it can break out of."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return Markup(sound)  # noqa: S704 (every letter that HTML knows is escaped above)


def without_empty(**facts: Any) -> dict[str, Any]:
    """A node without what is not known. A trailing `_` of a name becomes a leading ``@``."""
    return {
        f"@{name[:-1]}" if name.endswith("_") else name: value
        for name, value in facts.items()
        if value not in (None, "", [], (), {})
    }
