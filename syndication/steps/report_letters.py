"""Report letters: one letter to whoever reported a message and gave an address for the answer.

The address is used for nothing else and forgotten with the letter, or when the mail server refuses
it for good. The letter has what staff answered and nothing that its reader did not know: whoever
gives another's address can put no words into it.
"""

from __future__ import annotations

from email.message import EmailMessage

from syndication.networks.contract import Rejected, Unavailable
from syndication.steps.letters import AT_ONCE, MOST_TRIES, wait_after, written
from syndication.steps.site import Site
from syndication.store import reports
from syndication.store.reports import STAYS, Waiting


def post_report_letters(site: Site) -> int:
    """Send the answers that became due; how many left."""
    if site.mail is None:
        return 0
    with site.store.read() as tx:
        waiting = reports.to_tell(tx, now=site.clock(), limit=AT_ONCE)
    return sum(_post(site, one) for one in waiting)


def _post(site: Site, waiting: Waiting) -> bool:
    assert site.mail is not None  # noqa: S101 - whoever calls asked
    left = True
    with site.store.write() as tx:
        if waiting.tries > MOST_TRIES:  # and nobody could store what came of the last one
            reports.told(tx, waiting.report.id)
            return False
        again = site.clock() + wait_after(waiting.tries)
        if not reports.claim_letter(tx, waiting, again=again):
            return False
    try:
        site.mail(_letter(site, waiting))
    except Unavailable:
        if waiting.tries < MOST_TRIES:
            return False
        left = False
    except Rejected:  # the address does not exist
        left = False
    with site.store.write() as tx:
        reports.told(tx, waiting.report.id)
    return left


def _letter(site: Site, waiting: Waiting) -> EmailMessage:
    _ = site.to_visitors.get(waiting.report.language).gettext
    report = waiting.report
    parts = [
        _("You reported a message at {site}.").format(site=site.name),
        _("We read the message again, and it stays.")
        if report.outcome == STAYS
        else _("Thank you. The message does not stand on our pages any more."),
    ]
    if report.answer:
        said = "\n".join(f"> {line}" for line in report.answer.splitlines())
        parts += [_("Our answer:"), said]
    parts.append(_("This is the only letter about it. Your address is not kept any longer."))
    subject = _("Your report at {site}").format(site=site.name)
    return written(waiting.mail, subject, "\n\n".join(parts))
