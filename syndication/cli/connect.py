"""`tertulia connect`: OAuth in the terminal, or what a network asks for.

A network of one address for many (Mastodon) is connected by its server, one where accounts may
live anywhere (Bluesky) by the account's own name there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from syndication import secrets
from syndication.bootstrap import open_site
from syndication.cli.common import with_settings
from syndication.networks import registry
from syndication.networks.contract import Network, NetworkError, SignedIn
from syndication.settings import AccountSettings, Settings, load, written
from syndication.store import accounts, posts


@click.command()
@click.argument("network")
@click.argument("where", metavar="SERVER|HANDLE", default="")
@click.option("--name", help="What to call the account here; the server's name if left out.")
@click.option("--languages", default="", help="What it speaks, as es,en. Empty: originals only.")
@click.option(
    "--option", "-o", "given", multiple=True, help="KEY=VALUE for [accounts.NAME.options]"
)
@click.option("--yes", is_flag=True, help="Do not ask whether the server's rules were read.")
@with_settings
def connect(
    settings: Settings,
    network: str,
    where: str,
    name: str | None,
    languages: str,
    given: Sequence[str],
    yes: bool,
) -> None:
    """Connect an account of NETWORK at SERVER, or called HANDLE, or connect it again."""
    adapter = registry.get(network)
    if not adapter.needs_secrets:
        _switch_on(settings, adapter, where, name, _options(adapter, given))
        return
    if not where and (adapter.authorise or adapter.sign_in):
        what = "SERVER" if adapter.authorise else "HANDLE"
        raise click.UsageError(f"name it: tertulia connect {network} {what}")
    where = _address(where) if where and not adapter.sign_in else where
    name = name or _name(where) or network
    known = _known(settings, name, adapter)
    options = _options(adapter, given)
    if known and any(known.options.get(key) != value for key, value in options.items()):
        raise click.UsageError(
            f"[accounts.{name}.options] is in {settings.path} already: change it there"
        )
    if adapter.sign_in:
        loopback = {"loopback": settings.collect.loopback}
        asked = (known.options if known else {}) | options | loopback
        signed = _sign_in(adapter, where, asked)
    else:
        signed = SignedIn(secrets=_authorise(adapter, where, yes=yes), server=where)
    if not known:
        declared = options | dict(signed.options)
        _declare(settings.path, name, adapter.name, signed.server, languages, declared)
    _remember(load(settings.path), name, signed.secrets)
    if not languages and not (known and known.languages):
        click.echo("It gets the original of each post. For translations too, give it languages.")


def _switch_on(
    settings: Settings, network: Network, where: str, name: str | None, options: dict[str, object]
) -> None:
    """Declare the site's own web, which has no server to sign in at and no token."""
    if where:
        raise click.UsageError(
            f"{network.name} is heard at [public] url and has no server: leave {where!r} out"
        )
    name = name or network.name
    if _known(settings, name, network):
        raise click.UsageError(f"[accounts.{name}] is in {settings.path} already: change it there")
    _declare(settings.path, name, network.name, "", "", options)
    click.echo(f"[accounts.{name}] is in {settings.path} now. It needs no token.")
    if not settings.public.url:
        click.echo('Say below [public] where it is heard, as url = "https://talk.vencejo.example"')


def _known(settings: Settings, name: str, network: Network) -> AccountSettings | None:
    """The account of that name, where there is one. Raises a usage error for a name that cannot be
    used, or that another network has."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise click.UsageError("--name takes small letters, digits, - and _")
    known = settings.accounts.get(name)
    if known and known.network != network.name:
        raise click.UsageError(f"[accounts.{name}] is of another network; choose a --name")
    return known


def _remember(settings: Settings, name: str, signed: Mapping[str, str]) -> None:
    """Keep the secrets, ask the network who this is, and lift a pause."""
    path = secrets.keep(settings, name, signed)
    site = open_site(settings)
    profile = site.connect(name).profile()
    with site.store.write() as tx:
        accounts.verified(tx, name, profile, now=site.clock())
        accounts.resume(tx, name)
        posts.mark_all_for_export(tx, now=site.clock())
        twins = sorted(accounts.twins(tx, name) & site.accounts.keys())
    site.store.close()
    click.echo(f"Connected {profile.handle} as account {name}.")
    click.echo(f"Its token is in {path}, readable by you alone; its section in {settings.path}.")
    for twin in twins:
        click.secho(
            f"Account {twin} is the same one: each post would go out twice. Take [accounts.{name}]"
            f" or [accounts.{twin}] out of {settings.path}.",
            fg="yellow",
        )


def _sign_in(network: Network, who: str, options: Mapping[str, object]) -> SignedIn:
    """Ask for what the network wants to know, and sign in with it."""
    assert network.sign_in  # noqa: S101 - whoever calls looked
    try:
        return network.sign_in(who, options, _typed(network))
    except NetworkError as error:
        raise click.ClickException(str(error)) from None


def _typed(network: Network) -> dict[str, str]:
    return {
        item.name: click.prompt(item.prompt, hide_input=item.secret and sys.stdin.isatty())
        for item in network.credentials
    }


def _options(network: Network, given: Sequence[str]) -> dict[str, object]:
    """What was given as KEY=VALUE, numbers and true or false as what they are.

    Raises a usage error for what the network does not know.
    """
    found: dict[str, object] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or key not in network.options:
            there = ", ".join(network.options) or "none"
            raise click.UsageError(f"-o {key}: {network.name} has these options: {there}")
        known = {"true": True, "false": False}
        found[key] = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else known.get(value, value)
    return found


def _authorise(network: Network, server: str, *, yes: bool) -> Mapping[str, str]:
    if network.authorise is None:
        return _typed(network)
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


def _name(where: str) -> str:
    """A name for the account: the server's, or its own handle."""
    host = (urlsplit(where).hostname or "") if "://" in where else where
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:40]


def _declare(
    path: Path,
    name: str,
    network: str,
    server: str,
    languages: str,
    options: Mapping[str, object],
) -> None:
    """Append the account's section to the settings; a table at the end disturbs nothing above."""
    spoken = [word.strip() for word in languages.split(",") if word.strip()]
    before = path.read_text(encoding="utf-8")
    section = [
        f"[accounts.{name}]",
        f"network = {written(network)}",
    ]
    if server or spoken:
        section += [f"server = {written(server)}", f"languages = {written(spoken)}"]
    if options:
        section += ["", f"[accounts.{name}.options]"]
        section += [f"{key} = {written(value)}" for key, value in options.items()]
    text = before.rstrip("\n") + "\n\n" + "\n".join(section) + "\n"
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
