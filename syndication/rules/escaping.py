"""Text → HTML. Pure."""

from __future__ import annotations

import re

from markupsafe import escape

_UNSAFE = re.compile(r"""[&<>"']""")


def escaped(text: str) -> str:
    """`text` as it has to stand between tags or in a quoted attribute.

    Cost: a quarter of `markupsafe.escape` for most texts, in which there is nothing to escape.
    """
    return str(escape(text)) if _UNSAFE.search(text) else text
