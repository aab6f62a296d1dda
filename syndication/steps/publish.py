"""Publish: from the outbox to copies that are ready to leave (POSSE).

1. Read the outbox whole; one that is missing, halved or foreign is no news at all.
2. What is new becomes a draft for each account that wants it, stored as a copy that is `written`;
   what changed in what a copy says is drafted again; what vanished is remembered.
3. The brakes of `rules.brakes` hold back whatever a person should look at first.
4. A written copy becomes `ready` when it is old enough and the public address shows the post in
   these words. `steps.send` is the door out.
5. A copy is taken back only when the post is still missing at a later reading and its address
   answers 404 or 410.

Cost: nothing but the file's digest while the outbox is the same; then 0.2 s for 10,000 posts, and
for each post that is about to leave one request to the site, plus one for its outbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from syndication.exchange import DocumentError, Outbox
from syndication.model import Account, CopyState, Draft, Post, digest_of
from syndication.networks.contract import NetworkError
from syndication.rules import brakes, compose
from syndication.rules.audience import wants
from syndication.rules.discovery import site_paths
from syndication.steps import outbox as outboxes
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, events, marks, posts
from syndication.store.copies import Copy
from syndication.store.posts import StoredPost

UNSENT = (CopyState.WRITTEN, CopyState.READY, CopyState.FAILED)


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
    outbox, digest = outboxes.read(site)
    try:
        with site.store.write() as tx:
            result = _absorb(site, tx, outbox, digest)
            if dry_run:
                planned = _in_line(site, tx)
                raise _DryRun(_with_plan(result, planned))
    except _DryRun as done:
        return done.result
    take_back(site)
    ready = confirm(site)
    if ready:
        site.wake("send", None)
    return Published(
        new=result.new,
        changed=result.changed,
        vanished=result.vanished,
        made_ready=ready,
        first_run=result.first_run,
    )


def release(site: Site, urls: Sequence[str] = ()) -> int:
    """Lift the brakes from all that waits, or from the posts named, even those that were skipped.

    How many copies may leave now. Raises `NoSuchPost`, and as `outbox.read` does.
    """
    now = site.clock()
    outbox, _ = outboxes.read(site) if urls else (None, "")
    with site.store.write() as tx:
        if outbox is None:
            return copies.release(tx, now=now)
        by_path = {post.path: post for post in outbox.posts}
        known = posts.all_paths(tx)
        count = 0
        for url in urls:
            path = next(site_paths([url], site.url), url)
            post = by_path.get(path) or by_path.get(f"{path}/")
            if post is None or post.path not in known:
                raise NoSuchPost(f"{url}: the outbox has no such post; was the site built?")
            post_id = known[post.path]
            if not copies.of_source(tx, _source(post_id)):
                _intend(site, tx, post_id, post, brake=brakes.FIRST_RUN)
            count += copies.release(tx, now=now, post_ids=[post_id])
            events.record(tx, "released", [_source(post_id)], now=now)
        return count


def confirm(site: Site) -> int:
    """Make ready what is due, once the public address shows it in these words; how many."""
    now = site.clock()
    with site.store.read() as tx:
        waiting = copies.waiting(tx, now=now)
        stored = posts.by_id(tx, (copy.post_id for copy in waiting if copy.post_id))
    if not waiting:
        return 0
    live = _live_posts(site, stored.values()) if site.confirm_live else set(stored)
    with site.store.write() as tx:
        ready = [copy for copy in waiting if copy.post_id in live]
        return sum(copies.make_ready(tx, copy.id) for copy in ready)


def take_back(site: Site) -> int:
    """Ask the networks to delete the copies of posts that are gone for good; how many."""
    now = site.clock()
    with site.store.read() as tx:
        known = posts.everything(tx)
        missing = {_source(post.id): post for post in known if post.missing_since}
        sources = {copy.source for copy in copies.out_there(tx, missing)}
    patience = now - site.brakes.min_age
    gone = [missing[s] for s in sorted(sources) if (missing[s].missing_since or now) <= patience]
    confirmed = [post for post in gone if _answers_gone(site, post.url)]
    if not confirmed:
        return 0
    brake = site.brakes.on_deletions(len(gone), len(known))
    count = 0
    with site.store.write() as tx:
        for post in confirmed:
            count += copies.take_back(tx, _source(post.id), brake=brake, now=now)
    if count:
        site.wake("send", None)
    return count


def _absorb(site: Site, tx: Transaction, outbox: Outbox, digest: str) -> Published:
    """Bring the rows in line with the outbox, in one transaction."""
    known = {post.id: post for post in posts.everything(tx)}
    first_run = marks.get(tx, marks.READ_ONCE) is None
    if marks.get(tx, marks.OUTBOX) == digest:
        return Published()
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
        new=0 if first_run else sum(not _skipped(site, post, first_run) for post in new),
        changed=len(changed),
    )
    for post_id, post in present.items():
        if post_id in changed or _moved(known[post_id], post):
            posts.refresh(tx, post_id, post, now=site.clock())
        if post_id in changed:
            _draft_again(site, tx, post_id, post, brake=on_changed)
    for post in new:
        post_id = posts.insert(tx, post, now=site.clock())
        if not first_run:
            _intend(site, tx, post_id, post, brake=on_new)
    returned = [i for i in present if known[i].missing_since]
    posts.found_again(tx, returned)
    for post_id in returned:
        copies.keep(tx, _source(post_id))
    vanished = set(known) - set(present)
    posts.missing(tx, vanished, now=site.clock())
    marks.put(tx, marks.READ_ONCE, True)
    marks.put(tx, marks.OUTBOX, digest)
    return Published(
        new=len(new), changed=len(changed), vanished=len(vanished), first_run=first_run
    )


def _skipped(site: Site, post: Post, first_run: bool) -> str:
    return site.brakes.on_new(published=post.published, now=site.clock(), first_run=first_run)


def _intend(site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str = "") -> None:
    """Store what each account that wants it will say about a post that was not known."""
    too_old = _skipped(site, post, False)
    state = CopyState.SKIPPED if too_old else CopyState.WRITTEN
    for account in site.accounts.values():
        if wants(post, account):
            _write(site, tx, post_id, post, account, state=state, brake=too_old or brake)


def _write(
    site: Site,
    tx: Transaction,
    post_id: int,
    post: Post,
    account: Account,
    *,
    state: CopyState,
    brake: str,
    after: int = 0,
) -> None:
    """Intend the parts behind part `after`; a text that cannot fit fails with its reason."""
    now = site.clock()
    error = ""
    try:
        drafts = _drafts(site, tx, post, account)
    except compose.DoesNotFit as problem:
        drafts = (Draft(text=post.title, language=post.language, url=post.url),)
        state, brake, error = CopyState.FAILED, "", str(problem)
    for number, draft in enumerate(drafts, start=1):
        if number > after:
            copies.intend(
                tx,
                source=_source(post_id),
                account=account.name,
                part=str(number),
                draft=draft,
                key=_key(post_id, account.name, number, draft),
                state=state,
                brake=brake,
                error=error,
                now=now,
                due_at=now + site.brakes.min_age,
                post_id=post_id,
            )


def _draft_again(site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str) -> None:
    """The post says something else now: other words for what has not left, updates for the rest."""
    for name, account in site.accounts.items():
        rows = [c for c in copies.of_source(tx, _source(post_id)) if c.account == name]
        if not rows or not wants(post, account):
            continue
        if all(copy.state in UNSENT for copy in rows):
            copies.withdraw(tx, [copy.id for copy in rows])
            held = next((copy.brake for copy in rows if copy.brake), "")
            _write(site, tx, post_id, post, account, state=CopyState.WRITTEN, brake=held)
            continue
        _update_sent(site, tx, post_id, post, account, rows, brake=brake)


def _update_sent(
    site: Site,
    tx: Transaction,
    post_id: int,
    post: Post,
    account: Account,
    rows: Sequence[Copy],
    *,
    brake: str,
) -> None:
    try:
        drafts = _drafts(site, tx, post, account)
    except compose.DoesNotFit as problem:
        events.record(tx, "update-refused", [f"post:{post_id}"], now=site.clock())
        for copy in rows:
            copies.settle(tx, copy.id, copy.state, error=str(problem))
        return
    for copy in rows:
        number = int(copy.part)
        if number > len(drafts):
            copies.take_back(tx, copy.source, brake=brake, now=site.clock(), ids=[copy.id])
        elif copy.digest != drafts[number - 1].digest:
            copies.redraft(tx, copy.id, drafts[number - 1], brake=brake)
    _write(
        site,
        tx,
        post_id,
        post,
        account,
        state=CopyState.WRITTEN,
        brake=brake,
        after=max(int(copy.part) for copy in rows),
    )


def _drafts(site: Site, tx: Transaction, post: Post, account: Account) -> tuple[Draft, ...]:
    network = site.networks[account.network]
    row = accounts.all_accounts(tx).get(account.name)
    limits = row.counting(network.limits) if row else network.limits
    return compose.compose(post, network.name, limits, chain=site.chain)


def _in_line(site: Site, tx: Transaction) -> tuple[Copy, ...]:
    """What would leave by itself, now or when it is old enough."""
    found = [
        copy
        for state in (CopyState.WRITTEN, CopyState.READY)
        for copy in copies.in_state(tx, state)
        if copy.account in site.accounts
    ]
    return tuple(found + copies.to_update(tx))


def _with_plan(result: Published, planned: Iterable[Copy]) -> Published:
    return Published(
        new=result.new,
        changed=result.changed,
        vanished=result.vanished,
        first_run=result.first_run,
        planned=tuple(planned),
    )


def _live_posts(site: Site, wanted: Iterable[StoredPost]) -> set[int]:
    """Those posts that the public address shows, in the words that are about to leave."""
    try:
        live = {post.path: post.digest for post in outboxes.read_live(site).posts}
    except (NetworkError, DocumentError):
        return set()
    return {
        post.id
        for post in wanted
        if live.get(post.path) == post.digest and _answers_here(site, post.url)
    }


def _answers_here(site: Site, url: str) -> bool:
    """Does the page answer 200 without leading away from the site?"""
    try:
        answer = site.fetch(url, accept="text/html", limit=5_000_000)
    except NetworkError:
        return False
    return answer.status == 200 and next(site_paths([answer.url], site.url), None) is not None


def _answers_gone(site: Site, url: str) -> bool:
    """Does the site itself say that the page is gone? An outage says nothing."""
    try:
        return site.fetch(url, accept="text/html", limit=5_000_000).status in (404, 410)
    except NetworkError:
        return False


def _moved(stored: StoredPost, post: Post) -> bool:
    names = ("path", "url", "title", "language", "comments", "published")
    return any(getattr(stored, name) != getattr(post, name) for name in names)


def _source(post_id: int) -> str:
    return f"post:{post_id}"


def _key(post_id: int, account: str, part: int, draft: Draft) -> str:
    """The same for every try to say this, another one for other words."""
    return digest_of([post_id, account, part, draft.digest])
