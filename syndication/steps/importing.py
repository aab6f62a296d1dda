"""Import: the conversations of another system, or of an archive, come to the articles they are of.

1. The file is read once for its skeleton: which pages and entries there are, who answers whom.
2. Each page is matched with an article by its addresses and short name. What finds none is an
   orphan: it is listed, not stored, and finds its place when the file is imported again, after the
   article has said ``Aliases: /its/old/path/``.
3. The file is read again for the words, and what is not known is stored, page by page in batches,
   each a transaction. Another import of the same file adds nothing, so one that was interrupted is
   simply begun again.

What was decided there is decided here, by the rule ``import``. What was erased here stays erased.
Cost: eight statements a batch; in memory the ids of the file.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from syndication.archives import Archive, Deleted, Entry, Page, Reading, Tombstone
from syndication.archives.matching import Articles
from syndication.archives.nouns import SPACE
from syndication.archives.threading import Threads
from syndication.model import Author, Decision, Message, Ref, Verdict
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    copies,
    events,
    marks,
    messages,
    people,
    posts,
    tombstones,
)
from syndication.store.messages import NewMessage
from syndication.store.posts import StoredPost

RULE = "import"
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A page that is no article of ours, as far as can be told."""

    address: str
    title: str
    entries: int


@dataclass(slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    verdicts: Counter[str] = field(default_factory=Counter)  # new ones, as they were decided
    counts: Counter[str] = field(default_factory=Counter)  # of those that were not, by why
    orphans: list[Orphan] = field(default_factory=list)
    misplaced: dict[str, str] = field(default_factory=dict)  # id → what is wrong with its place
    left_behind: Counter[str] = field(default_factory=Counter)  # emails, addresses, mended

    @property
    def new(self) -> int:
        """How many entries were stored, or would be."""
        return self.verdicts.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is known of the file before its words are read."""

    posts: Mapping[str, StoredPost]  # `Page.key` → the article that is meant
    parents: Mapping[str, str]  # `Entry.id` → what it answers


class NoArticles(Exception):
    """There is nothing that comments could belong to yet."""

    def __init__(self) -> None:
        super().__init__(
            "no article is known yet: build the site for its public address, let"
            " 'tertulia publish' read it, then import again"
        )


def reading_of(site: Site, *, dry_run: bool = False) -> Reading:
    """What a reader of archives is told of this site."""
    key = _key(site, dry_run=dry_run)

    def pseudonym(known_by: str) -> str:
        return hmac.new(key, known_by.encode(), hashlib.sha256).hexdigest()[:32]

    return Reading(home=site.url, pseudonym=pseudonym)


def import_archive(site: Site, archive: Archive, *, dry_run: bool = False) -> Imported:
    """Store what `archive` has and we have not; with `dry_run`, only tell.

    Raises `ArchiveError` for a file that cannot be read, `NoArticles` for a site without any.
    """
    report = Imported()
    plan = _plan(site, archive, report)
    seen: set[str] = set()
    records = (r for r in archive.records() if isinstance(r, Entry | Tombstone))
    entries = (r for r in records if isinstance(r, Tombstone) or not _known_already(r, seen))
    while batch := list(islice(entries, BATCH)):
        ready = list(_placed(site, batch, plan, report))
        erased = [r.digest for r in batch if isinstance(r, Tombstone)]
        if dry_run:
            with site.store.read() as tx:
                _news(tx, ready, report)
            continue
        with site.store.write() as tx:
            tombstones.put_digests(tx, erased, now=site.clock())
            _store(site, tx, _news(tx, ready, report), plan)
    report.left_behind = Counter(archive.reading.counts)
    if report.new and not dry_run:
        site.wake("desk", None)
        site.wake("export", None)
    return report


def _known_already(entry: Entry, seen: set[str]) -> bool:
    """Does the file have an entry of this id before?"""
    if entry.id in seen:
        return True
    seen.add(entry.id)
    return False


def _plan(site: Site, archive: Archive, report: Imported) -> _Plan:
    pages: dict[str, Page] = {}
    threads = Threads()
    on_page: Counter[str] = Counter()
    for record in archive.records():
        if isinstance(record, Page):
            pages[record.key] = record
        elif isinstance(record, Entry | Deleted):
            if not threads.add(record):
                report.counts["there twice"] += 1
            elif isinstance(record, Deleted):
                report.counts["deleted there"] += 1
            else:
                on_page[record.page] += 1
    with site.store.read() as tx:
        paths = posts.all_paths(tx)
        known = _answered_here(tx, threads)
        stored = {post.id: post for post in posts.everything(tx)}
    if not paths:
        raise NoArticles
    articles = Articles(paths, site.url)
    found: dict[str, StoredPost] = {}
    for key, count in on_page.items():
        page = pages.get(key) or Page(key=key, urls=(key,))
        if (post := articles.find(page)) is not None:
            found[key] = stored[post]
            continue
        report.counts["without an article"] += count
        address = next(iter(page.urls), page.slug or page.key)
        report.orphans.append(Orphan(address=address, title=page.title, entries=count))
    parents, wrong = threads.settle(known)
    report.misplaced = {id_: why for id_, why in wrong.items() if threads.nodes[id_].page in found}
    return _Plan(posts=found, parents=parents)


def _answered_here(tx: Transaction, threads: Threads) -> set[str]:
    """Ids outside of the file that its entries answer and that we know: ours among them."""
    outside = {n.parent for n in threads.nodes.values() if n.parent} - threads.nodes.keys()
    return messages.known_ids(tx, outside) | copies.known_ids(tx, outside)


def _placed(
    site: Site, batch: Sequence[Entry | Tombstone], plan: _Plan, report: Imported
) -> Iterator[tuple[Entry, Message]]:
    """The entries that have an article and say something, with their words."""
    for entry in batch:
        if isinstance(entry, Tombstone) or entry.page not in plan.posts:
            continue
        message = entry.message()
        if not (message.words.text or message.words.pictures):
            report.counts["without words"] += 1
            continue
        parent = plan.parents.get(entry.id)
        reply_to = Ref(space=message.ref.space, id=parent) if parent else None
        author = _named(site, message.author, plan.posts[entry.page].language)
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


def _store(site: Site, tx: Transaction, news: Sequence[tuple[Entry, Message]], plan: _Plan) -> None:
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
            post_id=plan.posts[entry.page].id,
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


def _key(site: Site, *, dry_run: bool) -> bytes:
    """What makes pseudonyms of this site's own; made once."""
    with site.store.read() as tx:
        kept = marks.get(tx, marks.IMPORT_KEY)
    if kept is None:
        kept = secrets.token_hex(32)
        if not dry_run:
            with site.store.write() as tx:
                marks.put(tx, marks.IMPORT_KEY, kept)
    return bytes.fromhex(kept)
