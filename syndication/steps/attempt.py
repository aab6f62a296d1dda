"""What each error of a network means for an account: the one place that decides it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from syndication.networks.contract import (
    NetworkError,
    RateLimited,
    Rejected,
    Unauthorised,
)
from syndication.steps.site import Site
from syndication.store import accounts, events
from syndication.store.accounts import StoredAccount

log = logging.getLogger("tertulia")

T = TypeVar("T")

PATIENCE = 3
"""So many failures in a row are the server's, not those of what was asked for."""


def backoff(tries: int) -> timedelta:
    """How long to wait after `tries` failures in a row: 30 s, doubling, at most six hours."""
    return min(timedelta(seconds=30) * 2 ** min(max(tries, 1) - 1, 12), timedelta(hours=6))


def one_by_one(
    work: Iterable[T],
    act: Callable[[T], object],
    failed: Callable[[T, NetworkError], object],
) -> int:
    """Do `act` with each of `work`, the failure of one holding up none; how many succeeded.

    Raises what concerns the whole account: `RateLimited`, `Unauthorised`, the third failure in
    a row.
    """
    well = in_a_row = 0
    for item in work:
        try:
            act(item)
        except (RateLimited, Unauthorised):
            raise
        except NetworkError as error:
            failed(item, error)
            in_a_row += 1
            if in_a_row == PATIENCE:
                raise
        else:
            well += 1
            in_a_row = 0
    return well


def pause(site: Site, account: str, error: Unauthorised) -> None:
    """Stop using an account whose token is refused; say so once. The others go on."""
    with site.store.write() as tx:
        if not accounts.pause(tx, account, str(error)):
            return
        events.record(tx, "paused", [f"account:{account}"], now=site.clock())
    network = site.network_of(account)
    declared = site.accounts[account]
    log.error(
        "account %s is paused: %s. To go on: tertulia connect %s %s --name %s",
        account,
        error,
        network.name,
        declared.options.get("handle") or declared.server,
        account,
    )


def may_ask(site: Site, account: str, *, now: datetime) -> StoredAccount | None:
    """The account's row; None while it is paused or its server asked us to wait."""
    with site.store.read() as tx:
        row = accounts.all_accounts(tx).get(account)
    if row is None or row.paused_reason or (row.poll_at and row.poll_at > now):
        return None
    return row


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
