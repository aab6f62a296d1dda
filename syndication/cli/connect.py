"""`tertulia connect`: OAuth in the terminal, or the fields that a network declares."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click

from syndication import secrets
from syndication.bootstrap import open_site
from syndication.cli.common import with_settings
from syndication.networks import registry
from syndication.networks.contract import Network, NetworkError
from syndication.settings import Settings, load, written
from syndication.store import accounts, posts


@click.command()
@click.argument("network")
@click.argument("server", default="")
@click.option("--name", help="What to call the account here; the server's name if left out.")
@click.option("--languages", default="", help="What it speaks, as es,en. Empty: originals only.")
@click.option("--yes", is_flag=True, help="Do not ask whether the server's rules were read.")
@with_settings
def connect(
    settings: Settings, network: str, server: str, name: str | None, languages: str, yes: bool
) -> None:
    """Connect an account of NETWORK at SERVER, or connect it again."""
    adapter = registry.get(network)
    if not server and adapter.authorise:
        raise click.UsageError(f"name the server: tertulia connect {network} SERVER")
    server = _address(server) if server else ""
    name = name or _name(server) or network
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise click.UsageError("--name takes small letters, digits, - and _")
    kept = _authorise(adapter, server, yes=yes)
    if name not in settings.accounts:
        _declare(settings.path, name, adapter.name, server, languages)
    elif settings.accounts[name].network != adapter.name:
        raise click.UsageError(f"[accounts.{name}] is of another network; choose a --name")
    settings = load(settings.path)
    path = secrets.keep(settings, name, kept)
    site = open_site(settings)
    profile = site.connect(name).profile()
    with site.store.write() as tx:
        accounts.verified(tx, name, profile, now=site.clock())
        accounts.resume(tx, name)
        posts.mark_all_for_export(tx, now=site.clock())
    site.store.close()
    click.echo(f"Connected {profile.handle} as account {name}.")
    click.echo(f"Its token is in {path}, readable by you alone; its section in {settings.path}.")
    if not languages and not settings.accounts[name].languages:
        click.echo("It gets the original of each post. For translations too, give it languages.")


def _authorise(network: Network, server: str, *, yes: bool) -> Mapping[str, str]:
    if network.authorise is None:
        return {
            item.name: click.prompt(item.prompt, hide_input=item.secret)
            for item in network.credentials
        }
    dance = network.authorise(server)
    if dance.notices:
        click.secho("The server's rules:", bold=True)
        for notice in dance.notices:
            click.echo(f"  - {''.join(c if c.isprintable() else ' ' for c in notice)}")
        if not yes:
            click.confirm("Will the account keep them?", abort=True)
    click.echo("Open this address, sign in with the brand's account and allow Tertulia:")
    click.echo(f"\n  {dance.url}\n")
    code = click.prompt("The code that the server shows then", hide_input=sys.stdin.isatty())
    try:
        return dance.finish(code.strip())
    except NetworkError as error:
        raise click.ClickException(f"the server did not accept that code: {error}") from None


def _address(server: str) -> str:
    """The server as an address; https unless something else is said."""
    address = server if "://" in server else f"https://{server}"
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise click.UsageError(f"{server!r} is not a server; name it like mastodon.example")
    return f"{parts.scheme}://{parts.netloc}"


def _name(server: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (urlsplit(server).hostname or "").lower()).strip("-")[:40]


def _declare(path: Path, name: str, network: str, server: str, languages: str) -> None:
    """Append the account's section to the settings; a table at the end disturbs nothing above."""
    spoken = [word.strip() for word in languages.split(",") if word.strip()]
    before = path.read_text(encoding="utf-8")
    section = [
        f"[accounts.{name}]",
        f"network = {written(network)}",
        f"server = {written(server)}",
        f"languages = {written(spoken)}",
    ]
    text = before.rstrip("\n") + "\n\n" + "\n".join(section) + "\n"
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
