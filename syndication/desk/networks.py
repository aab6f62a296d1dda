"""Networks as people at the desk call them. Most have a name of their own; our site has none."""

from __future__ import annotations

from collections.abc import Callable


def called(title: str, _: Callable[[str], str]) -> str:
    """The network of that title, in the reader's language."""
    return _("This site") if title == "Site" else title
