"""Reports: a reader says what is wrong with a message, and can look up what became of it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from syndication.steps import report as reporting
from syndication.steps.comment import CannotComment, TooMany
from syndication.web.comments import sayings
from syndication.web.comments.pages import account, language, page, problem, see, sender, texts
from syndication.web.public_room import room

part = Blueprint("reports", __name__)


@part.route("/report", methods=["GET", "POST"])
def report() -> Response:
    """The form for a message that a page shows, and what it sends."""
    account()
    ref_id = request.values.get("message", "")
    found = reporting.reportable(room().site, ref_id)
    if found is None:
        return problem(
            texts().gettext("This message stands on none of our pages; perhaps it was removed."),
            status=404,
        )
    reason, mail = request.form.get("reason", ""), request.form.get("mail", "")
    wrong, status = [], 200
    if request.method == "POST":
        try:
            token = reporting.report(
                room().site, ref_id, reason, sender=sender(), mail=mail, language=language()
            )
            return see(f"/report/{token}")
        except CannotComment as error:
            wrong = sayings.complaints(error.reasons, texts().gettext)
            status = 429 if isinstance(error, TooMany) else 422
    return page(
        "report.html",
        status=status,
        message=ref_id,
        found=found,
        reason=reason,
        mail=mail,
        tells=room().site.mail is not None,
        wrong=wrong,
    )


@part.get("/report/<token>")
def outcome(token: str) -> Response:
    """What became of it."""
    account()
    found = reporting.outcome(room().site, token)
    if found is None:
        return problem(texts().gettext("There is no such report here."), status=404)
    link = f"{room().url}/report/{token}"
    return page("reported.html", wanted=found.language, found=found, link=link)
