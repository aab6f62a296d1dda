"""The lists, and the page of one message. Reading changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, abort
from markupsafe import Markup

from syndication.desk.facts import Facts, gather
from syndication.desk.person import person_of
from syndication.desk.thread import whole
from syndication.rules.roles import JOIN, PART, READ, may
from syndication.store import accounts, context, people, queue
from syndication.store.accounts import StoredAccount
from syndication.store.queue import Entry
from syndication.web.room import (
    form,
    number,
    page,
    require,
    room,
    served,
    session,
    signed_in,
    texts,
    token,
)

PAGE = 20
NOTICED = timedelta(hours=1)
"""How long the line about somebody's own last decision can be asked for."""

part = Blueprint("reading", __name__)


@part.get("/inbox")
def inbox() -> Response:
    """What waits for a person, oldest first."""
    require(READ)
    _ = texts().gettext
    with room().site.store.read() as tx:
        entries = queue.held(tx, after=number("after"), limit=PAGE + 1)
    return _list(
        "inbox",
        entries,
        title=_("Waiting"),
        intro=_("The oldest first: whoever has waited longest is heard first."),
        empty=_("Nobody is waiting. Whatever people write to us next will stand here."),
    )


@part.get("/found")
def found() -> Response:
    """What watches found, oldest first."""
    require(READ)
    _ = texts().gettext
    with room().site.store.read() as tx:
        entries = queue.found(tx, after=number("after"), limit=PAGE + 1)
    return _list(
        "found",
        entries,
        title=_("Found"),
        intro=_("People who speak about us without addressing us. Answer where you can help."),
        empty=_("The watches have found nothing new."),
    )


@part.get("/decided")
def decided() -> Response:
    """What was decided lately, newest first, to look at again or to undo."""
    require(READ)
    _ = texts().gettext
    before = number("after") or None
    with room().site.store.read() as tx:
        entries = queue.decided(tx, now=room().now, before=before, limit=PAGE + 1)
    return _list(
        "decided",
        entries,
        title=_("Decided"),
        intro=_("What was decided in the last thirty days, the newest first."),
        empty=_("Nothing was decided in the last thirty days."),
    )


@part.get("/reported")
def reported() -> Response:
    """What readers reported, the one that waits longest first."""
    require(READ)
    _ = texts().gettext
    with room().site.store.read() as tx:
        entries = queue.reported(tx, limit=PAGE)
    return _list(
        "reported",
        entries,
        title=_("Reported"),
        intro=_("Messages on our pages that readers find wrong. Whoever reported one is told."),
        empty=_("Nobody waits for an answer to a report."),
    )


@part.get("/sorted")
def sorted_out() -> Response:
    """What the filter took for advertising, newest first."""
    require(READ)
    _ = texts().gettext
    before = number("after") or None
    with room().site.store.read() as tx:
        entries = queue.sorted_out(tx, before=before, limit=PAGE + 1)
    return _list(
        "sorted",
        entries,
        title=_("Sorted out"),
        intro=_(
            "What the filter took for advertising. It stands on no page; approve its mistakes."
        ),
        empty=_("The filter has sorted out nothing."),
    )


@part.get("/answers")
def answers() -> Response:
    """Our answers, newest first, with where they stand."""
    require(READ)
    before = number("after") or None
    name = room().site.name
    with room().site.store.read() as tx:
        sent = queue.answers(tx, before=before, limit=PAGE + 1)
        answered = context.by_id(tx, [copy.answers_id for copy in sent if copy.answers_id])
        authors = people.by_id(tx, {message.author_id for message in answered.values()})
        ours = accounts.all_accounts(tx)
    shown = []
    for copy in sent[:PAGE]:
        message = answered.get(copy.answers_id or 0)
        author = authors[message.author_id] if message else None
        shown.append(
            {
                "by": copy.written_by,
                "account": _shown_account(ours.get(copy.account)) or name or copy.account,
                "text": copy.draft.text,
                "state": copy.state,
                "error": copy.error,
                "url": copy.ref.url if copy.ref else None,
                "at": copy.sent_at or copy.written_at,
                "message_id": message.id if message else None,
                "person": (author.name.strip() or author.handle) if author else "",
            }
        )
    return page(
        "answers.html",
        title=texts().gettext("Answers"),
        here="answers",
        answers=shown,
        started=before is not None,
        next=sent[PAGE - 1].id if len(sent) > PAGE else None,
    )


def _shown_account(account: StoredAccount | None) -> str:
    """As its network knows it; "" where that gives no handle, or until it was verified."""
    return f"@{account.handle.lstrip('@')}" if account and account.handle else ""


