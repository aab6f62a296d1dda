"""Marks: small facts of the whole site, such as the switch that pauses everything outgoing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update

from syndication.store import tables
from syndication.store.database import Transaction

PAUSED = "paused"  # {"by", "at"}: nothing leaves
READ_ONCE = "outbox-read"  # the site was read before: what is new is new
OUTBOX = "outbox"  # {"digest", "etag"} of the outbox that was taken in last
BUILD_DUE = "build-due"  # {"since", "token", "pages", "writing"}: documents wait for the site
SETTLE_DUE = "settle-due"  # {"since", "pages", "session"}: pages were written, the rest was not
DEPLOY_DUE = "deploy-due"  # {"files", "pages", "again"}: what waits to be carried
DEPLOY_FAILED = "deploy-failed"  # the last deployment's complaint
BUILD_FAILED = "build-failed"  # the last build's complaint
STREAM = "stream"  # stream:ACCOUNT: how far its stream was heard, as its network says it
LISTENERS = "listeners"  # hubs and search engines that the outbox names: {address: how told}
IMPORT_KEY = "import-key"  # makes names of imported people that tell nothing about them
CLOCK = "clock"  # {"seen", "steady"}: what the clock said, and since when it goes on as it should
PICTURES_DUE = "pictures-due"  # documents name fewer pictures than before
SERVICE_PROBLEM = "service-problem"  # why the service that judges comments cannot be asked

_T = tables.marks


def get(tx: Transaction, name: str) -> Any:
    """The mark's value, or None."""
    return tx.execute(select(_T.c.value).where(_T.c.name == name)).scalar()


def put(tx: Transaction, name: str, value: Any) -> None:
    """Set or replace a mark."""
    if tx.execute(update(_T).where(_T.c.name == name).values(value=value)).rowcount == 0:
        tx.execute(_T.insert().values(name=name, value=value))


def drop(tx: Transaction, name: str) -> None:
    """Remove a mark; fine when there is none."""
    tx.execute(delete(_T).where(_T.c.name == name))


def token() -> str:
    """What tells one writing of a mark from another."""
    return str(uuid4())
