"""Archive: everything that a site has, as records of an archive.

Held, rejected and spam are in it with every wording, who decided what when and by which rule; our
copies and answers with their names on their networks; what is counted under them; what is
watched, who is who, and, as digests, what was erased and who wants nothing of theirs here. It is
for the owner of the site, not for the site. Not in it: words that were erased, that their author
took back or nobody knows to be there, what was said in private, mail addresses, staff, settings.

`entries`: what was said. `histories`: what became of it. `facts`: all that nobody said.

One moment of the database is read, page by page: memory holds one page's conversation.
"""

from __future__ import annotations

from collections.abc import Iterator

from syndication.archives import Page, Tombstone
from syndication.archives.nouns import Record
from syndication.steps.archiving import entries, facts
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, messages, posts, tombstones


def records(site: Site, tx: Transaction) -> Iterator[Record]:
    """Tombstones and watches, each page with what concerns it, what has no page, who is who."""
    for digest in tombstones.digests(tx):
        yield Tombstone(digest=digest)
    yield from facts.watched(tx)
    ours = accounts.all_accounts(tx)
    former: dict[int, list[str]] = {}
    for path, post_id in sorted(posts.all_paths(tx).items()):
        former.setdefault(post_id, []).append(path)
    for post in posts.everything(tx):
        said = copies.of_posts(tx, [post.id])
        stored = messages.of_post(tx, post.id)
        there: list[Record] = [
            *facts.copied(tx, post, said),
            *facts.reacted(tx, post),
            *entries.of_page(site, tx, post, stored, said, ours),
        ]
        if there:
            paths = [path for path in former.get(post.id, []) if path != post.path]
            urls = (post.url, *paths)
            yield Page(key=post.url, urls=urls, title=post.title, published=post.published)
            yield from there
            yield from entries.taken_back(post, stored)
    yield from entries.unplaced(tx)
    yield from facts.related(tx)


__all__ = ["records"]
