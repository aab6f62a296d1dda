"""Text → HTML. Pure."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"""[&<>"']""")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def escaped(text: str) -> str:
    """`text` as it has to stand between tags or in a quoted attribute.

    Cost: a quarter of `markupsafe.escape` for most texts, in which there is nothing to escape.
    """
    return text.translate(_ENTITIES) if _UNSAFE.search(text) else text
