"""Who is the same person as whom: said by staff on the page of a message, and undone there."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Response, request

from syndication.desk.person import chosen, person_of
from syndication.rules.roles import JOIN, PART
from syndication.steps import joining
from syndication.steps.site import Site
from syndication.store import messages
from syndication.web.reading import message_page
from syndication.web.room import number, read_with, require, room, see, texts

part = Blueprint("joining", __name__)


class _Act(Protocol):
    def __call__(self, site: Site, one: int, other: int, *, by: str) -> None: ...


@part.post("/message/<int:message_id>/join")
def join(message_id: int) -> Response:
    """The author of this message is the same person as the one who was chosen."""
    by = require(JOIN).staff.name
    if read_with(JOIN, message=message_id) is None:
        return _refused(message_id, _too_old(), status=403)
    site = room().site
    with site.store.read() as tx:
        stored = messages.get(tx, message_id)
        person = person_of(site, tx, stored) if stored else None
    if person is None:
        return message_page(message_id, reason=_vanished(), status=409)
    other = chosen(person, request.form.get("other", ""))
    if other is None:
        reason = texts().gettext("Choose one of the people of this conversation from the list.")
        return _refused(message_id, reason, status=422)
    return _joined(message_id, joining.join, person.author_id, other.id, by)


@part.post("/message/<int:message_id>/part")
def undo(message_id: int) -> Response:
    """The author of this message and somebody they were joined with are two people."""
    by = require(PART).staff.name
    if read_with(PART, message=message_id) is None:
        return _refused(message_id, _too_old(), status=403)
    with room().site.store.read() as tx:
        stored = messages.get(tx, message_id)
    if stored is None:
        return message_page(message_id, reason=_vanished(), status=409)
    return _joined(message_id, joining.part, stored.author_id, number("other"), by)


def _joined(message_id: int, act: _Act, author_id: int, other_id: int, by: str) -> Response:
    try:
        act(room().site, author_id, other_id, by=by)
    except joining.CannotJoin as error:
        return _refused(message_id, texts().gettext(str(error)), status=409)
    return see(f"/message/{message_id}#person")


def _refused(message_id: int, reason: str, *, status: int) -> Response:
    typed = request.form.get("other", "")
    return message_page(message_id, person_reason=reason, person_typed=typed, status=status)


def _too_old() -> str:
    return texts().gettext(
        "This form was open for too long, or belongs to another session. Nothing was done."
        " Please read again and decide again."
    )


def _vanished() -> str:
    return texts().gettext("This message is not there any more; perhaps its author deleted it.")
