"""Consult: where the settings ask for it, a service says what it takes a comment for.

1. Only comments of our own form, and only those that no rule sorted out and no person decided.
2. Nobody waits for it: the comment is kept and waits for a person meanwhile. What the service says
   is one more rule in the trace; where it is down for a day, it says nothing.
3. When a person decides otherwise than the service said, the service is told.

Cost: one request a comment, one for each such decision. At the first failure the rest waits for
the next minute.
"""

from __future__ import annotations

import logging

from syndication.model import Decision, Verdict
from syndication.networks.contract import NetworkError, Rejected
from syndication.rules.spam.submission import Submission
from syndication.steps.site import Site
from syndication.store import Transaction, comments, marks, messages, opinions, people, posts
from syndication.store.messages import StoredMessage
from syndication.store.opinions import HAM, SPAM, Opinion

log = logging.getLogger(__name__)

AT_ONCE = 20
RULES = "rules"


def consult(site: Site) -> int:
    """Ask about comments that wait, tell of decisions that differ; how many of both."""
    if site.service is None:
        return 0
    with site.store.read() as tx:
        waiting = opinions.to_ask(tx, limit=AT_ONCE)
        differing = opinions.to_tell(tx, limit=AT_ONCE)
    done, problem = 0, None
    try:
        for opinion in waiting:
            done += _ask(site, opinion)
        for opinion, said in differing:
            done += _tell(site, opinion, said)
    except NetworkError as error:
        problem = str(error)
    _note(site, problem, asked=bool(waiting or differing))
    return done


def ask_about(site: Site, tx: Transaction, message_id: int, *, address: str = "") -> None:
    """The newest words of a comment are to be asked about, if they wait for a person."""
    stored = messages.get(tx, message_id)
    if site.service is not None and stored is not None and stored.verdict == Verdict.HOLD:
        opinions.ask(tx, message_id, stored.revision, address=address, now=site.clock())


def _ask(site: Site, opinion: Opinion) -> bool:
    assert site.service is not None  # noqa: S101 - `consult` asked
    with site.store.read() as tx:
        submission = _submission(tx, opinion) if _open(tx, opinion) else None
    if submission is None:
        with site.store.write() as tx:
            opinions.drop(tx, opinion)
        return False
    try:
        spam = site.service.is_spam(submission)
    except Rejected as error:  # it will never take these words
        log.warning("%s", error)
        with site.store.write() as tx:
            opinions.drop(tx, opinion)
        return False
    with site.store.write() as tx:
        stored = _open(tx, opinion)
        if opinions.settle(tx, opinion, SPAM if spam else HAM) and stored is not None:
            _judge(site, tx, stored, spam=spam)
    site.wake("desk", None)
    return True


def _tell(site: Site, opinion: Opinion, said: str) -> bool:
    assert site.service is not None  # noqa: S101 - `consult` asked
    with site.store.read() as tx:
        submission = _submission(tx, opinion)
    if submission is not None:
        try:
            site.service.tell(submission, spam=said == SPAM)
        except Rejected as error:
            log.warning("%s", error)
    with site.store.write() as tx:
        return opinions.settle(tx, opinion, said)


def _open(tx: Transaction, opinion: Opinion) -> StoredMessage | None:
    """The comment, while these are its words and only rules judged them."""
    stored = messages.get(tx, opinion.message_id)
    last = messages.last_decision(tx, opinion.message_id)
    if stored is None or last is None or stored.revision != opinion.revision:
        return None
    return stored if stored.verdict == Verdict.HOLD and last.by == RULES else None


def _judge(site: Site, tx: Transaction, stored: StoredMessage, *, spam: bool) -> None:
    """One more rule was asked: the trace of before with its line, and what follows from it."""
    assert site.service is not None  # noqa: S101 - `consult` asked
    last = messages.last_decision(tx, stored.id)
    assert last is not None  # noqa: S101 - `_open` found it
    rule = f"{site.service.name.lower()} (says: {'advertising' if spam else 'none'})"
    *before, final = last.trace or [f"{last.rule}: {last.verdict}"]
    if spam:
        trace = (*before, f"{rule}: {Verdict.SPAM}")
        decision = Decision(verdict=Verdict.SPAM, by=RULES, rule=rule, trace=trace)
    else:
        trace = (*before, f"{rule}: no answer", final)
        decision = Decision(verdict=Verdict.HOLD, by=RULES, rule=str(last.rule), trace=trace)
    messages.decide(tx, stored, decision, revision=stored.revision, now=site.clock())
    if spam and stored.shown is not None:
        posts.mark_for_export(tx, [stored.post_id], now=site.clock())


def _submission(tx: Transaction, opinion: Opinion) -> Submission | None:
    stored = messages.get(tx, opinion.message_id)
    comment = comments.of_message(tx, opinion.message_id)
    if stored is None or comment is None or stored.post_id is None:
        return None
    said = messages.words(tx, [(stored.id, opinion.revision)])[stored.id, opinion.revision]
    author = people.by_id(tx, [stored.author_id])[stored.author_id]
    return Submission(
        name=author.name,
        website=author.url or "",
        text=said.text,
        page=posts.by_id(tx, [stored.post_id])[stored.post_id].url,
        language=said.language,
        written=stored.written,
        address=opinion.address or "",
        edited=opinion.revision > 1,
    )


def _note(site: Site, problem: str | None, *, asked: bool) -> None:
    """Keep what is wrong for `tertulia status`, and say it once."""
    with site.store.read() as tx:
        before = marks.get(tx, marks.SERVICE_PROBLEM)
    if before == problem or (problem is None and not asked):
        return
    if problem:
        log.error("comments wait for a person alone: %s", problem)
    with site.store.write() as tx:
        marks.put(tx, marks.SERVICE_PROBLEM, problem)
