"""Drafting: what each account will say about a post, stored as intents before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account, CopyState, Draft, Post, digest_of
from syndication.rules import compose
from syndication.rules.audience import wants
from syndication.steps import edits
from syndication.steps.site import Site
from syndication.store import Transaction, accounts, copies
from syndication.store.copies import Copy


def intend(site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str = "") -> None:
    """Store what each account that wants it, and says nothing of it yet, will say about a post.

    What is too old already is stored as skipped, so that a person can release it.
    """
    too_old = site.brakes.on_new(published=post.published, now=site.clock(), first_run=False)
    speaking = {copy.account for copy in copies.of_source(tx, source_of(post_id))}
    for account in site.accounts.values():
        if not site.networks[account.network].carries_posts or account.name in speaking:
            continue
        if wants(post, account):
            _draft(site, tx, post_id, post, account, {}, brake=too_old or brake, skip=bool(too_old))


def draft_again(
    site: Site, tx: Transaction, post_id: int, post: Post, *, brake: str, audience: bool = False
) -> None:
    """The post says something else now: other words for what has not left, updates for the rest.

    `brake` holds the updates back; a part too many is taken back, a part too few is added.
    `audience`: its front matter names other networks, so accounts may want it now that did not.
    """
    for name, account in site.accounts.items():
        if not site.networks[account.network].carries_posts:
            continue
        said = (c for c in copies.of_source(tx, source_of(post_id)) if c.account == name)
        rows = {copy.part: copy for copy in said if not copy.part.startswith(copies.CORRECTION)}
        if not wants(post, account):
            copies.withdraw(tx, (copy.id for copy in rows.values() if copy.never_left))
        elif rows or audience:
            _draft(site, tx, post_id, post, account, rows, brake=brake)


def source_of(post_id: int) -> str:
    """What the copies of a post have as their source."""
    return f"post:{post_id}"


def _draft(
    site: Site,
    tx: Transaction,
    post_id: int,
    post: Post,
    account: Account,
    rows: Mapping[str, Copy],
    *,
    brake: str,
    skip: bool = False,
) -> None:
    """Bring the rows of one account in line with what it should say, part by part."""
    problem = ""
    try:
        drafts = _drafts(site, tx, post, account)
    except compose.DoesNotFit as error:
        problem = str(error)
        drafts = (Draft(text=post.title, language=post.language, url=post.url),)
    out_there = any(not copy.never_left for copy in rows.values())
    if problem and out_there:
        for copy in rows.values():
            copies.note(tx, copy.id, problem)
        return
    # Where edits are not made in place, a chain that is out there keeps its number of parts.
    fixed = out_there and edits.chosen(account) != edits.UPDATE
    for number, draft in enumerate(drafts[: len(rows)] if fixed else drafts, start=1):
        key = _key(post_id, account.name, number, draft)
        row = rows.get(str(number))
        if row is None:
            state = CopyState.FAILED if problem else _state(skip=skip)
            copies.intend(
                tx,
                source=source_of(post_id),
                account=account.name,
                part=str(number),
                draft=draft,
                key=key,
                state=state,
                brake="" if problem else brake,
                error=problem,
                now=site.clock(),
                due_at=site.clock() + site.brakes.min_age,
                post_id=post_id,
            )
        elif row.never_left or row.state == CopyState.DELETED:
            state = _state(skip=row.state == CopyState.SKIPPED)
            state = CopyState.FAILED if problem else state
            due_at = row.due_at or site.clock() + site.brakes.min_age
            copies.intend_again(tx, row, draft, key=key, state=state, due_at=due_at, error=problem)
        elif edits.noticed(account, row.draft, draft):
            copies.redraft(tx, row.id, draft, brake=brake)
    surplus = [copy.id for part, copy in rows.items() if int(part) > len(drafts)]
    if surplus and not fixed:
        copies.take_back(tx, source_of(post_id), brake=brake, now=site.clock(), ids=surplus)


def _state(*, skip: bool) -> CopyState:
    return CopyState.SKIPPED if skip else CopyState.WRITTEN


def _drafts(site: Site, tx: Transaction, post: Post, account: Account) -> tuple[Draft, ...]:
    network = site.networks[account.network]
    row = accounts.all_accounts(tx).get(account.name)
    limits = row.counting(network.limits) if row else network.limits
    return compose.compose(post, network.name, limits, chain=site.chain)


def _key(post_id: int, account: str, part: int, draft: Draft) -> str:
    """The same for every try to say this, another one for other words."""
    return digest_of([post_id, account, part, draft.digest])