@part.get("/message/<int:message_id>")
def message(message_id: int) -> Response:
    """One message with its whole conversation."""
    require(READ)
    return message_page(message_id)


def message_page(
    message_id: int,
    *,
    reason: str = "",
    text: str = "",
    person_reason: str = "",
    person_typed: str = "",
    status: int = 200,
) -> Response:
    """The page of a message; `reason` says why something was not done, `text` what was typed.

    The two of the person are about who they are elsewhere.
    """
    site = room().site
    with site.store.read() as tx:
        facts = gather(site, tx, [message_id])
        voices = whole(site, tx, facts[0].message) if facts else []
        person = person_of(site, tx, facts[0].message) if facts else None
    if not facts and not reason:
        abort(404)
    name = facts[0].author.name.strip() or facts[0].author.handle if facts else ""
    answerable = bool(facts and facts[0].speakers)
    allowed = [action for action in (JOIN, PART) if may(signed_in().staff, action)]
    return page(
        "message.html",
        status=status,
        title=texts().gettext("Words of %(name)s", name=name)
        if facts
        else texts().gettext("Not there any more"),
        reason=reason,
        notice=_notice(back="message"),
        card=served(facts[0], back="message", text=text) if facts else None,
        kept_text="" if answerable else text,
        voices=voices,
        here_id=message_id,
        person=person,
        person_reason=person_reason,
        person_typed=person_typed,
        card_name=name,
        tokens={action: token(action, message=message_id) for action in allowed},
    )


def _list(here: str, entries: Sequence[Entry], *, title: str, intro: str, empty: str) -> Response:
    site, position = room().site, number("after")
    shown = entries[:PAGE]
    with site.store.read() as tx:
        facts = gather(site, tx, [entry.message_id for entry in shown])
    blocks = [served(one, back=here, position=position) for one in facts]
    notice = _notice(back=here, position=position)
    if notice:
        done = number("done")
        newest_first = here in ("decided", "sorted")
        place = 0 if newest_first else sum(one.message.id < done for one in facts)
        blocks.insert(place, notice)
    return page(
        "list.html",
        here=here,
        blocks=blocks,
        any_card=bool(facts),
        started=position > 0,
        next=shown[-1].position if len(entries) > PAGE else None,
        title=title,
        intro=intro,
        empty=empty,
    )


def _notice(*, back: str, position: int = 0) -> Markup:
    """The line about what this person has just done, as the database tells it, with its undo."""
    here, current = room(), session()
    done, answered, settled = number("done"), number("answered"), number("settled")
    if current is None or not (done or answered or settled):
        return Markup("")
    with here.site.store.read() as tx:
        facts = gather(here.site, tx, [done or answered or settled])
    telling = _answered if answered else _settled if settled else _decided
    said = telling(facts[0], current.staff.name) if facts else ""
    if not said:
        return Markup("")
    undo = "undo" if done and "undo" in facts[0].actions else ""
    html = here.pages[texts().language].render(
        "notice.html",
        message=said,
        form=form(facts[0], undo, back=back, position=position) if undo else "",
    )
    return Markup(html)  # noqa: S704  rendered with escaping


def _settled(facts: Facts, viewer: str) -> str:
    """Reports were answered; the words stay, and nothing was decided anew."""
    if facts.reports:
        return ""
    name = facts.author.name.strip() or facts.author.handle
    return texts().gettext(
        "The words of %(name)s stay. Whoever reported them can read that.", name=name
    )


def _decided(facts: Facts, viewer: str) -> str:
    decision = facts.decision
    if decision is None or decision.by != viewer or room().now - decision.at > NOTICED:
        return ""
    _ = texts().gettext
    name = facts.author.name.strip() or facts.author.handle
    if decision.rule == "undo":
        return _("Taken back. The words of %(name)s are as they were before.", name=name)
    if decision.verdict == "approve":
        return _("Approved: the words of %(name)s will be on the page in a moment.", name=name)
    if decision.verdict == "reject" and not facts.showable:
        return _("Filed away: the words of %(name)s.", name=name)
    if decision.verdict == "reject":
        return _("Rejected: the words of %(name)s are not shown.", name=name)
    return _("Marked as spam: the words of %(name)s are not shown.", name=name)


def _answered(facts: Facts, viewer: str) -> str:
    last = facts.answers[-1] if facts.answers else None
    if last is None or last.by != viewer or room().now - last.at > NOTICED:
        return ""
    name = facts.author.name.strip() or facts.author.handle
    return texts().gettext("Your answer to %(name)s is on its way.", name=name)
