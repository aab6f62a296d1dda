"""When each thing happened to a message, from its author's pen to the page that is served."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from syndication.model import Verdict
from syndication.store import tables
from syndication.store.database import Transaction

_M, _D, _E, _P = tables.messages, tables.decisions, tables.events, tables.posts
_S = tables.sightings
IMPORTED = "import"  # how it was seen that stood in another system's file
DECIDED = (Verdict.APPROVE, Verdict.REJECT, Verdict.SPAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The moments of one message; None for what has not happened or is not known."""

    message: int
    network: str
    written: datetime  # upstream, by its server's clock
    seen: datetime
    imported: bool  # from a file, however old: that it was seen so late says nothing
    held: datetime | None  # for a person to decide
    decided: datetime | None  # the last time
    verdict: str
    on_disk: datetime | None  # first time since, where it was approved
    deployed: datetime | None


def latest(tx: Transaction, limit: int) -> list[Timing]:
    """The newest messages, newest first. Cost: at most three queries each, on indexed columns."""
    imported = exists().where(_S.c.message_id == _M.c.id, _S.c.via == IMPORTED)
    rows = tx.execute(
        select(_M.c.id, _M.c.network, _M.c.written, _M.c.first_seen, _M.c.verdict, _P.c.path)
        .add_columns(imported.label("imported"))
        .outerjoin(_P, _P.c.id == _M.c.post_id)
        .order_by(_M.c.first_seen.desc(), _M.c.id.desc())
        .limit(limit)
    ).all()
    return [_timing(tx, row) for row in rows]


def _timing(tx: Transaction, row: Any) -> Timing:
    decided = _decision(tx, row.id, DECIDED, last=True)
    shown = decided is not None and row.verdict == Verdict.APPROVE and row.path is not None
    return Timing(
        message=row.id,
        network=row.network,
        written=row.written,
        seen=row.first_seen,
        imported=bool(row.imported),
        held=_decision(tx, row.id, (Verdict.HOLD,), last=False),
        decided=decided,
        verdict=row.verdict,
        on_disk=_page(tx, "on-disk", row.path, decided) if shown else None,
        deployed=_page(tx, "deployed", row.path, decided) if shown else None,
    )


def _decision(
    tx: Transaction, message: int, verdicts: Collection[str], *, last: bool
) -> datetime | None:
    found = tx.execute(
        select((func.max if last else func.min)(_D.c.at)).where(
            _D.c.message_id == message, _D.c.verdict.in_(verdicts)
        )
    ).scalar()
    moment: datetime | None = found
    return moment


def _page(tx: Transaction, kind: str, path: str, since: datetime | None) -> datetime | None:
    found = tx.execute(
        select(func.min(_E.c.at)).where(
            _E.c.at >= since, _E.c.kind == kind, _E.c.subject == f"page:{path}"
        )
    ).scalar()
    moment: datetime | None = found
    return moment
