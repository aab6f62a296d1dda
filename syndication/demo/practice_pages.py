"""Pages of the practice network for a browser: a status with its thread, and what somebody said.

mastodon-mock answers programs only; the links that its statuses carry would lead nowhere. Plain
pages without a script; all words are escaped, and what is not public is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from mastodon_mock.db.models import Account, Status
from sqlalchemy import select
from sqlalchemy.orm import Session

from syndication.demo import plain_page

PUBLIC = ("public", "unlisted")
LATEST = 40  # statuses on somebody's page
LONGEST_ID = 18  # digits, below the largest number of the database


def add_pages(app: FastAPI) -> None:
    """Serve `/@name` and `/@name/ID` from the database of a mastodon-mock application."""

    @app.get("/@{name}/{number}", include_in_schema=False)
    def status_page(name: str, number: str) -> HTMLResponse:
        with app.state.session_factory() as session:
            found = session.get(Status, int(number)) if _is_id(number) else None
            if found is None or found.visibility not in PUBLIC or _handle(found.account) != name:
                return _page("404", ["<p>There is nothing here.</p>"], status=404)
            above = session.get(Status, found.in_reply_to_id) if found.in_reply_to_id else None
            parts = [f"<p>In answer to {_link(above)}</p>"] if above and _shown(above) else []
            parts += [_article(each, depth) for each, depth in _thread(session, found)]
            return _page(_who(found.account), parts)

    @app.get("/@{name}", include_in_schema=False)
    def account_page(name: str) -> HTMLResponse:
        user, _, domain = name.partition("@")
        with app.state.session_factory() as session:
            account = session.scalar(
                select(Account).where(Account.username == user, Account.domain == (domain or None))
            )
            if account is None:
                return _page("404", ["<p>There is nobody here.</p>"], status=404)
            said = session.scalars(
                select(Status)
                .where(Status.account_id == account.id, Status.visibility.in_(PUBLIC))
                .where(Status.reblog_of_id.is_(None))
                .order_by(Status.id.desc())
                .limit(LATEST)
            )
            return _page(_who(account), [_article(each, 0) for each in said])


def _thread(session: Session, root: Status) -> Iterator[tuple[Status, int]]:
    """The status and all public ones below it, each answer right below what it answers."""
    waiting = [(root, 0)]
    while waiting:
        status, depth = waiting.pop()
        yield status, depth
        answers = session.scalars(
            select(Status).where(Status.in_reply_to_id == status.id).order_by(Status.id.desc())
        )
        waiting += [(answer, depth + 1) for answer in answers if _shown(answer)]


def _shown(status: Status) -> bool:
    return status.visibility in PUBLIC


def _is_id(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) <= LONGEST_ID


def _handle(account: Account) -> str:
    return f"{account.username}@{account.domain}" if account.domain else account.username


def _who(account: Account) -> str:
    return f"{account.display_name or account.username} (@{_handle(account)})"


def _link(status: Status) -> str:
    address = f"/@{_handle(status.account)}/{status.id}"
    return f'<a href="{escape(address)}">{escape(_who(status.account))}</a>'


def _article(status: Status, depth: int) -> str:
    return plain_page.said(
        who=_link(status),
        when=f"{status.created_at:%Y-%m-%d %H:%M} UTC{', edited' if status.edited_at else ''}",
        words=status.text,
        depth=depth,
        language=status.language or "",
        warning=status.spoiler_text or "",
    )


def _page(title: str, parts: Iterable[str], *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        plain_page.document(title, parts), status_code=status, headers=plain_page.HEADERS
    )
