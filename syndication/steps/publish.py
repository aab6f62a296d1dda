"""Publish: from the outbox to copies that are ready to leave (POSSE).

1. Read the outbox whole; one that is missing, halved or foreign is no news at all.
2. What is new becomes a draft for each account that wants it, stored as a copy that is `written`;
   what changed in what a copy says is drafted again; what vanished is remembered.
3. The brakes of `rules.brakes` hold back whatever a person should look at first.
4. A written copy becomes `ready` when it is old enough and the public address shows the post in
   these words. `steps.send` is the door out.
5. A copy is taken back only when the post is still missing at a later reading and its address
   answers 404 or 410.

Cost: the file's digest, or one conditional request, while the outbox is the same; then 0.2 s for
10,000 posts, and for each post that is about to leave one request to the site, plus one for its
outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syndication.exchange import Outbox
from syndication.model import CopyState, Post
from syndication.rules import brakes
from syndication.rules.discovery import site_paths
from syndication.steps import drafting, live
from syndication.steps import outbox as outboxes
from syndication.steps.announce import take_note
from syndication.steps.drafting import source_of
from syndication.steps.site import Site
from syndication.store import Transaction, copies, events, marks, posts
from syndication.store.copies import Copy
from syndication.store.posts import StoredPost

NOT_LIVE = "waits until the public address shows the post"


class NoSuchPost(Exception):
    """The outbox has no such post; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one run did. `planned` is what stands in line, for a dry run to show."""

    new: int = 0
    changed: int = 0
    vanished: int = 0
    made_ready: int = 0
    first_run: bool = False
    planned: tuple[Copy, ...] = ()


class _DryRun(Exception):
    """Carries the result out of a transaction that is to be undone."""

    def __init__(self, result: Published) -> None:
        self.result = result


def publish(site: Site, *, dry_run: bool = False) -> Published:
    """Bring the copies in line with the outbox. Raises as `outbox.read` does."""
    if dry_run:
        return _rehearse(site, outboxes.read(site))
    with site.store.read() as tx:
        mark = marks.get(tx, marks.OUTBOX) or {}
    before = outboxes.Loaded(data=b"", **mark) if mark else None
    loaded = outboxes.load(site, before=before)
    result = Published()
    if before is None or loaded.digest != before.digest:
        outbox = outboxes.parse(site, loaded.data)
        with site.store.write() as tx:
            result = _absorb(site, tx, outbox)
            news = take_note(site, tx, outbox)
            marks.put(tx, marks.OUTBOX, {"digest": loaded.digest, "etag": loaded.etag})
        if news:
            site.wake("announce", None)
    take_back(site)
    ready = confirm(site)
    if ready:
        site.wake("send", None)
    return replace(result, made_ready=ready)


def release(site: Site, urls: Sequence[str] = (), *, deletions: bool = False) -> int:
    """Lift the brakes from all that waits, or from the posts named, even those that were skipped.

    Deletions are released by `deletions`, and nothing else with them. How many copies may leave
    now. Raises `NoSuchPost`, and as `outbox.read` does.
    """
    now = site.clock()
    outbox = outboxes.read(site) if urls else None
    with site.store.write() as tx:
        if outbox is None:
            return copies.release(tx, now=now, deletions=deletions)
        by_path = {post.path: post for post in outbox.posts}
        known = posts.all_paths(tx)
        count = 0
        for url in urls:
            path = next(site_paths([url], site.url), url)
            post = by_path.get(path) or by_path.get(f"{path}/")
            if post is None or post.path not in known:
                raise NoSuchPost(f"{url}: the outbox has no such post; was the site built?")
            post_id = known[post.path]
            if not deletions:  # an account that was connected later says it too
                drafting.intend(site, tx, post_id, post, brake=brakes.FIRST_RUN)
            count += copies.release(tx, now=now, post_ids=[post_id], deletions=deletions)
            events.record(tx, "released", [source_of(post_id)], now=now)
        return count


def _rehearse(site: Site, outbox: Outbox) -> Published:
    """All of it in a transaction that is undone."""
    try:
        with site.store.write() as tx:
            result = _absorb(site, tx, outbox)
            raise _DryRun(replace(result, planned=_in_line(site, tx)))
    except _DryRun as done:
        return done.result


def confirm(site: Site) -> int:
    """Make ready what is due, once the public address shows it in these words; how many."""
    now = site.clock()
    with site.store.read() as tx:
        waiting = copies.waiting(tx, now=now)
        stored = posts.by_id(tx, (copy.post_id for copy in waiting if copy.post_id))
    if not waiting:
        return 0
    missing = live.missing(site, stored.values()) if site.confirm_live else {}
    with site.store.write() as tx:
        for copy in waiting:
            if copy.post_id in missing:
                copies.note(tx, copy.id, f"{NOT_LIVE}: {missing[copy.post_id]}")
        ready = [copy for copy in waiting if copy.post_id not in missing]
        return sum(copies.make_ready(tx, copy.id) for copy in ready)


def take_back(site: Site) -> int:
    """Ask the networks to delete the copies of posts that are gone for good; how many."""
    now = site.clock()
    with site.store.read() as tx:
        known = posts.everything(tx)
        missing = {source_of(post.id): post for post in known if post.missing_since}
        sources = {copy.source for copy in copies.to_take_back(tx, missing)}
    patience = now - site.brakes.min_age
    gone = [missing[s] for s in sorted(sources) if (missing[s].missing_since or now) <= patience]
    confirmed = [post for post in gone if live.gone(site, post.url)]
    if not confirmed:
        return 0
    brake = site.brakes.on_deletions(len(gone), len(known))
    count = 0
    with site.store.write() as tx:
        for post in confirmed:
            count += copies.take_back(tx, source_of(post.id), brake=brake, now=now)
    if count:
        site.wake("send", None)
    return count


def _absorb(site: Site, tx: Transaction, outbox: Outbox) -> Published:
    """Bring the rows in line with the outbox, in one transaction."""
    known = {post.id: post for post in posts.everything(tx)}
    first_run = marks.get(tx, marks.READ_ONCE) is None
    paths = posts.all_paths(tx)
    present: dict[int, Post] = {}
    new: list[Post] = []
    for post in outbox.posts:
        post_id = next((paths[p] for p in (post.path, *post.aliases) if p in paths), None)
        if post_id is None or post_id in present:
            new.append(post)
        else:
            present[post_id] = post
    changed = {i: post for i, post in present.items() if known[i].digest != post.digest}
    on_new, on_changed = site.brakes.on_batch(
        new=0 if first_run else sum(not _too_old(site, post) for post in new),
        changed=len(changed),
    )
    for post_id, post in present.items():
        audience = known[post_id].audience != posts.audience_of(post)
        if post_id in changed or audience or _moved(known[post_id], post):
            posts.refresh(tx, post_id, post, now=site.clock())
        if post_id in changed or audience:
            drafting.draft_again(site, tx, post_id, post, brake=on_changed, audience=audience)
    for post in new:
        post_id = posts.insert(tx, post, now=site.clock())
        if not first_run:
            drafting.intend(site, tx, post_id, post, brake=on_new)
    returned = [i for i in present if known[i].missing_since]
    posts.found_again(tx, returned)
    for post_id in returned:
        copies.keep(tx, source_of(post_id))
    vanished = set(known) - set(present)
    posts.missing(tx, vanished, now=site.clock())
    for post_id in vanished:
        copies.hold_back(tx, source_of(post_id))
    marks.put(tx, marks.READ_ONCE, True)
    return Published(
        new=len(new), changed=len(changed), vanished=len(vanished), first_run=first_run
    )


def _in_line(site: Site, tx: Transaction) -> tuple[Copy, ...]:
    """What would leave, now or when it is old enough or released; brakes are on the copies."""
    intended = [c for s in (CopyState.WRITTEN, CopyState.READY) for c in copies.in_state(tx, s)]
    deleting = copies.in_state(tx, CopyState.DELETING)
    planned = intended + copies.to_update(tx) + deleting + copies.braked(tx)
    return tuple(copy for copy in planned if copy.account in site.accounts)


def _too_old(site: Site, post: Post) -> str:
    return site.brakes.on_new(published=post.published, now=site.clock(), first_run=False)


def _moved(stored: StoredPost, post: Post) -> bool:
    names = ("path", "url", "title", "language", "comments", "published")
    return any(getattr(stored, name) != getattr(post, name) for name in names)
