"""What is wrong with content or settings, said to whoever builds: every line whole, no trace.

For the plugins. It needs nothing of Pelican, only that warnings and errors may be fatal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

logger = logging.getLogger(__name__)


def complain(problems: Sequence[str], conclusion: str, *, level: int = logging.ERROR) -> None:
    """Print each problem on a line of its own, then log one sentence for all.

    `conclusion` says what does not work before they are mended; their number is added. Pelican's
    log would break lines at the console's width, also within ``file:line``.

    Raises `SystemExit` where this level is fatal: Pelican would print its own stack, which says
    nothing to an author, for any other exception.
    """
    if not problems:
        return
    for line in problems:
        print(line, flush=True)
    things = "1 thing" if len(problems) == 1 else f"{len(problems)} things"
    try:
        logger.log(level, "%s: %s, named above", conclusion, things)
    except RuntimeError:
        raise SystemExit(1) from None


def no_trace(*errors: type[Exception]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a plugin's first steps: `errors` about settings end the build with their sentence alone.

    The exit status is 1. Pelican would add its own stack, which says nothing to an author.
    """

    def guard(begin: Callable[..., None]) -> Callable[..., None]:
        @wraps(begin)
        def begun(*given: Any) -> None:
            try:
                begin(*given)
            except errors as error:
                raise SystemExit(f"pelicanconf.py: {error}") from None

        return begun

    return guard
