"""What is wrong, said to whoever builds: every line whole, and no trace after it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pelican.log import console

logger = logging.getLogger(__name__)


def complain(problems: Sequence[str]) -> None:
    """Print each problem on a line of its own, then log one error for all.

    Raises `SystemExit` where errors are fatal: Pelican would print its own stack, which says
    nothing to an author, for any other exception.
    """
    for line in problems:
        # Pelican's log breaks lines at the console's width, also within `file:line`.
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    things = "1 thing" if len(problems) == 1 else f"{len(problems)} things"
    try:
        logger.error("Nothing can be syndicated before this is mended: %s, named above", things)
    except RuntimeError:
        raise SystemExit(1) from None
