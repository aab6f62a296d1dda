"""How a plugin vouches for its helpers, so that pages may be kept which they took part in.

For the plugins, beside whatever watches pages while they are rendered (fast_build does, where a
site asks to skip rendering). Standard library only; the signals themselves are blinker's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Helper = TypeVar("Helper", bound=Callable[..., Any])


def foreseeable(helper: Helper) -> Helper:
    """Vouch for what templates call: what it answers follows from its arguments, the settings, what
    it looks at of articles, lists and variables, and what it announces by `rendering_saw`.
    """
    helper.foreseeable = True  # type: ignore[attr-defined]
    return helper
