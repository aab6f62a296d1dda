"""What is wrong with content or settings, said to whoever builds: every line whole, no trace.

For the plugins. It needs nothing of Pelican, only that warnings and errors may be fatal.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

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
