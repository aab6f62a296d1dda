"""One's own account: language, password, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from syndication.desk import passwords
from syndication.store import events, staff
from syndication.web.room import page, read_with, room, see, signed_in, texts, token

part = Blueprint("account", __name__)


@part.get("/account")
def account() -> Response:
    """Everything about oneself."""
    return _page()


@part.post("/account/language")
def language() -> Response:
    """See the desk in another language."""
    current = signed_in()
    chosen = request.form.get("language", "")
    if read_with("language") is None or chosen not in room().pages:
        return _too_old()
    with room().site.store.write() as tx:
        staff.set_language(tx, current.staff.id, chosen)
    room().site.wake("desk", None)
    return see("/account?done=language#notice")


@part.post("/account/password")
def password() -> Response:
    """Set a password, or another one; the old one is asked for, and other browsers go out."""
    current = signed_in()
    _ = texts().gettext
    if read_with("password") is None:
        return _too_old()
    with room().site.store.read() as tx:
        kept = staff.password_hash(tx, current.staff.id)
    chosen = request.form.get("password", "")
    if not passwords.fits(chosen):
        reason = _(
            "A password has %(shortest)s to %(longest)s characters; a few words are easier to"
            " remember than signs.",
            shortest=passwords.SHORTEST,
            longest=passwords.LONGEST,
        )
        return _page(reason, status=422)
    try:
        if kept is not None and not _known(kept, current.staff.name):
            return _page(_("The present password is not that one."), status=403)
        hashed = passwords.hashed(chosen)
    except passwords.Busy:
        return _page(_("Many are signing in at this moment. Try again in a minute."), status=503)
    with room().site.store.write() as tx:
        staff.set_password(tx, current.staff.id, hashed)
        staff.end_other_sessions(tx, current)
        subject = f"staff:{current.staff.id}"
        events.record(tx, "password", [subject], now=room().now, by=current.staff.name)
    return see("/account?done=password#notice")


@part.post("/account/sessions/end")
def end_session() -> Response:
    """Sign out one of one's other browsers."""
    current = signed_in()
    if read_with("session") is None:
        return _too_old()
    with room().site.store.write() as tx:
        staff.end_session(tx, current.staff.id, request.form.get("session", ""))
    return see("/account?done=session#notice")


def _known(kept: str, name: str) -> bool:
    """Is the present password right? Wrong ones count, as at the door."""
    address, now = request.remote_addr or "", room().now
    if room().patience.exhausted(name, address, now=now):
        return False
    if passwords.matches(kept, request.form.get("current", "")):
        return True
    room().patience.failed(name, address, now=now)
    return False


def _page(reason: str = "", *, status: int = 200) -> Response:
    current = signed_in()
    _ = texts().gettext
    said = {
        "language": _("The desk speaks your language now."),
        "password": _("The password is set. Your other browsers are signed out."),
        "session": _("That browser is signed out."),
    }
    with room().site.store.read() as tx:
        sessions = staff.sessions_of(tx, current.staff.id, now=room().now)
        has_password = staff.password_hash(tx, current.staff.id) is not None
    return page(
        "account.html",
        status=status,
        title=_("Your account"),
        here="account",
        reason=reason,
        done=said.get(request.args.get("done", ""), ""),
        sessions=sessions,
        current=current.digest,
        has_password=has_password,
        shortest=passwords.SHORTEST,
        tokens={name: token(name) for name in ("language", "password", "session")},
    )


def _too_old() -> Response:
    reason = texts().gettext("This page was open for too long. Nothing was changed; try again.")
    return _page(reason, status=403)
