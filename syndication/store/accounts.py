"""Accounts: what the networks said of ours, how far each was read, and which are paused."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from syndication.model import Account, Limits, Profile
from syndication.store import tables
from syndication.store.database import Transaction
from syndication.store.encoding import identifier

_T = tables.accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """One of our accounts as the daemon knows it."""

    name: str
    network: str
    space: str
    ref_id: str
    url: str
    handle: str
    display_name: str
    limits: dict[str, Any] | None
    verified_at: datetime | None
    paused_reason: str | None
    cursor: str | None
    polled_at: datetime | None
    poll_at: datetime | None
    poll_failures: int

    def counting(self, default: Limits) -> Limits:
        """The limits of its server, or the network's until it was asked."""
        return Limits(**self.limits) if self.limits else default


def all_accounts(tx: Transaction) -> dict[str, StoredAccount]:
    """name → account, those of earlier settings included."""
    rows = tx.execute(select(_T).order_by(_T.c.name))
    return {row.name: StoredAccount(**row._mapping) for row in rows}


def ensure(tx: Transaction, account: Account) -> None:
    """A row for an account that the settings declare; of another network it is another one."""
    mine = _T.c.name == account.name
    network = tx.execute(select(_T.c.network).where(mine)).scalar()
    if network != account.network:
        tx.execute(delete(_T).where(mine))
        tx.execute(_T.insert().values(name=account.name, network=account.network))


def verified(tx: Transaction, name: str, profile: Profile, *, now: datetime) -> None:
    """The network knows the account: who it is there and what it may do. Lifts a pause.

    Somebody else than before is read from the start: a cursor means nothing to another account.
    """
    before = tx.execute(select(_T.c.ref_id).where(_T.c.name == name)).scalar()
    if before and before != identifier(profile.ref.id):
        _update(tx, name, cursor=None, polled_at=None)
    _update(
        tx,
        name,
        space=profile.ref.space,
        ref_id=profile.ref.id,
        url=profile.ref.url or "",
        handle=profile.handle,
        display_name=profile.name,
        limits=asdict(profile.limits),
        verified_at=now,
        paused_reason=None,
    )


def twins(tx: Transaction, name: str) -> set[str]:
    """Other names under which the same account is known, those of earlier settings included."""
    one = select(_T.c.space, _T.c.ref_id).where(_T.c.name == name, _T.c.ref_id != "").subquery()
    same = (_T.c.space == one.c.space, _T.c.ref_id == one.c.ref_id, _T.c.name != name)
    return set(tx.execute(select(_T.c.name).where(*same)).scalars())


def pause(tx: Transaction, name: str, reason: str) -> bool:
    """Ask and send nothing until it is connected again; True when that is new."""
    where = (_T.c.name == name, _T.c.paused_reason.is_(None))
    return tx.execute(update(_T).where(*where).values(paused_reason=reason)).rowcount == 1


def resume(tx: Transaction, name: str) -> None:
    """It was connected again."""
    _update(tx, name, paused_reason=None, poll_at=None, poll_failures=0)


def polled(tx: Transaction, name: str, cursor: str | None, *, now: datetime) -> None:
    """News up to `cursor` are stored."""
    _update(tx, name, cursor=cursor, polled_at=now, poll_at=None, poll_failures=0)


def postpone(tx: Transaction, name: str, until: datetime, *, failed: bool) -> None:
    """Do not poll before `until`."""
    more = {"poll_failures": _T.c.poll_failures + 1} if failed else {}
    _update(tx, name, poll_at=until, **more)


def _update(tx: Transaction, name: str, **values: Any) -> None:
    tx.execute(update(_T).where(_T.c.name == name).values(**values))
