"""Report: a reader says what is wrong with a message; staff answer; the reader can look it up."""

from __future__ import annotations

from dataclasses import dataclass

from syndication.model import Verdict
from syndication.rules.addresses import is_mail
from syndication.rules.text import clean
from syndication.steps.comment import NO_PAGE, CannotComment, TooMany
from syndication.steps.decide import CannotDecide, decide
from syndication.steps.site import Site
from syndication.steps.visiting import DAY, key_of, keyed
from syndication.store import Transaction, events, messages, people, posts, reports
from syndication.store.messages import StoredMessage
from syndication.store.reports import REMOVED, STAYS, Report

NO_REASON, TOO_LONG, BAD_MAIL = "no-reason", "too-long", "bad-mail"
LONGEST = 2000
MOST_IN_A_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What is reported, as its page shows it."""

    message_id: int
    name: str
    text: str
    url: str  # of the page
    language: str


def reportable(site: Site, ref_id: str) -> Reported | None:
    """The message of that id where a page shows it."""
    with site.store.read() as tx:
        stored = _shown(tx, ref_id)
        if stored is None or stored.shown is None or stored.post_id is None:
            return None
        words = messages.words(tx, [(stored.id, stored.shown)])[stored.id, stored.shown]
        author = people.by_id(tx, [stored.author_id])[stored.author_id]
        post = posts.by_id(tx, [stored.post_id])[stored.post_id]
    return Reported(
        message_id=stored.id,
        name=author.shown_name or author.handle,
        text=words.text,
        url=post.url,
        language=post.language,
    )


def report(
    site: Site, ref_id: str, reason: str, *, sender: str, mail: str = "", language: str = ""
) -> str:
    """Keep a report; the token of the page that tells what became of it. Raises `CannotComment`.

    `mail`: where the answer is sent, too, in `language`; kept until then, by a site with letters.
    """
    said, now = clean(reason).strip(), site.clock()
    mail = mail.strip() if site.mail else ""
    if not said:
        raise CannotComment(NO_REASON)
    if len(said) > LONGEST:
        raise CannotComment(TOO_LONG)
    if mail and not is_mail(mail):
        raise CannotComment(BAD_MAIL)
    token = keyed(key_of(site), "report", ref_id, said, sender, mail)
    with site.store.write() as tx:
        stored = _shown(tx, ref_id)
        if stored is None:
            raise CannotComment(NO_PAGE)
        if reports.count_since(tx, now - DAY, sender=sender) >= MOST_IN_A_DAY:
            raise TooMany("too-many")
        reports.add(
            tx,
            stored.id,
            token=token,
            sender=sender,
            reason=said,
            now=now,
            mail=mail,
            language=language,
        )
        events.record(tx, "reported", [f"message:{stored.id}"], now=now)
    site.wake("desk", None)
    return token


def outcome(site: Site, token: str) -> Report | None:
    """What became of a report; None for a link that opens none."""
    with site.store.read() as tx:
        return reports.of_token(tx, token)


def settle(
    site: Site, message_id: int, revision: int, *, removed: bool, answer: str, by: str
) -> None:
    """Tell everybody who reported a message whether it stays, and why. Raises `CannotDecide`."""
    if removed:
        decide(site, message_id, revision, Verdict.REJECT, by=by, rule="report", reason=answer)
    now = site.clock()
    with site.store.write() as tx:
        stands = REMOVED if removed else STAYS
        told = reports.answer(
            tx, message_id, outcome=stands, text=clean(answer).strip(), by=by, now=now
        )
        if not told and not removed:
            raise CannotDecide("Somebody answered these reports before you.")
        events.record(tx, "report-answered", [f"message:{message_id}"], now=now, by=by)
    site.wake("desk", None)
    site.wake("letters", None)


def _shown(tx: Transaction, ref_id: str) -> StoredMessage | None:
    return next((m for m in messages.of_ref(tx, ref_id) if m.visible), None)
