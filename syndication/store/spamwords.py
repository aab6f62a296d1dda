"""What the filter learnt: keyed hashes of tokens, and how often each was met. No words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select, update

from syndication.store import marks, tables
from syndication.store.database import Transaction
from syndication.store.many import among

_T = tables.spam_tokens
_TEXTS = "spam-learnt"  # [texts that were approved, texts that were spam]


def texts(tx: Transaction) -> tuple[int, int]:
    """How many texts of each kind were learnt."""
    good, bad = marks.get(tx, _TEXTS) or (0, 0)
    return good, bad


def counts(tx: Transaction, tokens: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """token → in how many texts of each kind it was met."""
    rows = tx.execute(select(_T).where(among(tx, _T.c.token, tokens)))
    return {row.token: (row.good, row.bad) for row in rows}


def learn(tx: Transaction, tokens: Iterable[str], *, bad: bool, times: int = 1) -> None:
    """A text of this kind had these tokens; `times` -1 takes that back."""
    column = _T.c.bad if bad else _T.c.good
    wanted = set(tokens)
    known = set(counts(tx, wanted))
    tx.execute(update(_T).where(among(tx, _T.c.token, known)).values({column.name: column + times}))
    if times > 0 and wanted - known:
        rows = [{"token": token, "good": int(not bad), "bad": int(bad)} for token in wanted - known]
        tx.execute(_T.insert(), rows)
    tx.execute(delete(_T).where(_T.c.good <= 0, _T.c.bad <= 0))
    good_texts, bad_texts = texts(tx)
    marks.put(tx, _TEXTS, [good_texts + times * (not bad), bad_texts + times * bad])
