"""Drafting: what each account will say about a post, stored as intents before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from syndication.model import Account, CopyState, Draft, Post, digest_of
from syndication.rules import compose
from syndication.rules.audience import wants
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies, events
from syndication.store.copies import Copy

UNSENT = (CopyState.WRITTEN, CopyState.READY, CopyState.FAILED)


def intend(site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str = "") -> None:
    """Store what each account that wants it will say about a post that was not known.

    What is too old already is stored as skipped, so that a person can release it.
    """
    too_old = site.brakes.on_new(published=post.published, now=site.clock(), first_run=False)
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
                source=source_of(post_id),
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


def draft_again(site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str) -> None:
    """The post says something else now: other words for what has not left, updates for the rest.

    `brake` holds the updates back; a part too many is taken back, a part too few is added.
    """
    for name, account in site.accounts.items():
        rows = [c for c in copies.of_source(tx, source_of(post_id)) if c.account == name]
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


def source_of(post_id: int) -> str:
    """What the copies of a post have as their source."""
    return f"post:{post_id}"


def _drafts(site: Site, tx: Transaction, post: Post, account: Account) -> tuple[Draft, ...]:
    network = site.networks[account.network]
    row = accounts.all_accounts(tx).get(account.name)
    limits = row.counting(network.limits) if row else network.limits
    return compose.compose(post, network.name, limits, chain=site.chain)


def _key(post_id: int, account: str, part: int, draft: Draft) -> str:
    """The same for every try to say this, another one for other words."""
    return digest_of([post_id, account, part, draft.digest])
