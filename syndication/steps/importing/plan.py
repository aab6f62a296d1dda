"""Where the entries of a file go: known of it before its words are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from syndication.archives import Archive, Deleted, Entry, Page
from syndication.archives.facts import Copied, Reacted
from syndication.archives.matching import Articles
from syndication.archives.nouns import NOWHERE
from syndication.archives.threading import Threads
from syndication.steps.importing.report import Imported, Orphan
from syndication.steps.site import Site
from syndication.store import Transaction, copies, messages, posts
from syndication.store.posts import StoredPost


class NoArticles(Exception):
    """There is nothing that comments could belong to yet."""

    def __init__(self) -> None:
        super().__init__(
            "no article is known yet: build the site for its public address, let"
            " 'tertulia publish' read it, then import again"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the entries of a file go."""

    posts: Mapping[str, StoredPost]  # `Page.key` → the article that is meant
    parents: Mapping[str, str]  # `Entry.id` → what it answers


def plan(site: Site, archive: Archive, report: Imported) -> Plan:
    """Read the skeleton of `archive`; what has no place here goes into `report`.

    Raises `ArchiveError` and `NoArticles`.
    """
    threads, pages, named = _skeleton(archive, report)
    with site.store.read() as tx:
        paths = posts.all_paths(tx)
        known = _answered_here(tx, threads)
        stored = {post.id: post for post in posts.everything(tx)}
    if not paths:
        raise NoArticles
    articles = Articles(paths, site.url)
    found: dict[str, StoredPost] = {}
    for key, count in (named + threads.entries_by_page()).items():
        if key == NOWHERE:
            continue
        page = pages.get(key) or Page(key=key, urls=(key,))
        if (post := articles.find(page)) is not None:
            found[key] = stored[post]
            continue
        report.counts["without an article"] += count
        address = next(iter(page.urls), page.slug or page.key)
        report.orphans.append(Orphan(address=address, title=page.title, entries=count))
    threads.gather(_one_name_each(found))
    parents, wrong = threads.settle(known)
    report.misplaced = {id_: why for id_, why in wrong.items() if threads.nodes[id_].page in found}
    return Plan(posts=found, parents=parents)


def _one_name_each(found: Mapping[str, StoredPost]) -> dict[str, str]:
    """Page names of the file → the first one that means the same article."""
    first: dict[int, str] = {}
    return {key: first.setdefault(post.id, key) for key, post in found.items()}


def _skeleton(archive: Archive, report: Imported) -> tuple[Threads, dict[str, Page], Counter[str]]:
    """Who answers whom, the pages, and how many facts name each page."""
    threads, named = Threads(), Counter[str]()
    pages: dict[str, Page] = {}
    for record in archive.records():
        if isinstance(record, Page):
            pages[record.key] = record
        elif isinstance(record, Copied | Reacted):
            named[record.page] += 1
        elif isinstance(record, Entry | Deleted):
            if not threads.add(record):
                report.counts["there twice"] += 1
            elif isinstance(record, Deleted):
                report.counts["deleted there"] += 1
    return threads, pages, named


def _answered_here(tx: Transaction, threads: Threads) -> set[str]:
    """Ids outside of the file that its entries answer and that we know: ours among them."""
    outside = {n.parent for n in threads.nodes.values() if n.parent} - threads.nodes.keys()
    return messages.known_ids(tx, outside) | copies.known_ids(tx, outside)
