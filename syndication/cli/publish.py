"""`tertulia publish`."""

from __future__ import annotations

import click

from syndication.cli.common import need_accounts, with_site
from syndication.model import CopyState
from syndication.rules.brakes import DELETIONS, REASONS
from syndication.steps import publish as step
from syndication.steps.announce import announce
from syndication.steps.send import resolve, send
from syndication.steps.site import Site
from syndication.store import accounts, copies, marks
from syndication.store.copies import Copy


@click.command()
@click.option("--dry-run", is_flag=True, help="Show exactly what would be sent, and send nothing.")
@click.option("--release", is_flag=True, help="Lift the brakes: of all that waits, or of URLS.")
@click.option("--deletions", is_flag=True, help="With --release: let the deletions happen.")
@click.option("--again", type=int, metavar="ID", help="Send a copy of unknown outcome again.")
@click.option("--leave", type=int, metavar="ID", help="Leave a copy of unknown outcome alone.")
@click.argument("urls", nargs=-1)
@with_site
def publish(
    site: Site,
    dry_run: bool,
    release: bool,
    deletions: bool,
    again: int | None,
    leave: int | None,
    urls: tuple[str, ...],
) -> None:
    """Send what the site has published, once. URLS go with --release."""
    need_accounts(site)
    if (urls or deletions) and not release:
        raise click.UsageError("addresses and --deletions go with --release")
    if dry_run:
        _show_plan(site, step.publish(site, dry_run=True))
        return
    for copy_id, wanted in ((again, True), (leave, False)):
        if copy_id is not None and not resolve(site, copy_id, again=wanted):
            raise click.ClickException(f"copy {copy_id} is not one whose outcome is unknown")
    done = step.publish(site)
    if done.first_run:
        click.echo(
            f"First run: the {done.new} posts that are there already stay home."
            " Send one all the same: tertulia publish --release URL"
        )
    if release:
        click.echo(f"Released: {step.release(site, urls, deletions=deletions)}")
        step.confirm(site)
    sent = send(site)
    click.echo(
        f"New posts: {0 if done.first_run else done.new}, changed: {done.changed},"
        f" vanished: {done.vanished}; sent, updated or deleted: {sent}"
    )
    if told := announce(site):
        click.echo(f"Hubs and search engines were told of {told} addresses")
    _show_waiting(site)
    with site.store.read() as tx:
        paused = [row for row in accounts.all_accounts(tx).values() if row.paused_reason]
    for row in paused:
        click.echo(f"Account {row.name} is paused: {row.paused_reason}")


def _show_plan(site: Site, plan: step.Published) -> None:
    if plan.first_run:
        click.echo(f"This would be the first run: {plan.new} posts would stay home.")
    if not plan.planned:
        click.echo("Nothing would be sent.")
    for copy in plan.planned:
        _show_copy(site, copy)
    with site.store.read() as tx:
        if marks.get(tx, marks.PAUSED):
            click.echo("Everything outgoing is paused: tertulia resume")


def _show_copy(site: Site, copy: Copy) -> None:
    title = site.network_of(copy.account).title
    click.secho(f"{copy.account} ({title}) would {_verb(copy)}, part {copy.part}:", bold=True)
    if copy.brake:
        click.echo(f"  waits for you: {REASONS[copy.brake]}")
    draft = copy.draft
    facts = [draft.visibility, draft.language or "no language"]
    click.echo(f"  [{', '.join(facts)}]")
    if draft.warning:
        click.echo(f"  content warning: {draft.warning}")
    for line in draft.text.splitlines() or [""]:
        click.echo(f"  {line}")
    for picture in draft.pictures:
        click.echo(f"  picture {picture.url}: {picture.alt or '(no description)'}")


def _how(brake: str) -> str:
    return " --deletions" if brake in DELETIONS else ""


def _verb(copy: Copy) -> str:
    if copy.state == CopyState.DELETING or copy.brake in DELETIONS:
        return f"delete {copy.ref.url if copy.ref else 'it'}"
    return "update" if copy.ref else "answer" if copy.answers_id else "publish"


def _show_waiting(site: Site) -> None:
    with site.store.read() as tx:
        counts = copies.states(tx)
    for (state, brake), number in sorted(counts.items()):
        if brake and state != "skipped":
            click.echo(
                f"Waiting for you: {number} ({state}): {REASONS[brake]}."
                f" Look with --dry-run, then: tertulia publish --release{_how(brake)}"
            )
        elif state in ("failed", "unknown"):
            click.echo(f"Needs a look: {number} {state}; see: tertulia status")
