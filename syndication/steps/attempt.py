"""What each error of a network means for an account: the one place that decides it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from syndication.networks.contract import (
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
)
from syndication.steps.site import Site
from syndication.store import accounts, events

log = logging.getLogger("tertulia")


def backoff(tries: int) -> timedelta:
    """How long to wait after `tries` failures in a row: 30 s, doubling, at most six hours."""
    return min(timedelta(seconds=30) * 2 ** min(max(tries, 1) - 1, 12), timedelta(hours=6))


def pause(site: Site, account: str, error: Unauthorised) -> None:
    """Stop using an account whose token is refused; say so once. The others go on."""
    with site.store.write() as tx:
        if not accounts.pause(tx, account, str(error)):
            return
        events.record(tx, "paused", [f"account:{account}"], now=site.clock())
    network = site.network_of(account)
    server = site.accounts[account].server
    log.error(
        "account %s is paused: %s. To go on: tertulia connect %s %s --name %s",
        account,
        error,
        network.name,
        server,
        account,
    )


def reading_failed(site: Site, account: str, error: NetworkError) -> None:
    """Reading failed: pause, or wait and try again. Nothing was lost, cursors stand."""
    if isinstance(error, Unauthorised):
        pause(site, account, error)
        return
    now = site.clock()
    with site.store.write() as tx:
        failures = accounts.all_accounts(tx)[account].poll_failures
        until = error.until if isinstance(error, RateLimited) else now + backoff(failures + 1)
        accounts.postpone(tx, account, until, failed=not isinstance(error, RateLimited))
    level = logging.WARNING if failures == 0 else logging.DEBUG
    what = "refuses" if isinstance(error, Rejected) else "cannot be read"
    log.log(level, "account %s %s: %s; next try %s", account, what, error, _clock_time(until))


def _clock_time(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")
