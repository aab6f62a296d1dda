"""The words of a file, stored in batches where they are not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from syndication.archives import Archive, Entry, Tombstone
from syndication.archives.nouns import NOWHERE, SPACE
from syndication.model import Author, Decision, Message, Ref, Verdict
from syndication.steps.collect import verified
from syndication.steps.forget import forget_barred
from syndication.steps.importing import histories
from syndication.steps.importing.facts import import_facts
from syndication.steps.importing.plan import Plan, plan
from syndication.steps.importing.report import Imported
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    accounts,
    copies,
    events,
    messages,
    people,
    posts,
    tombstones,
)
from syndication.store.messages import NewMessage

RULE = "import"
BATCH = 500
OUR_OWN = "json"


def import_archive(site: Site, archive: Archive, *, dry_run: bool = False) -> Imported:
    """Store what `archive` has and we have not; with `dry_run`, only tell.

    Raises `ArchiveError` for a file that cannot be read, `NoArticles` for a site without any.
    """
    report = Imported()
    if not dry_run:
        _know_ourselves(site)
    places = plan(site, archive, report)
    seen: set[str] = set()
    barred: set[str] = set()
    records = (r for r in archive.records() if isinstance(r, Entry | Tombstone))
    entries = (r for r in records if isinstance(r, Tombstone) or not _known_already(r, seen))
    while batch := list(islice(entries, BATCH)):
        ready = list(_placed(site, batch, places, report))
        erased = [r.digest for r in batch if isinstance(r, Tombstone)]
        if dry_run:
            with site.store.read() as tx:
                _news(tx, ready, report)
            continue
        with site.store.write() as tx:
            barred |= tombstones.put_digests(tx, erased, now=site.clock())
            _store(site, tx, _news(tx, ready, report), places)
    report.left_behind = Counter(archive.reading.counts)
    if archive.format == OUR_OWN:  # no other has any
        import_facts(site, archive, places, report, dry_run=dry_run)
    if barred and (gone := forget_barred(site, barred)):
        report.counts["erased where the file was made"] = gone
    if (report.new or report.facts.total()) and not dry_run:
        site.wake("desk", None)
        site.wake("export", None)
    return report


def _know_ourselves(site: Site) -> None:
    """The site's own web is connected by no command, so who we are there is known from now on.

    Else our answers would be a stranger's. Asks nobody.
    """
    with site.store.read() as tx:
        rows = accounts.all_accounts(tx)
    for name in site.accounts:
        if not site.network_of(name).needs_secrets:
            verified(site, rows[name])


def _known_already(entry: Entry, seen: set[str]) -> bool:
    """Does the file have an entry of this id before?"""
    if entry.id in seen:
        return True
    seen.add(entry.id)
    return False


def _placed(
    site: Site, batch: Sequence[Entry | Tombstone], places: Plan, report: Imported
) -> Iterator[tuple[Entry, Message]]:
    """The entries that have an article and say something, with their words."""
    for entry in batch:
        if isinstance(entry, Tombstone) or entry.page not in (*places.posts, NOWHERE):
            continue
        message = entry.message()
        if not (message.words.text or message.words.pictures):
            report.counts["without words"] += 1
            continue
        placed = places.posts.get(entry.page)
        parent = places.parents.get(entry.id) if placed else entry.parent
        reply_to = Ref(space=message.ref.space, id=parent) if parent else None
        author = _named(site, message.author, placed.language if placed else "")
        yield entry, replace(message, reply_to=reply_to, author=author)


def _named(site: Site, author: Author, language: str) -> Author:
    """Somebody with a name, be it none."""
    if author.name or author.handle:
        return author
    return replace(author, name=site.catalogues.get(language).gettext("Anonymous"))


def _news(
    tx: Transaction, ready: Sequence[tuple[Entry, Message]], report: Imported
) -> list[tuple[Entry, Message]]:
    """Those that are not stored, were not erased, and are not our own copies."""
    news: list[tuple[Entry, Message]] = []
    for space in {message.ref.space for _, message in ready}:
        here = [(entry, message) for entry, message in ready if message.ref.space == space]
        ids = [message.ref.id for _, message in here]
        known = messages.known(tx, space, ids).keys() | copies.by_ref(tx, space, ids).keys()
        erased = tombstones.among_ids(tx, space, ids)
        authors = (message.author.ref.id for _, message in here)
        objecting = tombstones.among_ids(tx, space, authors, of=tombstones.AUTHOR)
        for entry, message in here:
            if message.ref.id in known:
                report.counts["known before"] += 1
            elif message.ref.id in erased or message.author.ref.id in objecting:
                report.counts["erased here before"] += 1
            else:
                report.verdicts[entry.verdict] += 1
                news.append((entry, message))
    return news


def _store(
    site: Site, tx: Transaction, news: Sequence[tuple[Entry, Message]], places: Plan
) -> None:
    now = site.clock()
    authors: dict[tuple[str, str], int] = {}
    for network in {entry.network for entry, _ in news}:
        here = [message.author for entry, message in news if entry.network == network]
        authors |= people.met(tx, here, network=network, now=now)
    rows = [
        NewMessage(
            message=message,
            network=entry.network,
            author_id=authors[message.author.ref.space, message.author.ref.id],
            post_id=places.posts[entry.page].id if entry.page != NOWHERE else None,
            copy_id=None,
            decision=Decision(
                verdict=entry.verdict,
                by="rules",
                rule=RULE,
                trace=(f"{RULE}: {entry.verdict} in the file",),
            ),
        )
        for entry, message in news
    ]
    ids = messages.add(tx, rows, account=RULE, via=RULE, now=now)
    for id_, (entry, _) in zip(ids, news, strict=True):
        if entry.history is not None:
            histories.put(tx, id_, entry.history())
    for account, seen in _sightings(site, ids, news).items():
        messages.sighted(tx, seen, account=account, via=RULE, now=now)
    events.record(tx, "taken-in", [f"message:{id_}" for id_ in ids], now=now, via=RULE)
    shown = {row.post_id for row in rows if row.decision.verdict == Verdict.APPROVE}
    posts.mark_for_export(tx, shown, now=now)


def _sightings(
    site: Site, ids: Sequence[int], news: Sequence[tuple[Entry, Message]]
) -> dict[str, list[tuple[int, str | None]]]:
    """account → what it had seen: it looks whether that is still there, and can answer it.

    Comments of a website are for the account through which this one hears its visitors.
    """
    here = tuple((name, None) for name, one in site.accounts.items() if one.network == SPACE)
    found: dict[str, list[tuple[int, str | None]]] = {}
    for id_, (entry, _) in zip(ids, news, strict=True):
        for account, local in entry.seen or (here if entry.network == SPACE else ()):
            found.setdefault(account, []).append((id_, local))
    return found
