"""Decide: a person reads one revision and says what becomes of it.

Invariant: a decision holds for the revision that was read. Whoever decides on words that changed
meanwhile is told so and reads again.
"""

from __future__ import annotations

from syndication.model import ANSWERABLE, WITHHELD, Decision, Upstream, Verdict
from syndication.steps.hide import mirror
from syndication.steps.site import Site
from syndication.store import Transaction, events, hidings, messages, posts
from syndication.store.messages import StoredMessage


class CannotDecide(Exception):
    """The decision does not hold; the message says why, for the person who made it."""


class Vanished(CannotDecide):
    """The message was deleted by its author, or never was."""


class Changed(CannotDecide):
    """The words that were read are not the newest any more."""


class Private(CannotDecide):
    """Private words are never shown on the site."""


class KeptBack(CannotDecide):
    """Public words that their author, a label or the network keeps off pages."""


def decide(
    site: Site,
    message_id: int,
    revision: int,
    verdict: Verdict,
    *,
    by: str,
    rule: str = "person",
    reason: str = "",
) -> None:
    """Approve, hold, reject or mark as spam what `by` has read; `reason` is for its writer.

    What we hid upstream ourselves can be approved: it is shown again there, and then here.
    Raises `Vanished`, `Changed`, `Private` or `KeptBack` (all `CannotDecide`).
    """
    now = site.clock()
    with site.store.write() as tx:
        stored = _present(tx, message_id)
        if stored.revision != revision:
            raise Changed("These words were edited after you read them. Please read them again.")
        hidden_by_us = message_id in hidings.ours(tx, [message_id])
        if verdict == Verdict.APPROVE and stored.visibility == WITHHELD and not hidden_by_us:
            raise KeptBack(
                "Its author, a label or the network keeps this off public pages for now."
            )
        if verdict == Verdict.APPROVE and stored.visibility not in ANSWERABLE:
            raise Private("This was written to us in private. It cannot be shown on the site.")
        if stored.verdict == verdict:
            return
        decision = Decision(verdict=verdict, by=by, rule=rule, reason=reason)
        messages.decide(tx, stored, decision, revision=revision, now=now)
        events.record(tx, verdict, [f"message:{message_id}"], now=now, by=by)
        # Approving also shows the name and the face under which the words stand.
        others = [stored.author_id] if verdict == Verdict.APPROVE else []
        pages = messages.pages_of_authors(tx, others)
        posts.mark_for_export(tx, [stored.post_id, *pages], now=now)
        mirrored = mirror(site, tx, stored, verdict)
    _wake(site, mirrored)


def undo(site: Site, message_id: int, *, by: str) -> None:
    """Take the last decision of a person back: what was before it is so again.

    Raises `Vanished`, `Changed` when the words changed since, or `CannotDecide` when there is
    nothing to undo.
    """
    now = site.clock()
    with site.store.write() as tx:
        stored = _present(tx, message_id)
        last = messages.last_decision(tx, message_id)
        if last is not None and last.rule == "edited":
            raise Changed("These words were edited since that decision. Please read them again.")
        if last is None or last.by == "rules" or last.rule == "undo":
            raise CannotDecide("There is no decision to undo.")
        verdict = Verdict(last.before["verdict"])
        decision = Decision(verdict=verdict, by=by, rule="undo")
        messages.decide(tx, stored, decision, revision=stored.revision, now=now)
        messages.restore(tx, stored, verdict=verdict, shown=last.before["shown"])
        events.record(tx, "undo", [f"message:{message_id}"], now=now, by=by)
        posts.mark_for_export(tx, [stored.post_id], now=now)
        mirrored = mirror(site, tx, stored, verdict)
    _wake(site, mirrored)


def _wake(site: Site, mirrored: str | None) -> None:
    site.wake("export", None)
    if mirrored is not None:
        site.wake("hide", mirrored)


def _present(tx: Transaction, message_id: int) -> StoredMessage:
    stored = messages.get(tx, message_id)
    if stored is None or stored.upstream == Upstream.GONE:
        raise Vanished("This message is not there any more; perhaps its author deleted it.")
    return stored
