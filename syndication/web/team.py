"""The team: an admin adds people, gives them sign-in links, and takes access away."""

from __future__ import annotations

from flask import Blueprint, Response, request

from syndication.rules.roles import MANAGE_STAFF, StaffMember
from syndication.store import events, staff
from syndication.store.staff import StaffError
from syndication.web.room import language, number, page, read_with, require, room, see, texts, token

part = Blueprint("team", __name__)


@part.get("/team")
def team() -> Response:
    """Everybody who works here."""
    require(MANAGE_STAFF)
    return _page()


@part.post("/team/add")
def add() -> Response:
    """Somebody new, and the link that lets them in."""
    by = require(MANAGE_STAFF).staff.name
    if read_with("team-add") is None:
        return _too_old()
    chosen = request.form.get("language", "")
    now = room().now
    try:
        with room().site.store.write() as tx:
            new = staff.add(
                tx,
                name=request.form.get("name", ""),
                role=request.form.get("role", ""),
                language=chosen if chosen in room().pages else language(),
                now=now,
            )
            link = staff.sign_in_link(tx, new, now=now, first=True)
            member = staff.get(tx, new)
            events.record(tx, "staff-added", [f"staff:{new}"], now=now, by=by)
    except StaffError as error:
        return _page(texts().gettext(error.text, **error.values), status=422)
    return _page(link=link, member=member, first=True)


@part.post("/team/link")
def link() -> Response:
    """A new one-time link for somebody of the team."""
    by = require(MANAGE_STAFF).staff.name
    if read_with("team-link") is None:
        return _too_old()
    now = room().now
    with room().site.store.write() as tx:
        member = staff.get(tx, number("id"))
        if member is None:
            return _page(texts().gettext("This person is not here any more."), status=409)
        made = staff.sign_in_link(tx, member.id, now=now)
        events.record(tx, "staff-linked", [f"staff:{member.id}"], now=now, by=by)
    return _page(link=made, member=member)


@part.post("/team/remove")
def remove() -> Response:
    """Take somebody's access away at once. Nobody removes themselves: an admin always stays."""
    current = require(MANAGE_STAFF)
    if read_with("team-remove") is None:
        return _too_old()
    if number("id") == current.staff.id:
        return _page(texts().gettext("Nobody can remove themselves."), status=422)
    with room().site.store.write() as tx:
        staff.remove(tx, number("id"))
        subject = f"staff:{number('id')}"
        events.record(tx, "staff-removed", [subject], now=room().now, by=current.staff.name)
    return see("/team")


def _page(
    reason: str = "",
    *,
    status: int = 200,
    link: str = "",
    member: StaffMember | None = None,
    first: bool = False,
) -> Response:
    here = room()
    with here.site.store.read() as tx:
        people = staff.everyone(tx)
    lasts = staff.FIRST_LINK_LASTS if first else staff.LINK_LASTS
    return page(
        "team.html",
        status=status,
        title=texts().gettext("Team"),
        here="team",
        reason=reason,
        people=people,
        link=f"{here.origin}/sign-in/{link}" if link else "",
        link_for=member.name if member else "",
        link_until=here.now + lasts,
        tokens={name: token(f"team-{name}") for name in ("add", "link", "remove")},
    )


def _too_old() -> Response:
    reason = texts().gettext("This page was open for too long. Nothing was changed; try again.")
    return _page(reason, status=403)
