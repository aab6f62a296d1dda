"""`tertulia status`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import or_

from syndication.cli import timings as chain
from syndication.cli.common import shown, with_site
from syndication.model import CopyState
from syndication.rules.brakes import REASONS
from syndication.steps.site import Site
from syndication.store import (
    Transaction,
    accounts,
    announcements,
    arrivals,
    copies,
    hidings,
    marks,
    messages,
    posts,
    tables,
    watches,
)
from syndication.store.copies import Copy

TROUBLE = (CopyState.FAILED, CopyState.UNKNOWN)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--timings", is_flag=True, help="How long the last messages took to the page.")
@click.option("--last", default=20, show_default=True, help="Of how many messages.")
@with_site
def status(site: Site, as_json: bool, timings: bool, last: int) -> None:
    """Show queues, accounts, last polls, and what waits for a person."""
    told = chain.gather(site, last) if timings else gather(site)
    if as_json:
        click.echo(json.dumps(told, indent=1, default=str))
    elif isinstance(told, list):
        chain.show(told)
    else:
        show(told)


def gather(site: Site) -> dict[str, Any]:
    """Everything that status shows; ids, counts and moments, no words of people."""
    now, table = site.clock(), tables.copies
    with site.store.read() as tx:
        due = marks.get(tx, marks.BUILD_DUE)
        return {
            "site": site.url,
            "at": now,
            "paused": marks.get(tx, marks.PAUSED),
            "posts": posts.count(tx),
            "copies": [
                {"state": state, "brake": brake, "count": number}
                for (state, brake), number in sorted(copies.states(tx).items())
            ],
            "trouble": [
                _trouble(copy)
                for copy in copies.select_copies(
                    tx, or_(table.c.state.in_(TROUBLE), table.c.error != "")
                )
            ],
            "hiding": [_not_hidden(item) for item in hidings.failures(tx)],
            "messages": messages.counts(tx),
            "watches": len(watches.everything(tx)),
            "accounts": _accounts(site, tx),
            "reverification_lag_seconds": int(copies.lag(tx, now=now).total_seconds()),
            "webmentions": _webmentions(site, tx),
            "service_problem": marks.get(tx, marks.SERVICE_PROBLEM),
            "announcements": [asdict(waiting) for waiting in announcements.waiting(tx)],
            "documents_due": posts.count_due(tx, now=now),
            "build_due_since": due["since"] if due else None,
            "build_failed": marks.get(tx, marks.BUILD_FAILED),
            "deploy_due": len((marks.get(tx, marks.DEPLOY_DUE) or {}).get("files", ())),
            "deploy_failed": marks.get(tx, marks.DEPLOY_FAILED),
        }


def _accounts(site: Site, tx: Transaction) -> list[dict[str, Any]]:
    """How each account is doing, in the order of the settings."""
    rows, compared, now = accounts.all_accounts(tx), copies.compared(tx), site.clock()
    found = []
    for name in site.accounts:
        row, (reported, held) = rows[name], compared.get(name, (0, 0))
        found.append(
            {
                "name": name,
                "handle": row.handle,
                "network": row.network,
                "paused": row.paused_reason,
                "failures": row.poll_failures,
                "polled": site.network_of(name).carries_posts,
                "heard_at": _heard_at(site, name),
                "last_poll": row.polled_at,
                "next_poll_not_before": row.poll_at,
                "reported": reported,
                "held": held,
                "threads_read_last_hour": copies.read_last_hour(tx, name, now=now),
            }
        )
    return found


def _heard_at(site: Site, name: str) -> list[str]:
    """Where people come to this account by themselves; nowhere without `[public] url`."""
    endpoints = site.network_of(name).endpoints(site.accounts[name])
    return [site.endpoints[one] for one in endpoints if one in site.endpoints]


def _webmentions(site: Site, tx: Transaction) -> dict[str, Any]:
    """What waits to be looked up, and how many pages stand where in being told of our links."""
    tells = [name for name in site.accounts if site.network_of(name).tells_links]
    return {"to_look_up": arrivals.waiting(tx), "links": copies.states_of(tx, tells)}


def _trouble(copy: Copy) -> dict[str, Any]:
    return {
        "copy": copy.id,
        "account": copy.account,
        "state": copy.state,
        "error": copy.error,
        "next_try": copy.due_at,
    }


def _not_hidden(item: hidings.Hiding) -> dict[str, Any]:
    return {
        "message": item.message_id,
        "account": item.account,
        "hide": item.hide,
        "error": item.error,
        "next_try": item.due_at,
    }


def show(facts: dict[str, Any]) -> None:
    """Print them for a person."""
    click.secho(facts["site"], bold=True)
    if facts["paused"]:
        click.echo(f"PAUSED by {facts['paused']['by']}: nothing leaves (tertulia resume)")
    click.echo(f"posts: {facts['posts']}, watches: {facts['watches']}")
    _show_copies(facts)
    for verdict, number in sorted(facts["messages"].items()):
        click.echo(f"messages {verdict}: {number}")
    for account in facts["accounts"]:
        _show_account(account)
    _show_webmentions(facts["webmentions"])
    if facts["service_problem"]:
        click.echo(f"comments are judged without help: {facts['service_problem']}")
    for news in facts["announcements"]:
        _show_news(news)
    _show_due(facts)


def _show_copies(facts: dict[str, Any]) -> None:
    """What we said elsewhere or hid there, and what went wrong with it."""
    for line in facts["copies"]:
        why = f": {REASONS.get(line['brake'], line['brake'])}" if line["brake"] else ""
        click.echo(f"copies {line['state']}: {line['count']}{why}")
    for item in facts["trouble"]:
        click.echo(f"  copy {item['copy']} ({item['account']}) {item['state']}: {item['error']}")
        if item["state"] == "unknown" and item["next_try"] is None:
            click.echo(
                f"    look on the network, then: tertulia publish --leave {item['copy']}"
                f" (it is there) or --again {item['copy']} (it is not)"
            )
    for item in facts["hiding"]:
        wish = "hidden" if item["hide"] else "shown again"
        again = f"; next try {shown(item['next_try'])}" if item["next_try"] else ""
        click.echo(
            f"  message {item['message']} ({item['account']}) is not {wish} upstream:"
            f" {item['error']}{again}"
        )


def _show_account(account: dict[str, Any]) -> None:
    click.echo(f"{account['name']} {account['handle']}".rstrip() + f": {_heard(account)}")
    if account["paused"]:
        click.echo(f"  paused: {account['paused']}")
    elif account["failures"]:
        click.echo(
            f"  cannot be read ({account['failures']} times in a row);"
            f" next try {shown(account['next_poll_not_before'])}"
        )


def _show_news(news: dict[str, Any]) -> None:
    refused = news["problem"] and news["next_try"] is None
    how = "refused" if refused else f"next try {shown(news['next_try'])}"
    things = "1 address" if news["count"] == 1 else f"{news['count']} addresses"
    why = f": {news['problem']}" if news["problem"] else ""
    click.echo(f"news for {news['listener']}: {things}, {how}{why}")


def _show_due(facts: dict[str, Any]) -> None:
    """What the site has yet to be given, and builds or deployments that failed."""
    click.echo(f"re-verification lag: {facts['reverification_lag_seconds']} s")
    click.echo(f"documents due: {facts['documents_due']}")
    if facts["build_due_since"]:
        click.echo(f"build due since {facts['build_due_since']}")
    if facts["build_failed"]:
        click.echo(f"the last build failed: {facts['build_failed']}")
    if facts["deploy_due"]:
        click.echo(f"written and not yet deployed: {facts['deploy_due']}")
    if facts["deploy_failed"]:
        click.echo(f"the last deployment failed: {facts['deploy_failed']}")


def _heard(account: dict[str, Any]) -> str:
    """How we learn what is said to an account: we ask its server, or people come to us."""
    if not account["polled"]:
        places = ", ".join(account["heard_at"])
        return f"heard at {places}" if places else "hears nobody: [public] url is empty"
    return (
        f"last poll {shown(account['last_poll'])},"
        f" replies reported {account['reported']}, held {account['held']},"
        f" threads read within the hour {account['threads_read_last_hour']}"
    )


def _show_webmentions(facts: dict[str, Any]) -> None:
    if facts["to_look_up"]:
        click.echo(f"webmentions to look up: {facts['to_look_up']}")
    told = ", ".join(f"{state} {number}" for state, number in sorted(facts["links"].items()))
    if told:
        click.echo(f"pages that ours link to: {told}")
