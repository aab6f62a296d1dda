"""The desk's actions. Each asks `may`, checks the form's token, and calls one step.

1. The token says which words and which decision the person had read; when either changed since,
   the card is shown again with the reason (409) and nothing is done.
2. What was done answers 303, back to where the person was.
3. Whatever goes wrong, what they typed is given back.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from flask import Blueprint, Response, request

from syndication.desk.facts import Facts, gather
from syndication.desk.networks import called
from syndication.model import CopyState, Verdict
from syndication.rules import compose
from syndication.rules.roles import ANSWER, REPORT
from syndication.steps import answer as answering
from syndication.steps import decide as deciding
from syndication.steps import report as reporting
from syndication.web.reading import message_page
from syndication.web.room import as_read, number, read_with, require, room, see, texts

TWICE = timedelta(hours=1)
"""The same answer to the same message within this time is the same click."""

LONGEST_REASON = 1000

_VERDICTS = {
    "approve": Verdict.APPROVE,
    "reject": Verdict.REJECT,
    "spam": Verdict.SPAM,
}

part = Blueprint("acting", __name__)
_one_answer_at_a_time = Lock()


@part.post("/message/<int:message_id>/<any(approve,reject,spam,undo):action>")
def decide(message_id: int, action: str) -> Response:
    """Decide about the words that were read, or take the last decision back."""
    by = require(action).staff.name
    read = read_with(action, message=message_id)
    if read is None:
        return _too_old(message_id)
    facts = _facts(message_id)
    if facts is None:
        return _changed(message_id, deciding.Vanished())
    verdict = _VERDICTS.get(action)
    if facts.message.revision == read.revision and facts.message.verdict == verdict:
        return _back("done", message_id)  # a second click on the same button
    if facts.message.revision == read.revision and as_read(facts) != read:
        return _overtaken(facts)
    try:
        if verdict is None:
            deciding.undo(room().site, message_id, by=by)
        else:
            reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
            deciding.decide(room().site, message_id, read.revision, verdict, by=by, reason=reason)
    except deciding.CannotDecide as error:
        return _changed(message_id, error)
    return _back("done", message_id)


@part.post("/message/<int:message_id>/report")
def report(message_id: int) -> Response:
    """Answer everybody who reported these words: they stay, or they are removed."""
    by = require(REPORT).staff.name
    read, outcome = read_with(REPORT, message=message_id), request.form.get("outcome")
    if read is None or outcome not in ("stays", "removed"):
        return _too_old(message_id)
    text = request.form.get("text", "").strip()[:LONGEST_REASON]
    try:
        reporting.settle(
            room().site,
            message_id,
            read.revision,
            removed=outcome == "removed",
            answer=text,
            by=by,
        )
    except deciding.CannotDecide as error:
        return _changed(message_id, error)
    return _back("settled" if outcome == "stays" else "done", message_id)


@part.post("/message/<int:message_id>/answer")
def answer(message_id: int) -> Response:
    """Answer in public, as the brand, signed inside with one's own name."""
    by = require(ANSWER).staff.name
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    read = read_with(ANSWER, message=message_id)
    if read is None:
        return _too_old(message_id)
    with _one_answer_at_a_time:
        facts = _facts(message_id)
        if facts is None:
            return _changed(message_id, deciding.Vanished())
        if facts.message.revision != read.revision:
            return _changed(message_id, deciding.Changed())
        account = request.form.get("account", "")
        if _said_already(facts, text, account=account, by=by):
            return _back("answered", message_id)
        reason = _too_long(facts, text, account)
        try:
            if not reason:
                answering.answer(room().site, message_id, text, by=by, account=account or None)
        except answering.CannotAnswer as error:
            reason = texts().gettext(str(error).replace("%", "%%"))
    if reason:
        return message_page(message_id, reason=reason, text=text, status=422)
    return _back("answered", message_id)


def _facts(message_id: int) -> Facts | None:
    site = room().site
    with site.store.read() as tx:
        found = gather(site, tx, [message_id])
    return found[0] if found else None


def _said_already(facts: Facts, text: str, *, account: str, by: str) -> bool:
    return any(
        answer.text.endswith(text)
        and text
        and (answer.by, answer.account) == (by, account)
        and answer.state != CopyState.FAILED
        and room().now - answer.at < TWICE
        for answer in facts.answers
    )


def _too_long(facts: Facts, text: str, account: str) -> str:
    """Why the text does not fit, in the language of the page; `steps.answer` has the last word."""
    speaker = next((one for one in facts.speakers if one.account == account), None)
    if speaker is None:
        return ""
    greeted = text if speaker.greeting.strip() in text else speaker.greeting + text
    over = compose.overrun(greeted, speaker.limits)
    if over is None:
        return ""
    _ = texts().gettext
    network = called(speaker.network, _)
    told = {"size": over.size, "network": network, "limit": over.limit}
    if over.unit == "bytes":
        return _(
            "This takes %(size)s bytes with its greeting; %(network)s takes %(limit)s here. Emoji"
            " and letters of other scripts take several each: shorten it a little.",
            **told,
        )
    return _(
        "This is %(size)s characters long with its greeting; %(network)s takes %(limit)s here."
        " Shorten it a little.",
        **told,
    )


def _too_old(message_id: int) -> Response:
    reason = texts().gettext(
        "This form was open for too long, or belongs to another session. Nothing was done."
        " Please read again and decide again."
    )
    return message_page(message_id, reason=reason, text=request.form.get("text", ""), status=403)


def _changed(message_id: int, error: deciding.CannotDecide) -> Response:
    _ = texts().gettext
    match error:
        case deciding.Vanished():
            reason = _("This message is not there any more; perhaps its author deleted it.")
        case deciding.Changed():
            reason = _("These words were edited after you read them. Please read them again.")
        case deciding.Private():
            reason = _("This was written to us in private. It cannot be shown on the site.")
        case deciding.KeptBack():
            reason = _("Its author, a label or the network keeps this off public pages for now.")
        case _:
            reason = _(str(error).replace("%", "%%"))
    return message_page(message_id, reason=reason, text=request.form.get("text", ""), status=409)


def _overtaken(facts: Facts) -> Response:
    by = facts.decision.by if facts.decision else ""
    reason = texts().gettext(
        "%(name)s decided about this after you read it. Please look again.", name=by
    )
    return message_page(facts.message.id, reason=reason, status=409)


def _back(what: str, message_id: int) -> Response:
    """To where the form stood, at the place where its card was."""
    back, position = request.form.get("back"), number("position")
    if back not in ("inbox", "found", "decided", "reported", "sorted"):
        return see(f"/message/{message_id}?{what}={message_id}#notice")
    after = f"after={position}&" if position else ""
    return see(f"/{back}?{after}{what}={message_id}#notice")
