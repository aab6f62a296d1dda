"""Recognise: who said the same on two networks is one person where their profiles prove it.

1. Take the pairs whose profiles are due (`export` notes those who said the same; no others).
2. Read both profiles (`profiles`): each names the other, or both name a page that names both.
   Nothing else is proof.
3. A proof is looked for again after a week, and no longer believed once it is gone; where there is
   none, less and less often. What cannot be read changes nothing.

What staff said by hand (`joining`) is neither asked for nor overruled.

Cost: two requests a pair and up to three pages that both name; none while nobody says the same.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from syndication.networks.contract import NetworkError, RateLimited, Rejected, Unauthorised
from syndication.steps.joining import changed
from syndication.steps.profiles import prove
from syndication.steps.site import Site
from syndication.store import people, persons
from syndication.store.people import StoredAuthor
from syndication.store.persons import Pair

log = logging.getLogger("tertulia")

AT_ONCE = 20
PROVEN = timedelta(days=7)
UNREADABLE = timedelta(hours=6)


def patience(checks: int) -> timedelta:
    """How long to wait after so many readings without a proof: a day, a week, then a month."""
    return (timedelta(days=1), timedelta(days=7), timedelta(days=30))[min(checks, 2)]


def recognise(site: Site) -> int:
    """Read the profiles that are due; of how many pairs something else is known now."""
    with site.store.read() as tx:
        due = persons.due(tx, AT_ONCE, now=site.clock())
        authors = people.by_id(tx, {id_ for pair in due for id_ in pair.ids})
    news = sum(_settle(site, pair, _proven(site, pair, authors), site.clock()) for pair in due)
    if news:
        site.wake("export", None)
        site.wake("desk", None)
    return news


def _proven(site: Site, pair: Pair, authors: Mapping[int, StoredAuthor]) -> bool | None:
    """Do their profiles prove that they are one? None: they cannot be read now."""
    try:
        return prove(site, authors[pair.first_id], authors[pair.second_id])
    except Rejected:  # a profile that is gone, a page that is none
        return False
    except NetworkError as error:
        level = logging.WARNING if isinstance(error, RateLimited | Unauthorised) else logging.INFO
        log.log(level, "profiles of authors %s and %s cannot be read: %s", *pair.ids, error)
        return None


def _settle(site: Site, pair: Pair, proven: bool | None, now: datetime) -> bool:
    """Keep what was found out; True when it is news."""
    with site.store.write() as tx:
        if persons.pair(tx, *pair.ids) != pair:  # staff decided meanwhile, or one was erased
            return False
        believed = pair.state == "same"
        if proven is None:
            persons.look_again(tx, pair, now + UNREADABLE, checks=pair.checks)
        elif proven and believed:
            persons.look_again(tx, pair, now + PROVEN, checks=0)
        elif not proven and not believed:
            persons.look_again(tx, pair, now + patience(pair.checks), checks=pair.checks + 1)
        else:
            state, again = ("same", PROVEN) if proven else ("unproven", patience(0))
            evidence = persons.REL_ME if proven else ""
            persons.put(tx, *pair.ids, state, now=now, evidence=evidence, check_at=now + again)
            changed(site, tx, pair.ids, "joined" if proven else "parted", by="rules")
            return True
    return False
