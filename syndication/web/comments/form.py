"""The form: a preview for everything that comes, then it is sent.

The form under the article is static, so what it posts is only shown, and nothing is stored. The
preview carries a signed token with its moment (nobody reads in less than three seconds) and the
comment's id (sent twice, it is one comment; sent again in other words, an edit).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Blueprint, Response, request
from itsdangerous import BadData, URLSafeSerializer

from syndication.model import Message
from syndication.rules import notice
from syndication.rules.discovery import site_paths
from syndication.rules.spam import work
from syndication.steps import visitor
from syndication.steps.answered import answered
from syndication.steps.comment import (
    CannotComment,
    How,
    TooMany,
    attacked,
    comment,
    draft_of,
    page_of,
)
from syndication.steps.visiting import key_of, keyed
from syndication.store.posts import StoredPost
from syndication.web.comments import sayings
from syndication.web.comments.pages import (
    account,
    language,
    neighbourhood,
    page,
    problem,
    see,
    sender,
    service_name,
    texts,
    typed,
)
from syndication.web.public_room import room

LASTS = timedelta(hours=24)
TRAP = "subject"
"""The field that no person sees."""
WRITTEN = ("name", "text", "mail", "website", "reply_to", "language", TRAP)

part = Blueprint("comments", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a preview's token says."""

    uuid: str
    age: timedelta


@part.get("/comment")
def blank() -> Response:
    """The form alone: for whoever answers a comment, or follows a link to it."""
    account()
    given = {"reply_to": request.args.get("reply_to", "")}
    return _form(_page_url(request.args.get("page", "")), given)


@part.post("/comment")
def write() -> Response:
    """Show what was written, or keep what was shown."""
    speaker, fields = account(), typed()
    url = _page_url(fields.get("page", ""))
    shown = _opened(fields.get("token", ""), url)
    fields |= {
        "url": url,
        "id": f"urn:uuid:{shown.uuid if shown else uuid4()}",
        "written": room().now.isoformat(),
    }
    fields.setdefault("text", "")
    try:
        draft = draft_of(room().site, speaker, fields)
    except CannotComment as error:
        return _form(url, fields, error.reasons, status=422)
    if shown is None or fields.get("action") == "look":
        return _preview(url, fields, draft)
    if fields.get("agree") != _version():
        return _preview(url, fields, draft, ("no-consent",), status=422)
    try:
        token = comment(room().site, speaker, fields, _how(fields, shown))
        _sent_before(speaker, token, fields["text"])
    except CannotComment as error:
        status = 429 if isinstance(error, TooMany) else 422
        return _preview(url, fields, draft, error.reasons, status=status)
    return see(f"/comment/{token}?new=1")


def _sent_before(speaker: str, token: str, text: str) -> None:
    """Back, changed and sent again: it is the same comment in other words."""
    site = room().site
    found = visitor.standing(site, token)
    if found is not None and found.comment.source not in (None, text):
        visitor.edit(site, speaker, token, text)


def _form(
    url: str, fields: Mapping[str, str], reasons: tuple[str, ...] = (), *, status: int = 200
) -> Response:
    try:
        post = _post(url)
    except CannotComment as error:
        return problem(_say(*error.reasons), status=404 if not reasons else 422, back=_back(url))
    return page("write.html", status=status, **_common(post, url, fields, reasons))


def _preview(
    url: str,
    fields: Mapping[str, str],
    draft: Message,
    reasons: tuple[str, ...] = (),
    *,
    status: int = 200,
) -> Response:
    try:
        post = _post(url)
    except CannotComment as error:
        return problem(_say(*error.reasons), status=422, back=_back(url))
    uuid = draft.ref.id.removeprefix("urn:uuid:")
    site = room().site
    with site.store.read() as tx:
        flood = attacked(site, tx)
    response = page(
        "preview.html",
        status=status,
        **_common(post, url, fields, reasons),
        draft=draft,
        token=_sealed(uuid, url),
        version=_version(),
        challenge=_challenge(uuid) if flood else None,
    )
    if flood:
        policy = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'"
        response.headers["Content-Security-Policy"] = f"{policy}; base-uri 'none'"
    return response


def _common(
    post: StoredPost, url: str, fields: Mapping[str, str], reasons: tuple[str, ...]
) -> dict[str, Any]:
    _, site = texts().gettext, room().site
    with site.store.read() as tx:
        above = answered(site, tx, post, fields.get("reply_to", ""))
    return {
        "post": post,
        "url": url,
        "above": above,
        "given": {name: fields.get(name, "") for name in WRITTEN},
        "wrong": sayings.complaints(reasons, _),
        "tells": site.mail is not None,
        "notice": notice.text(_, letters=site.mail is not None, service=service_name()),
        "agree": _(notice.AGREE),
    }


def _how(fields: Mapping[str, str], shown: Shown) -> How:
    return How(
        sender=sender(),
        language=language(),
        consent=_version(),
        reading=shown.age,
        trap=bool(fields.get(TRAP)),
        worked=work.done(fields.get("work", ""), _work_key(), salt=shown.uuid),
        reply_to=fields.get("reply_to", ""),
        address=neighbourhood() if room().site.service else "",
    )


def _post(url: str) -> StoredPost:
    site = room().site
    with site.store.read() as tx:
        return page_of(site, tx, url)


def _page_url(given: str) -> str:
    """The page a form names, by its URL or its path on the site."""
    site = room().site.url
    if given.startswith("/") and not given.startswith("//"):
        parts = urlsplit(site)
        return f"{parts.scheme}://{parts.netloc}{given}"
    return given


def _back(url: str) -> str:
    return url if any(site_paths([url], room().site.url)) else ""


def _sealed(uuid: str, url: str) -> str:
    sealed = _serializer().dumps([uuid, int(room().now.timestamp() * 10), url])
    return sealed if isinstance(sealed, str) else sealed.decode()


def _opened(token: str, url: str) -> Shown | None:
    """What a preview said; None for a token that is forged, of another page, or too old."""
    try:
        uuid, made, page_url = _serializer().loads(token)
    except BadData:
        return None
    age = timedelta(seconds=room().now.timestamp() - made / 10)
    if page_url != url or not timedelta(minutes=-1) <= age <= LASTS:
        return None
    return Shown(uuid=uuid, age=age)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(key_of(room().site), salt="tertulia comment form")


def _challenge(uuid: str) -> work.Challenge:
    return work.challenge(_work_key(), salt=uuid, number=secrets.randbelow(work.HARDEST))


def _work_key() -> str:
    return keyed(key_of(room().site), "work")


def _version() -> str:
    letters = room().site.mail is not None
    return notice.version(texts().gettext, letters=letters, service=service_name())


def _say(*reasons: str) -> str:
    return " ".join(sayings.complaints(reasons, texts().gettext))
