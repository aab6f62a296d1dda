"""The private page of whoever wrote a comment: see, edit, ask a person, withdraw.

Its address is the only key, so nothing here needs a cookie. Looking changes nothing: links in mail
are opened by programs too.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from syndication.desk.reasons import why
from syndication.steps import visitor
from syndication.steps.comment import CannotComment
from syndication.steps.visitor import Standing
from syndication.web.comments import sayings
from syndication.web.comments.pages import account, page, problem, see, texts
from syndication.web.public_room import room

part = Blueprint("mine", __name__)


@part.get("/comment/<token>")
def show(token: str) -> Response:
    """How the comment stands."""
    account()
    found = visitor.standing(room().site, token)
    if found is None:
        return _gone()
    return _page(found, token)


@part.post("/comment/<token>/<any(edit,withdraw,appeal):action>")
def act(token: str, action: str) -> Response:
    """What its writer may do."""
    speaker, site = account(), room().site
    found = visitor.standing(site, token)
    if found is None:
        return _gone()
    try:
        if action == "edit":
            visitor.edit(site, speaker, token, request.form.get("text", ""))
        elif action == "appeal":
            visitor.appeal(site, token)
        elif request.form.get("sure") != "yes":
            return _page(found, token, sure=True)
        else:
            visitor.withdraw(site, token)
            return _gone(status=200)
    except CannotComment as error:
        wrong = sayings.complaints(error.reasons, texts(found.comment.language).gettext)
        typed = request.form.get("text") if action == "edit" else None
        return _page(found, token, wrong=wrong, typed=typed, status=422)
    return see(f"/comment/{token}?done={action}")


def _page(
    found: Standing,
    token: str,
    *,
    wrong: list[str] | None = None,
    typed: str | None = None,
    sure: bool = False,
    status: int = 200,
) -> Response:
    here, spoken = room(), found.comment.language
    return page(
        "mine.html",
        status=status,
        wanted=spoken,
        found=found,
        link=f"{here.url}/comment/{token}",
        why=why(found.rule, texts(spoken).gettext),
        editable=found.editable(here.now),
        text=typed if typed is not None else found.comment.source or found.words.text,
        wrong=wrong or [],
        sure=sure,
        new=bool(request.args.get("new")),
        done=request.args.get("done", ""),
        contact=here.site.contact,
    )


def _gone(*, status: int = 404) -> Response:
    reason = texts().gettext(
        "There is no such comment here any more. If you withdrew it, its words are erased and do"
        " not come back."
    )
    return problem(reason, status=status)
