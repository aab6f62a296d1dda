"""Whoever answered on a site of their own, and told us by the form, reads a page."""

from __future__ import annotations

from flask import Response, request

from syndication.web.comments.pages import problem, texts

TAKEN, TOO_MANY = 202, 429


def asks_for_a_page() -> bool:
    """Was it a person at our form? Programs send no language."""
    return "language" in request.form and request.accept_mimetypes.accept_html


def told(status: int) -> Response:
    """What became of the address, in words for a person."""
    _ = texts().gettext
    if status == TAKEN:
        said = _(
            "Thank you. We will read your page soon. What it says is shown here once a person has"
            " approved it."
        )
    elif status == TOO_MANY:
        said = _("Many pages are waiting to be read. Try again in an hour.")
    else:
        said = _(
            "That is no page of yours that we could read. Go back, and write the address of your"
            " answer, with https:// in front."
        )
    back = request.form.get("target", "") if status == TAKEN else ""
    return problem(said, status=status, back=back)
