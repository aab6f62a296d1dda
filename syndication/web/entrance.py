"""Coming in by a one-time link or a password, and going out.

A link is used up by a button, not by being opened: what previews links in a mail or a chat opens
them too.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from syndication.desk import passwords
from syndication.store import events, staff
from syndication.web import guard
from syndication.web.room import page, problem, read_with, room, see, session, signed_in, texts

part = Blueprint("entrance", __name__)

_INSIDE = re.compile(r"/(inbox|found|decided|answers|account|team|message/\d{1,18})?")


@part.get("/")
def front() -> Response:
    """The first page is what waits."""
    return see("/inbox" if session() else "/sign-in")


@part.get("/sign-in")
def door() -> Response:
    """The form for name and password."""
    return _door()


@part.post("/sign-in")
def by_password() -> Response:
    """Sign in by name and password."""
    _ = texts().gettext
    now, address = room().now, request.remote_addr or ""
    name = " ".join(request.form.get("name", "")[:200].split())
    if room().patience.exhausted(name, address, now=now):
        reason = _("Too many wrong passwords. Wait a quarter of an hour, or use a sign-in link.")
        return _door(reason, status=429)
    with room().site.store.read() as tx:
        member = staff.by_name(tx, name)
        kept = staff.password_hash(tx, member.id) if member else None
    try:
        known = passwords.matches(kept, request.form.get("password", ""))
    except passwords.Busy:
        return _door(_("Many are signing in at this moment. Try again in a minute."), status=503)
    if not known or member is None:
        room().patience.failed(name, address, now=now)
        return _door(_("This name and this password do not belong together."), status=401)
    room().patience.succeeded(name, address)
    return _welcome(member.id, member.name, _inside(request.form.get("next", "")))


@part.get("/sign-in/<token>")
def link(token: str) -> Response:
    """A button that uses the link."""
    with room().site.store.read() as tx:
        owner = staff.link_owner(tx, token, now=room().now)
    if owner is None:
        return _used_up()
    g.language = owner.language
    return page(
        "sign_in.html",
        title=texts().gettext("Welcome to the desk"),
        reason="",
        link_token=token,
        kept_text="",
    )


@part.post("/sign-in/<token>")
def by_link(token: str) -> Response:
    """Use the link up and come in."""
    with room().site.store.write() as tx:
        member = staff.use_link(tx, token, now=room().now)
    return _welcome(member.id, member.name, "/inbox") if member else _used_up()


@part.post("/sign-out")
def out() -> Response:
    """End this session."""
    current = signed_in()
    if read_with("sign-out") is None:
        return problem(
            texts().gettext("This page was open for too long. Reload the desk and try again."),
            status=403,
        )
    with room().site.store.write() as tx:
        staff.end_session(tx, current.staff.id, current.digest)
    return guard.let_out(see("/sign-in"))


def turned_away(error: HTTPException) -> Response:
    """Somebody who is not signed in: to the door, with what they typed."""
    if request.method == "GET":
        return see(f"/sign-in?next={_inside(request.path)}")
    reason = texts().gettext("You are not signed in any more. Nothing was done.")
    return _door(reason, status=401, kept_text=request.form.get("text", ""))


def _welcome(staff_id: int, name: str, next_: str) -> Response:
    with room().site.store.write() as tx:
        token = staff.open_session(tx, staff_id, now=room().now)
        events.record(tx, "sign-in", [f"staff:{staff_id}"], now=room().now, by=name)
    return guard.let_in(see(next_), token)


def _door(reason: str = "", *, status: int = 200, kept_text: str = "") -> Response:
    return page(
        "sign_in.html",
        status=status,
        title=texts().gettext("Sign in"),
        reason=reason,
        link_token="",
        kept_text=kept_text,
        name=request.form.get("name", ""),
        next=_inside(request.values.get("next", "")),
    )


def _used_up() -> Response:
    reason = texts().gettext(
        "This link was used already, or is too old. Ask for a new one, or sign in by password."
    )
    return _door(reason, status=410)


def _inside(path: str) -> str:
    """`path` if it is a page of the desk, else its first one: never another website."""
    return path if path != "/" and _INSIDE.fullmatch(path) and path else "/inbox"
