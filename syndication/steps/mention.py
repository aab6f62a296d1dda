"""Mention: the pages that an article or an answer of ours links to are told of it.

`announce` calls this when the public address shows a page in other words than before, so nobody is
sent to look for what is not there. The page is read as everybody sees it; what it links to becomes
a copy for each target, and `send` is the door out, as for everything that we say:

- a new link is told; words around it that changed tell it again;
- a link that went is told once more, and so are all of an article that is gone.

Cost: one request for the page.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import CopyState, Draft, digest_of
from syndication.networks.contract import Rejected, Unavailable
from syndication.rules.discovery import site_paths
from syndication.rules.mentions import telling
from syndication.rules.outlinks import outlinks
from syndication.steps.drafting import source_of
from syndication.steps.site import Site
from syndication.store import Transaction, copies, messages, posts
from syndication.store.copies import Copy
from syndication.store.posts import StoredPost

LARGEST = 5_000_000


def mention(site: Site, account: str, url: str) -> int:
    """Bring what is told about the page at `url` in line with what it links to; how many changed.

    Raises `NetworkError` when the page cannot be read.
    """
    answer = site.fetch(url, accept="text/html", limit=LARGEST)
    if answer.status != 200:
        raise Unavailable(f"{url} answers {answer.status}")
    found = outlinks(answer.body.decode("utf-8", "replace"), url)
    path = next(site_paths([url], site.url), "")
    with site.store.write() as tx:
        post = posts.get(tx, posts.ids_of_paths(tx, [path]).get(path, 0))
        if post is None:
            raise Rejected(f"{url} is no page that is known")
        away = [link for link in found.targets if not any(site_paths([link], site.url))]
        wanted = dict.fromkeys([*away, *_answered(tx, post)], found.revision)
        changed = _bring_in_line(site, tx, account, post, wanted)
    if changed:
        site.wake("send", account)
    return changed


def _answered(tx: Transaction, post: StoredPost) -> list[str]:
    """The pages that our answers on this page answer, as it links to them."""
    ours = [c for c in copies.of_posts(tx, [post.id]) if c.source.startswith("answer:") and c.ref]
    asked = messages.by_id(tx, (c.answers_id for c in ours if c.answers_id))
    return [m.url for m in asked.values() if m.visible and m.url and m.network == "webmention"]


def _bring_in_line(
    site: Site, tx: Transaction, account: str, post: StoredPost, wanted: Mapping[str, str]
) -> int:
    source = source_of(post.id)
    rows = {c.part: c for c in copies.of_source(tx, source) if c.account == account}
    changed = 0
    for target, revision in wanted.items():
        draft = Draft(text=telling(target, revision), language=post.language, url=post.url)
        changed += _intend(site, tx, account, post, target, draft, rows.get(target))
    gone = [copy.id for part, copy in rows.items() if part not in wanted]
    if gone:
        changed += copies.take_back(tx, source, brake="", now=site.clock(), ids=gone)
    return changed


def _intend(
    site: Site,
    tx: Transaction,
    account: str,
    post: StoredPost,
    target: str,
    draft: Draft,
    row: Copy | None,
) -> bool:
    """Store that `target` is to be told, or told again; False when it was told this already."""
    now, source = site.clock(), source_of(post.id)
    key = digest_of([source, account, target, draft.digest])
    if row is None:
        copies.intend(
            tx,
            source=source,
            account=account,
            part=target,
            draft=draft,
            key=key,
            state=CopyState.READY,
            now=now,
            post_id=post.id,
        )
        return True
    if row.digest == draft.digest and row.state != CopyState.DELETED:
        return False
    if row.never_left or row.state == CopyState.DELETED:
        copies.redraft(tx, row.id, draft, brake="")
        return copies.intend_again(tx, row, draft, key=key, state=CopyState.READY, due_at=now)
    copies.redraft(tx, row.id, draft, brake="")
    return True
