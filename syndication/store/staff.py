"""Staff: the people of the desk, the links that let them in, and their sessions.

Tokens are handed out once and kept as SHA-256 alone, so whoever reads the database cannot sign in
with it. Passwords come here as finished argon2 hashes (`desk.passwords`), for hashing takes long
and a transaction must not.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from syndication.rules.roles import ROLES, StaffMember
from syndication.store import tables
from syndication.store.database import Transaction

LINK_LASTS = timedelta(minutes=15)
FIRST_LINK_LASTS = timedelta(hours=24)
"""For somebody who was just added and may read their mail tomorrow."""
SESSION_LASTS = timedelta(days=14)

_T = tables.staff
_LINKS = tables.sign_in_links
_SESSIONS = tables.sessions
_COLUMNS = [_T.c[name] for name in StaffMember.__dataclass_fields__]


class StaffError(Exception):
    """A member of staff cannot be added so; the message says why.

    `text` and `values` are its two halves, so that the desk can say it in another language.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser in which somebody signed in."""

    digest: str  # of its token: names the session, opens nothing
    staff: StaffMember
    created_at: datetime
    expires_at: datetime


def add(tx: Transaction, *, name: str, role: str, language: str, now: datetime) -> int:
    """A new member of staff. Raises `StaffError` for a taken or empty name or an unknown role."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise StaffError("A name has 1 to 80 characters.")
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise StaffError(
            "There is no role “%(role)s”; choose one of: %(known)s.", role=role, known=known
        )
    if by_name(tx, name) is not None:
        raise StaffError("There is a “%(name)s” already; choose another name.", name=name)
    values = {"name": name, "role": role, "language": language, "created_at": now}
    return int(tx.execute(_T.insert().values(**values)).inserted_primary_key[0])  # type: ignore[index]


def everyone(tx: Transaction) -> list[StaffMember]:
    """All members of staff by name."""
    return [_member(row) for row in tx.execute(select(*_COLUMNS).order_by(_T.c.name))]


def get(tx: Transaction, staff_id: int) -> StaffMember | None:
    """One member of staff."""
    return _one(tx, _T.c.id == staff_id)


def by_name(tx: Transaction, name: str) -> StaffMember | None:
    """The member of that name; capitals do not matter."""
    return _one(tx, func.lower(_T.c.name) == " ".join(name.split()).lower())


def password_hash(tx: Transaction, staff_id: int) -> str | None:
    """The argon2 hash, or None: this person signs in by link alone."""
    return tx.execute(select(_T.c.password).where(_T.c.id == staff_id)).scalar()


def set_password(tx: Transaction, staff_id: int, hashed: str) -> None:
    """Another password, given as its argon2 hash."""
    _update(tx, staff_id, password=hashed)


def set_language(tx: Transaction, staff_id: int, language: str) -> None:
    """The language of the desk for this person."""
    _update(tx, staff_id, language=language)


def remove(tx: Transaction, staff_id: int) -> None:
    """Take their access away at once: sessions and links go with the row, decisions stay."""
    tx.execute(delete(_T).where(_T.c.id == staff_id))


# --- sign-in links ---------------------------------------------------------------------------


def sign_in_link(tx: Transaction, staff_id: int, *, now: datetime, first: bool = False) -> str:
    """The token of a new link that signs this person in once, within `LINK_LASTS`.

    `first` is for somebody who was just added: `FIRST_LINK_LASTS`.
    """
    token = secrets.token_urlsafe(32)
    lasts = FIRST_LINK_LASTS if first else LINK_LASTS
    tx.execute(delete(_LINKS).where(_LINKS.c.expires_at < now))
    tx.execute(
        _LINKS.insert().values(digest=_digest(token), staff_id=staff_id, expires_at=now + lasts)
    )
    return token


def link_owner(tx: Transaction, token: str, *, now: datetime) -> StaffMember | None:
    """Whom `use_link` would sign in. Uses nothing up."""
    owner = tx.execute(select(_LINKS.c.staff_id).where(*_usable(token, now))).scalar()
    return get(tx, owner) if owner is not None else None


def use_link(tx: Transaction, token: str, *, now: datetime) -> StaffMember | None:
    """Whom the link signs in, or None; a second use of it finds nobody."""
    used = update(_LINKS).where(*_usable(token, now)).values(used_at=now)
    if tx.execute(used).rowcount != 1:
        return None
    owner = select(_LINKS.c.staff_id).where(_LINKS.c.digest == _digest(token))
    return get(tx, tx.execute(owner).scalar_one())


# --- sessions --------------------------------------------------------------------------------


def open_session(tx: Transaction, staff_id: int, *, now: datetime) -> str:
    """The token of a new session, for the cookie."""
    token = secrets.token_urlsafe(32)
    tx.execute(delete(_SESSIONS).where(_SESSIONS.c.expires_at < now))
    tx.execute(
        _SESSIONS.insert().values(
            digest=_digest(token),
            staff_id=staff_id,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    return token


def session(tx: Transaction, token: str, *, now: datetime) -> Session | None:
    """The session of a cookie, with its owner as they are now, or None."""
    found = _sessions(tx, _SESSIONS.c.digest == _digest(token), now=now)
    return found[0] if found else None


def sessions_of(tx: Transaction, staff_id: int, *, now: datetime) -> list[Session]:
    """Where a member of staff is signed in, newest first."""
    return _sessions(tx, _SESSIONS.c.staff_id == staff_id, now=now)


def end_session(tx: Transaction, staff_id: int, digest: str) -> bool:
    """Sign out one browser of this person; False: there was none."""
    where = (_SESSIONS.c.digest == digest, _SESSIONS.c.staff_id == staff_id)
    return tx.execute(delete(_SESSIONS).where(*where)).rowcount == 1


def end_other_sessions(tx: Transaction, current: Session) -> None:
    """Sign out every other browser of the owner of `current`."""
    where = (_SESSIONS.c.staff_id == current.staff.id, _SESSIONS.c.digest != current.digest)
    tx.execute(delete(_SESSIONS).where(*where))


def _sessions(tx: Transaction, *where: ColumnElement[bool], now: datetime) -> list[Session]:
    query = (
        select(*_COLUMNS, _SESSIONS.c.digest, _SESSIONS.c.created_at, _SESSIONS.c.expires_at)
        .join(_T, _T.c.id == _SESSIONS.c.staff_id)
        .where(*where, _SESSIONS.c.expires_at > now)
        .order_by(_SESSIONS.c.created_at.desc(), _SESSIONS.c.digest)
    )
    return [
        Session(
            digest=row.digest,
            staff=_member(row),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in tx.execute(query)
    ]


def _usable(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        _LINKS.c.digest == _digest(token),
        _LINKS.c.used_at.is_(None),
        _LINKS.c.expires_at > now,
    )


def _one(tx: Transaction, where: ColumnElement[bool]) -> StaffMember | None:
    row = tx.execute(select(*_COLUMNS).where(where)).first()
    return _member(row) if row else None


def _member(row: Any) -> StaffMember:
    return StaffMember(id=row.id, name=row.name, role=row.role, language=row.language)


def _update(tx: Transaction, staff_id: int, **values: object) -> None:
    tx.execute(update(_T).where(_T.c.id == staff_id).values(**values))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
