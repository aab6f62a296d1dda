"""`tertulia desk`: who may sign in to the desk."""

from __future__ import annotations

import click

from syndication.bootstrap import desk_origin, open_site
from syndication.catalogues import SOURCE
from syndication.cli.common import shown, whoami, with_settings, with_site
from syndication.rules.roles import ROLES, StaffMember
from syndication.settings import Settings
from syndication.steps.site import Site
from syndication.store import Transaction, events, posts, staff

LANGUAGES = ("en", "es")


@click.group()
def desk() -> None:
    """Add people to the desk and give them links to sign in."""


@desk.command()
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default="moderator", show_default=True)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Of the desk; the one in which the site mostly writes, if it is left out.",
)
@with_settings
def add(settings: Settings, name: str, role: str, language: str | None) -> None:
    """Let NAME moderate and answer; prints the link for the first sign-in."""
    site = open_site(settings)
    now = site.clock()
    with site.store.write() as tx:
        if language is None:
            usual = posts.usual_language(tx).partition("-")[0]
            language = usual if usual in LANGUAGES else SOURCE
        number = staff.add(tx, name=name, role=role, language=language, now=now)
        token = staff.sign_in_link(tx, number, now=now, first=True)
        events.record(tx, "staff-added", [f"staff:{number}"], now=now, by=whoami())
    site.store.close()
    click.echo(f"{name} may sign in as {role}. This link works once, within 24 hours:")
    click.echo(f"{desk_origin(settings)}/sign-in/{token}")


@desk.command()
@click.argument("name")
@with_settings
def link(settings: Settings, name: str) -> None:
    """Print a link that signs NAME in once, within 15 minutes."""
    site = open_site(settings)
    with site.store.write() as tx:
        member = _member(tx, name)
        token = staff.sign_in_link(tx, member.id, now=site.clock())
    site.store.close()
    click.echo(f"{desk_origin(settings)}/sign-in/{token}")


@desk.command("list")
@with_site
def list_(site: Site) -> None:
    """Show who may sign in."""
    with site.store.read() as tx:
        everyone = staff.everyone(tx)
    for member in everyone:
        click.echo(f"{member.name}\t{member.role}\t{member.language}")
    if not everyone:
        click.echo("Nobody yet. Add somebody: tertulia desk add NAME --role admin")


@desk.command()
@click.argument("name")
@with_site
def remove(site: Site, name: str) -> None:
    """Take NAME's access away at once; their decisions stay."""
    with site.store.write() as tx:
        member = _member(tx, name)
        staff.remove(tx, member.id)
        events.record(tx, "staff-removed", [f"staff:{member.id}"], now=site.clock(), by=whoami())
    click.echo(f"{member.name} cannot sign in any more ({shown(site.clock())}).")


def _member(tx: Transaction, name: str) -> StaffMember:
    member = staff.by_name(tx, name)
    if member is None:
        raise click.ClickException(f"nobody is called {name!r}; see: tertulia desk list")
    return member
