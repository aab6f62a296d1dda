"""What stands before every request of the desk and after every answer.

The cookie is SameSite=Lax, not Strict: a colleague's link to a message, or the one-time link in a
mail, must find the session. A form of another site could not use it even without that, since every
POST is checked for its Origin and carries a signed token. The policy for referrers is
``same-origin``: with ``no-referrer`` browsers send ``Origin: null`` on a POST.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from syndication.store import staff
from syndication.web.room import problem, room, texts

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LARGEST_REQUEST = 64 * 1024


def install(app: Flask) -> None:
    """Put the guard before and behind every view of `app`."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.before_request(recognise)
    app.before_request(same_origin)
    app.after_request(sealed)


def recognise() -> None:
    """Find the session of the request's cookie."""
    token = request.cookies.get(cookie_name())
    if token and request.endpoint not in ("desk.style", "desk.icon", "desk.health"):
        with room().site.store.read() as tx:
            g.session = staff.session(tx, token, now=room().now)


def same_origin() -> Response | None:
    """Refuse what another website sends."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    sender = request.headers.get("Origin") or _origin_of(request.headers.get("Referer", ""))
    if sender == room().origin:
        return None
    return problem(
        texts().gettext(
            "This form does not come from the desk at %(origin)s. Open it there and try again.",
            origin=room().origin,
        ),
        status=403,
    )


def sealed(response: Response) -> Response:
    """Nothing from elsewhere is loaded, nothing is framed, nothing is kept by browsers."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def cookie_name() -> str:
    """``__Host-`` ties the cookie to this host; browsers accept that over https alone."""
    return "__Host-tertulia" if _secure() else "tertulia"


def let_in(response: Response, token: str) -> Response:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=staff.SESSION_LASTS,
        path="/",
        httponly=True,
        secure=_secure(),
        samesite="Lax",
    )
    return response


def let_out(response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), path="/", httponly=True, secure=_secure(), samesite="Lax")
    return response


def origin_of(address: str) -> str:
    """Scheme, host and port of a URL, as browsers write an origin. Raises `ValueError`."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"“{address}” is not the address of a website")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return f"{parts.scheme}://{host}{port}"


def _origin_of(referer: str) -> str:
    try:
        return origin_of(referer)
    except ValueError:
        return ""


def _secure() -> bool:
    return room().origin.startswith("https:")
