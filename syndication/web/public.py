"""The public web app: what visitors and other websites send. Apart from the desk in everything.

It knows no session, reads and sets no cookie, and stands on a socket and threads of its own, on a
host or below a path, whether or not the proxy takes that path away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, tzinfo
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from syndication.networks.contract import NetworkError, Request
from syndication.steps.receive import endpoints_of, receive
from syndication.steps.site import Site
from syndication.store import StoreError, marks
from syndication.web import comments
from syndication.web.comments import excuses
from syndication.web.public_room import PublicRoom, room

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
LARGEST_REQUEST = 64 * 1024
_NOT_NOW = "Not available at the moment; nothing was kept. Try again later.\n"
_FORM = "application/x-www-form-urlencoded"

part = Blueprint("public", __name__)


def create_public_app(site: Site, *, url: str, zone: tzinfo = UTC) -> Flask:
    """The app that serves the endpoints of `site` at `url` (``https://talk.example/here``).

    `zone`: of the dates on its pages.
    """
    app = Flask("tertulia-public", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions["public"] = PublicRoom(site=site, url=url.rstrip("/"), zone=zone)
    app.register_blueprint(part)
    comments.install(app)
    app.after_request(_sealed)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NetworkError, _not_now)
    app.register_error_handler(StoreError, _not_now)
    app.register_error_handler(SQLAlchemyError, _not_now)
    app.register_error_handler(Exception, _failed)
    app.wsgi_app = _below(urlsplit(url).path.rstrip("/"), app.wsgi_app)  # type: ignore[method-assign]
    return app


@part.get("/health")
def health() -> Response:
    """Answers 200 while the database can be read."""
    with room().site.store.read() as tx:
        marks.get(tx, marks.PAUSED)
    return _plain("ok\n")


@part.post("/<endpoint>")
def arrive(endpoint: str) -> Response:
    """Whatever a network of this site listens for."""
    site = room().site
    account = endpoints_of(site.accounts, site.networks).get(endpoint)
    if account is None:
        abort(404)
    form = request.mimetype == _FORM
    answer = receive(
        site,
        account,
        Request(
            endpoint=endpoint,
            fields=request.form.to_dict() if form else {},
            body=b"" if form else request.get_data(),
            media_type=request.mimetype,
        ),
    )
    if comments.own_site.asks_for_a_page():
        response = comments.own_site.told(answer.status)
    else:
        response = Response(answer.text, status=answer.status, mimetype=answer.media_type)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "3600"
    return response


def _sealed(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _below(prefix: str, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """`app` under a path, also where the proxy hands the path on."""

    def served(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if prefix and path.startswith(f"{prefix}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path.removeprefix(prefix)
        return app(environ, start)

    return served


def _plain(text: str, *, status: int = 200) -> Response:
    return Response(text, status=status, mimetype="text/plain")


def _refused(error: HTTPException) -> Response:
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and excuses.to_a_person():
        return excuses.too_long()
    response = _plain(f"{error.name}.\n", status=error.code or 500)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _not_now(error: Exception) -> Response:
    # SQLAlchemy's own text would quote what people wrote.
    log.error("public: %s", getattr(error, "orig", None) or type(error).__name__)
    response = excuses.not_now() if excuses.to_a_person() else _plain(_NOT_NOW, status=503)
    response.headers["Retry-After"] = "60"
    return response


def _failed(error: Exception) -> Response:
    log.error("public: a request failed", exc_info=error)
    return _plain("Something went wrong on our side.\n", status=500)
