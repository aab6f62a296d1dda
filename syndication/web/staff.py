"""The desk's web app: lists and cards for staff, after sign-in. Works without JavaScript."""

from __future__ import annotations

import logging
from datetime import UTC, tzinfo
from pathlib import Path

from flask import Blueprint, Flask, Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from syndication.desk.cards import private_folder
from syndication.desk.generate import check_folder
from syndication.desk.rendering import STATIC
from syndication.desk.tokens import Tokens, signing_key
from syndication.steps.site import Site
from syndication.store import StoreError, marks
from syndication.web import account, acting, entrance, guard, joining, reading, team
from syndication.web.room import Room, problem, room, texts

log = logging.getLogger(__name__)

desk = Blueprint("desk", __name__)


def create_app(site: Site, *, directory: Path, origin: str, zone: tzinfo = UTC) -> Flask:
    """The app that serves the desk of `site` at `origin` (``https://desk.example``).

    Cards are kept in `directory`, dates are shown in `zone`. Raises `DeskError` for a folder that
    would be published, `ValueError` for an origin that is none.
    """
    check_folder(site, directory)
    private_folder(directory)
    app = Flask("tertulia-desk", static_folder=None, template_folder=None)
    app.extensions["desk"] = Room(
        site=site,
        directory=directory,
        origin=guard.origin_of(origin),
        tokens=Tokens(signing_key(site.store)),
        zone=zone,
    )
    guard.install(app)
    for room_of in (entrance, reading, acting, joining, account, team):
        app.register_blueprint(room_of.part)
    app.register_blueprint(desk)
    app.register_error_handler(401, entrance.turned_away)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(StoreError, _store_failed)
    app.register_error_handler(SQLAlchemyError, _store_failed)
    app.register_error_handler(Exception, _failed)
    return app


@desk.get("/health")
def health() -> Response:
    """Answers 200 while the database can be read."""
    with room().site.store.read() as tx:
        marks.get(tx, marks.PAUSED)
    return Response("ok\n", mimetype="text/plain")


@desk.get("/desk.css")
def style() -> Response:
    """The one stylesheet."""
    return Response((STATIC / "desk.css").read_bytes(), mimetype="text/css")


@desk.get("/desk.svg")
def icon() -> Response:
    """The icon of the browser's tab."""
    return Response((STATIC / "desk.svg").read_bytes(), mimetype="image/svg+xml")


def _refused(error: HTTPException) -> Response:
    _ = texts().gettext
    reasons = {
        403: _("Your role does not allow this. Ask an admin of the desk."),
        404: _("There is no such page here."),
        413: _("That is more than a form can carry. Shorten it and try again."),
    }
    code = error.code or 500
    reason = reasons.get(code, _("The desk does not understand this request."))
    return problem(reason, status=code)


def _store_failed(error: StoreError | SQLAlchemyError) -> Response:
    # SQLAlchemy's own text would quote what people wrote.
    log.error("desk: %s", error if isinstance(error, StoreError) else getattr(error, "orig", ""))
    reason = texts().gettext(
        "The database is not available at the moment; nothing was changed. Try again in a minute."
    )
    return _without_store(reason, status=503)


def _failed(error: Exception) -> Response:
    log.error("desk: a page failed", exc_info=error)
    reason = texts().gettext(
        "Something went wrong on our side. It was written to the log; try again, or tell whoever"
        " runs this site."
    )
    return _without_store(reason, status=500)


def _without_store(reason: str, *, status: int) -> Response:
    """A page that asks the database nothing, since that may be what is wrong."""
    here = room()
    html = here.pages[texts().language].render(
        "problem.html",
        brand=here.site.name,
        viewer=None,
        here="",
        title=texts().gettext("That did not work"),
        reason=reason,
        kept_text="",
    )
    return Response(html, status=status, mimetype="text/html")
