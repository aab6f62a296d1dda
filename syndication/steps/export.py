"""Export: what was approved becomes documents of the site, and what was withdrawn leaves them.

1. Mark the build as due, so that a crash after this line forgets nothing.
2. Write the document of each post that is due, whole or not at all and only when it differs.
3. Fetch the pictures that these documents would like and write those again that got one.
4. Remove pictures that nothing refers to, and refresh site.json.

Cost: a few queries and at most one file for each post that is due; nothing when none is.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from syndication import exchange
from syndication.exchange import (
    Discussion,
    Syndicated,
    continued_path,
    discussion_files,
    replace_file,
    site_bytes,
)
from syndication.steps import pictures as picture_files
from syndication.steps.conversation import discussion_of, shown_of, utterance
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, marks, messages, pictures, posts
from syndication.store.posts import StoredPost

log = logging.getLogger("tertulia")

BATCH = 200
LATEST = 10
"""How many of the newest approved words site.json offers to themes."""


def export(site: Site) -> tuple[str, ...]:
    """Write what is due; the paths of the pages whose document changed.

    Raises `OSError` (full disk, read-only folder); what was not written stays due.
    """
    changed: list[str] = []
    while True:
        with site.store.read() as tx:
            due = posts.due_for_export(tx, BATCH)
        if not due:
            break
        changed += _write_pages(site, due)
    if changed or not (site.discussion / "site.json").exists():
        _refresh_site(site)
    return tuple(dict.fromkeys(changed))


def _write_pages(site: Site, due: list[tuple[StoredPost, datetime]]) -> list[str]:
    changed = []
    for post, mark in due:
        with site.store.read() as tx:
            discussion, wanted = discussion_of(site, tx, post)
        written = write_page(site, post, discussion)
        if wanted and picture_files.fetch_missing(site, wanted):
            with site.store.read() as tx:
                discussion, _ = discussion_of(site, tx, post)
            written = write_page(site, post, discussion) or written
        with site.store.write() as tx:
            posts.exported(tx, post.id, mark)
        if written:
            changed.append(post.path)
    return changed


def write_page(site: Site, post: StoredPost, discussion: Discussion) -> bool:
    """Bring the files of one page in line with its discussion; True when a byte changed."""
    files = {} if discussion.empty else discussion_files(discussion)
    stale = _stale_files(site, post, set(files))
    differs = stale or any(_differs(site, name, data) for name, data in files.items())
    if not differs:
        return False
    _build_due(site)
    for name in reversed(files):
        replace_file(site.discussion / name, files[name])
    for name in stale:
        (site.discussion / name).unlink(missing_ok=True)
    return True


def _stale_files(site: Site, post: StoredPost, kept: set[str]) -> list[str]:
    """Files of this page that it needs no more: shorter now, empty, or under a former path."""
    with site.store.read() as tx:
        paths = posts.paths_of(tx, post.id)
    candidates = []
    for path in paths:
        number = 1
        while (site.discussion / (name := continued_path(path, number))).exists():
            candidates.append(name)
            number += 1
    return [name for name in candidates if name not in kept]


def _differs(site: Site, name: str, data: bytes) -> bool:
    try:
        return (site.discussion / name).read_bytes() != data
    except FileNotFoundError:
        return True


def _build_due(site: Site) -> None:
    """The site must be built again; the first mark keeps its time, each its own token."""
    with site.store.write() as tx:
        old = marks.get(tx, marks.BUILD_DUE)
        since = old["since"] if old else site.clock().isoformat()
        marks.put(tx, marks.BUILD_DUE, {"since": since, "token": str(uuid4())})
    site.wake("build", None)


def _refresh_site(site: Site) -> None:
    """site.json, and no picture more than is shown."""
    with site.store.read() as tx:
        visible = messages.visible(tx)
        urls = shown_of(tx, visible).picture_urls()
        facts = _facts(site, tx)
    picture_files.prune(site, urls)
    if _differs(site, "site.json", data := site_bytes(facts)):
        _build_due(site)
        replace_file(site.discussion / "site.json", data)


def _facts(site: Site, tx: Transaction) -> exchange.Site:
    rows = [row for row in accounts.all_accounts(tx).values() if row.name in site.accounts]
    limits: dict[str, dict[str, int | bool | None]] = {}
    for row in rows:
        network = site.networks[row.network]
        counting = asdict(row.counting(network.limits)) | {"chain": site.chain}
        known = limits.get(row.network)
        if known is None or counting["characters"] < (known["characters"] or 0):
            limits[row.network] = counting
    newest = [m for m in messages.visible(tx, newest=LATEST) if m.post_id is not None]
    shown = shown_of(tx, newest)
    files = pictures.by_url(tx, shown.picture_urls())
    pages = posts.by_id(tx, (m.post_id for m in newest if m.post_id is not None))
    return exchange.Site(
        accounts=tuple(
            Syndicated(network=row.network, account=row.handle, url=row.url)
            for row in rows
            if row.url
        ),
        limits=limits,
        endpoints=site.endpoints,
        retention_days=site.retention_days,
        contact=site.contact,
        latest=tuple(
            (pages[m.post_id].path, utterance(site, shown, m, files))
            for m in newest
            if m.post_id in pages
        ),
    )
