"""Where the links in letters lead: a page with one button, so that no program that opens links
confirms or ends anything. A mail program's own button posts at once (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from syndication.steps import letters
from syndication.web.comments.pages import account, page, problem, texts
from syndication.web.public_room import room

part = Blueprint("letters", __name__)


@part.route("/comment/mail/<int:message_id>/<token>", methods=["GET", "POST"])
def confirm(message_id: int, token: str) -> Response:
    """Confirm that one wants to be told of answers."""
    account()
    site = room().site
    if request.method == "POST" and not letters.confirm(site, message_id, token):
        return _unknown()
    state = letters.state(site, message_id, token)
    if state is None:
        return _unknown()
    return page("mail.html", state=state, stopping=False)


@part.route("/comment/mail/<int:message_id>/<token>/stop", methods=["GET", "POST"])
def stop(message_id: int, token: str) -> Response:
    """No more letters; done twice, it is done."""
    account()
    site = room().site
    if request.method == "POST" and not letters.stop(site, message_id, token):
        return _unknown()
    state = letters.state(site, message_id, token)
    if state is None:
        return _unknown()
    return page("mail.html", state=state, stopping=True)


def _unknown() -> Response:
    reason = texts().gettext("This link is not complete. Copy it whole from the letter.")
    return problem(reason, status=404)
