"""What stands around the form: its stylesheet and script, and the way to one's own server."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, request

from syndication.web.comments import sayings
from syndication.web.comments.pages import HERE, account, page, problem, texts

part = Blueprint("around", __name__)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,6}[^\W\d_][\w-]{1,62}(?::\d{1,5})?")


@part.get("/comment/style.css")
def style() -> Response:
    """The stylesheet of all pages for visitors."""
    return _static("style.css", "text/css")


@part.get("/comment/work.js")
def script() -> Response:
    """What a browser does while we are under attack."""
    return _static("work.js", "text/javascript")


@part.route("/comment/elsewhere", methods=["GET", "POST"])
def elsewhere() -> Response:
    """Answer from one's own server: to the page there that opens our copy."""
    account()
    copy = request.values.get("copy", "")
    if not _web(copy):
        return problem(_say("wrong-page"), status=404)
    wrong: list[str] = []
    if request.method == "POST":
        host = request.form.get("server", "").strip().removeprefix("https://").strip("/@ ")
        host = host.rpartition("@")[2]
        if _HOST.fullmatch(host):
            there = f"https://{host}/authorize_interaction?uri={quote(copy, safe='')}"
            return redirect(there, 303)  # type: ignore[return-value]
        wrong = [_say("no-server")]
    response = page("elsewhere.html", copy=copy, wrong=wrong)
    policy = "default-src 'none'; style-src 'self'; form-action 'self' https:; base-uri 'none'"
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return response


def _say(*reasons: str) -> str:
    return " ".join(sayings.complaints(reasons, texts().gettext))


def _web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and url.isprintable()
    except ValueError:
        return False


def _static(name: str, media_type: str) -> Response:
    response = Response((HERE / "static" / name).read_bytes(), mimetype=media_type)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
