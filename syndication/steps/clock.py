"""Clock: what follows when the machine's clock was wrong, as after a boot without a battery.

What was planned while it ran ahead would wait until that time comes: it is brought forward once the
clock is set back. And what is erased for its age stays while the clock has only just leapt ahead,
for nobody can tell yet whether that time has passed.

Cost: a mark that is read each minute, and written once an hour.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from syndication.steps.site import Site
from syndication.store import Transaction, marks, planned

log = logging.getLogger("tertulia")

NOTED_EVERY = timedelta(hours=1)
SET_BACK = timedelta(minutes=5)
"""Less than this is a correction that nobody waits for."""
LEAP = timedelta(days=30)
"""Longer than machines stand still for, as a rule."""
STEADY_AFTER = timedelta(days=1)


def look_at_clock(site: Site) -> None:
    """Compare the clock with what it said before."""
    now = site.clock()
    with site.store.read() as tx:
        seen, steady = _noted(tx)
    if seen is not None and timedelta(0) <= now - seen < NOTED_EVERY:
        return
    with site.store.write(lasting=False) as tx:
        if seen is not None and now < seen - SET_BACK:
            count = planned.bring_forward(tx, now=now)
            log.warning("the clock was set back by %s; brought forward: %d", seen - now, count)
            steady = now
        elif seen is None or steady is None or now - seen > LEAP:
            steady = now
        marks.put(tx, marks.CLOCK, {"seen": now.isoformat(), "steady": steady.isoformat()})


def is_steady(site: Site, tx: Transaction) -> bool:
    """Has the clock gone on as clocks do for a while, as far as anybody looked at it? Only then
    words are erased for their age. A leap counts though nobody has noted it yet."""
    seen, steady = _noted(tx)
    if seen is None or steady is None:
        return True
    return site.clock() - seen <= LEAP and site.clock() - steady >= STEADY_AFTER


def _noted(tx: Transaction) -> tuple[datetime | None, datetime | None]:
    """When the clock was looked at, and since when it is steady."""
    mark = marks.get(tx, marks.CLOCK)
    if not mark:
        return None, None
    return datetime.fromisoformat(mark["seen"]), datetime.fromisoformat(mark["steady"])
