"""What a visitor reads when nothing can be done: in their language, and without the database."""

from __future__ import annotations

from flask import Response, request

from syndication.catalogues import SOURCE
from syndication.web.comments import sayings
from syndication.web.comments.pages import problem, texts
from syndication.web.public_room import room

_PAGES = ("/comment", "/report")


def to_a_person() -> bool:
    """Was one of the pages for visitors asked for?"""
    return request.path.startswith(_PAGES)


def not_now() -> Response:
    """The database does not answer, or the disk is full."""
    wanted = _language()
    reason = texts(wanted).gettext(
        "This does not work at the moment, and nothing was kept. Your browser's button “back” still"
        " has what you wrote: send it again in a few minutes."
    )
    return problem(reason, status=503, wanted=wanted)


def too_long() -> Response:
    """More was sent than anybody types."""
    wanted = _language()
    reason = sayings.complaints(["too-long"], texts(wanted).gettext)[0]
    return problem(reason, status=413, wanted=wanted)


def _language() -> str:
    """What the browser asks for: a form that is too large cannot be read."""
    known = room().site.to_visitors.languages
    return request.accept_languages.best_match(list(known)) or SOURCE
