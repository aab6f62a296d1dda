"""What an archive of ours has beside what was said: copies, reactions, watches, who is who.

Nothing that is known is overwritten. Cost: a few statements a fact.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from urllib.parse import urlsplit

from syndication.archives import Archive
from syndication.archives.facts import Copied, Fact, Reacted, Related, Watched
from syndication.model import Draft, Reaction
from syndication.steps.drafting import source_of
from syndication.steps.importing.plan import Plan
from syndication.steps.importing.report import Imported
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    archived_facts,
    copies,
    persons,
    posts,
    tombstones,
    watches,
)

BATCH = 500
LOOK_AGAIN = timedelta(days=7)
"""So often a reaction that somebody's page tells is looked at."""


class _RehearsedError(Exception):
    """Everything was tried, and nothing is kept."""


def import_facts(
    site: Site, archive: Archive, places: Plan, report: Imported, *, dry_run: bool
) -> None:
    """Store the facts of `archive` that are not known; with `dry_run`, only tell."""
    found = (r for r in archive.records() if isinstance(r, Fact))
    while batch := list(islice(found, BATCH)):
        try:
            with site.store.write() as tx:
                for fact in batch:
                    _take(site, tx, fact, places, report)
                if dry_run:
                    raise _RehearsedError
        except _RehearsedError:
            continue


def _take(site: Site, tx: Transaction, fact: Fact, places: Plan, report: Imported) -> None:
    if isinstance(fact, Copied):
        _take_copy(site, tx, fact, places, report)
    elif isinstance(fact, Reacted):
        _take_reaction(site, tx, fact, places, report)
    elif isinstance(fact, Watched):
        known = {(w.kind, w.query, w.language) for w in watches.everything(tx)}
        if (fact.kind, fact.query, fact.language) not in known:
            words = {"kind": fact.kind, "query": fact.query, "language": fact.language}
            watches.add(tx, **words, now=site.clock())
            report.facts["watches"] += 1
    else:
        report.facts["people"] += _take_relation(tx, fact)


def _take_copy(site: Site, tx: Transaction, fact: Copied, places: Plan, report: Imported) -> None:
    post = places.posts.get(fact.page)
    if post is None:
        return
    if fact.account not in site.accounts:
        report.counts["of an account that is not connected"] += 1
        return
    copy_id = archived_facts.put_copy(
        tx,
        source=source_of(post.id),
        account=fact.account,
        part=fact.part,
        post_id=post.id,
        draft=Draft(text=fact.text, language=fact.language, url=post.url),
        ref=fact.ref,
        sent=fact.sent,
    )
    if copy_id is None:
        return
    counted = [Reaction(on=fact.ref, kind=k, count=n) for k, n in fact.reactions.items()]
    copies.count_reactions(tx, copy_id, counted)
    posts.mark_for_export(tx, [post.id], now=site.clock())
    report.facts["copies"] += 1


def _take_reaction(
    site: Site, tx: Transaction, fact: Reacted, places: Plan, report: Imported
) -> None:
    post = places.posts.get(fact.page)
    if post is None or _objects(site, tx, fact):
        return
    new = archived_facts.put_reaction(
        tx,
        account=fact.account,
        ref_id=fact.id,
        source=fact.source,
        target=post.url,
        host=urlsplit(fact.source).hostname or "",
        kind=fact.kind,
        who=fact.who,
        post_id=post.id,
        again=site.clock() + LOOK_AGAIN,
    )
    if new:
        posts.mark_for_export(tx, [post.id], now=site.clock())
    report.facts["reactions"] += new


def _objects(site: Site, tx: Transaction, fact: Reacted) -> bool:
    """Does whoever reacted want nothing of theirs here?"""
    if fact.account not in site.accounts:
        return False
    space = site.network_of(fact.account).space
    return bool(tombstones.among_ids(tx, space, [fact.who], of=tombstones.AUTHOR))


def _take_relation(tx: Transaction, fact: Related) -> bool:
    """Is it new? Only about people of whom something is here."""
    one, other = (archived_facts.author_id(tx, *name) for name in fact.authors)
    if one is None or other is None or one == other or persons.pair(tx, one, other):
        return False
    persons.put(tx, one, other, fact.state, now=fact.at, evidence=fact.evidence, by=fact.by)
    return True
