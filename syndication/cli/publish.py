"""`tertulia publish`."""

from __future__ import annotations

import click

from syndication.cli.common import need_accounts, with_site
from syndication.rules.brakes import REASONS
from syndication.steps import publish as step
from syndication.steps.send import resolve, send
from syndication.steps.site import Site
from syndication.store import copies, marks
from syndication.store.copies import Copy


@click.command()
@click.option("--dry-run", is_flag=True, help="Show exactly what would be sent, and send nothing.")
@click.option("--release", is_flag=True, help="Lift the brakes: of all that waits, or of URLS.")
@click.option("--again", type=int, metavar="ID", help="Send a copy of unknown outcome again.")
@click.option("--leave", type=int, metavar="ID", help="Leave a copy of unknown outcome alone.")
@click.argument("urls", nargs=-1)
@with_site
def publish(
    site: Site,
    dry_run: bool,
    release: bool,
    again: int | None,
    leave: int | None,
    urls: tuple[str, ...],
) -> None:
    """Send what the site has published, once. URLS go with --release."""
    need_accounts(site)
    if urls and not release:
        raise click.UsageError("addresses go with --release")
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
        click.echo(f"Released: {step.release(site, urls)}")
        step.confirm(site)
    sent = send(site)
    click.echo(
        f"New posts: {0 if done.first_run else done.new}, changed: {done.changed},"
        f" vanished: {done.vanished}; sent, updated or deleted: {sent}"
    )
    _show_waiting(site)


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
    verb = "update" if copy.ref else "answer" if copy.answers_id else "publish"
    click.secho(f"{copy.account} ({title}) would {verb}, part {copy.part}:", bold=True)
    draft = copy.draft
    facts = [draft.visibility, draft.language or "no language"]
    click.echo(f"  [{', '.join(facts)}]")
    if draft.warning:
        click.echo(f"  content warning: {draft.warning}")
    for line in draft.text.splitlines() or [""]:
        click.echo(f"  {line}")
    for picture in draft.pictures:
        click.echo(f"  picture {picture.url}: {picture.alt or '(no description)'}")


def _show_waiting(site: Site) -> None:
    with site.store.read() as tx:
        counts = copies.states(tx)
    for (state, brake), number in sorted(counts.items()):
        if brake and state != "skipped":
            click.echo(
                f"Waiting for you: {number} ({state}): {REASONS[brake]}."
                " Look with --dry-run, then: tertulia publish --release"
            )
        elif state in ("failed", "unknown"):
            click.echo(f"Needs a look: {number} {state}; see: tertulia status")
