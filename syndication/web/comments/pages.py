"""Pages for visitors: their language, their templates, what every page is given."""

from __future__ import annotations

from datetime import tzinfo
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Response, abort, redirect, request
from jinja2 import Environment

from syndication.catalogues import SOURCE, Catalogues
from syndication.desk.rendering import environment_of
from syndication.desk.texts import Texts
from syndication.steps.receive import endpoints_of
from syndication.steps.visiting import key_of, neighbourhood_of, sender_of
from syndication.web.public_room import room

HERE = Path(str(files(__package__)))
MOST_FIELDS = 20


def account() -> str:
    """The account through which this site hears visitors; 404 where it hears none."""
    site = room().site
    found = endpoints_of(site.accounts, site.networks).get("comment")
    if found is None:
        abort(404)
    return found


def language(wanted: str = "") -> str:
    """Of this page: what the form says, or what the browser asks for."""
    known = room().site.to_visitors.languages
    asked = wanted or request.form.get("language") or request.args.get("language") or ""
    for tag in (asked, asked.split("-")[0]):
        if tag in known:
            return tag
    return request.accept_languages.best_match(list(known)) or SOURCE


def texts(wanted: str = "") -> Texts:
    """The words of this page."""
    return Texts(language(wanted), room().zone, room().site.to_visitors)


def page(template: str, *, status: int = 200, wanted: str = "", **values: Any) -> Response:
    """A whole page. `wanted` is its language, where that is known."""
    here, spoken = room(), language(wanted)
    environment = _environment(here.site.to_visitors, spoken, here.zone)
    common = {"brand": here.site.name, "home": here.site.url, "base": here.url}
    html = environment.get_template(template).render(**common, **values)
    response = Response(html, status=status, mimetype="text/html")
    response.headers["Referrer-Policy"] = "no-referrer"  # the address may be a private link
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def problem(reason: str, *, status: int, wanted: str = "", back: str = "") -> Response:
    """A page that says what is wrong and what to do."""
    return page("problem.html", status=status, wanted=wanted, reason=reason, back=back)


def see(path: str) -> Response:
    """On to another page of ours."""
    return redirect(f"{room().url}{path}", 303)  # type: ignore[return-value]


def sender() -> str:
    """Who asks, as a keyed hash of a network prefix."""
    return sender_of(key_of(room().site), request.remote_addr or "")


def neighbourhood() -> str:
    """Who asks, as what a whole neighbourhood's addresses have in common."""
    return neighbourhood_of(request.remote_addr or "")


def service_name() -> str:
    """The service that is told of comments, or ""."""
    service = room().site.service
    return service.name if service else ""


def typed() -> dict[str, str]:
    """The fields of the form, as strangers filled them in."""
    return dict(list(request.form.to_dict().items())[:MOST_FIELDS])


@cache
def _environment(catalogues: Catalogues, spoken: str, zone: tzinfo) -> Environment:
    return environment_of(HERE / "templates", Texts(spoken, zone, catalogues))
