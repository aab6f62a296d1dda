"""`tertulia check`: look for what is wrong before somebody else does."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import click

from syndication import secrets
from syndication.bootstrap import desk_address, open_site, public_address
from syndication.cli.common import with_settings
from syndication.exchange import DocumentError, parse_discussion, parse_site
from syndication.networks.contract import NetworkError
from syndication.settings import Settings, SettingsError
from syndication.steps import outbox
from syndication.steps.command import program_path
from syndication.steps.site import Mail, Site, SpamService
from syndication.steps.telling import tells_links
from syndication.store import accounts


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is wrong with it and what to do, or that it is fine."""

    what: str
    problem: str = ""


@click.command()
@click.option("--offline", is_flag=True, help="Ask no network.")
@with_settings
def check(settings: Settings, offline: bool) -> None:
    """Look at settings, files and accounts, and say what to do."""
    site = open_site(settings)
    found = list(findings(settings, site, offline=offline))
    site.store.close()
    for finding in found:
        mark = "wrong" if finding.problem else "fine "
        click.echo(f"{mark}  {finding.what}" + (f": {finding.problem}" if finding.problem else ""))
    problems = sum(bool(finding.problem) for finding in found)
    if problems:
        raise click.ClickException(f"{problems} to mend")


def findings(settings: Settings, site: Site, *, offline: bool) -> Iterator[Finding]:
    """Everything that can be looked at, in the order in which a post travels."""
    yield Finding(f"settings {settings.path}")
    yield _outbox(site)
    yield from _folders(settings, site)
    yield _builder(settings)
    if site.endpoints:
        yield _listening(settings)
    yield _documents(site)
    yield _history(site)
    if not settings.accounts:
        yield Finding(
            "accounts",
            "there are none; connect one: tertulia connect mastodon SERVER, or tertulia connect"
            " bluesky HANDLE",
        )
    for name in settings.accounts:
        network = site.network_of(name)
        if network.needs_secrets:
            yield _token(settings, name)
        if network.endpoints(site.accounts[name]):
            yield _heard(settings, name, tells=tells_links(site, name))
        if not offline:
            yield _account(site, name)
    if site.mail is not None and not offline:
        yield _mail(settings, site.mail)
    if site.service is not None and not offline:
        yield _service(site.service)


def _outbox(site: Site) -> Finding:
    try:
        read = outbox.read(site)
    except (DocumentError, outbox.ForeignOutbox, NetworkError) as error:
        return Finding("outbox", str(error))
    return Finding(f"outbox with {len(read.posts)} posts")


def _folders(settings: Settings, site: Site) -> Iterator[Finding]:
    for folder in (settings.var, site.discussion):
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        writable = os.access(nearest, os.W_OK)
        yield Finding(f"folder {folder}", "" if writable else "cannot be written by this user")
    output = (settings.folder / "output").resolve()
    if settings.var.resolve().is_relative_to(output):
        yield Finding("[store] folder", "lies below output/ and would be published; move it")


def _builder(settings: Settings) -> Finding:
    words = shlex.split(settings.site.build)
    if words and not shutil.which(words[0], path=program_path()):
        return Finding("[site] build", f"there is no program {words[0]!r} in PATH")
    return Finding("[site] build")


def _listening(settings: Settings) -> Finding:
    """Desk and public endpoints are two sockets; port 0 is another one each time."""
    desk, public = desk_address(settings), public_address(settings)
    if desk == public and desk[1] != 0:
        return Finding(
            "[public] listen",
            f"{settings.path}: is that of the desk, {settings.desk.listen}: give one of them"
            " another port",
        )
    return Finding("[public] listen")


def _documents(site: Site) -> Finding:
    try:
        for path in sorted(site.discussion.glob("pages/**/*.json")):
            name = path.relative_to(site.discussion).as_posix()
            if not path.stem.rpartition(".")[2].isdigit():
                parse_discussion(
                    path.read_bytes(), name, lambda part: (site.discussion / part).read_bytes()
                )
        if (site.discussion / "site.json").exists():
            parse_site((site.discussion / "site.json").read_bytes())
    except (DocumentError, OSError) as error:
        return Finding("discussion", f"{error}. Write it anew: tertulia export --all")
    return Finding("discussion")


def _history(site: Site) -> Finding:
    """Words can be erased from a folder, not from git's history."""
    if not site.discussion.is_dir():
        return Finding("discussion is in no git history")
    known = subprocess.run(
        ["git", "ls-files", "--", "."],
        cwd=site.discussion,
        capture_output=True,
        text=True,
        check=False,
    )
    if known.returncode == 0 and known.stdout.strip():
        return Finding(
            "discussion",
            "is under version control: what people ask to erase stays in its history. Keep it out"
            " (.gitignore), or on a branch of one commit that is replaced",
        )
    return Finding("discussion is in no git history")


def _token(settings: Settings, name: str) -> Finding:
    try:
        secrets.read(settings, name)
    except SettingsError as error:
        return Finding(f"token of {name}", str(error))
    return Finding(f"token of {name}")


def _heard(settings: Settings, name: str, *, tells: bool) -> Finding:
    """Is there an address where people reach a network that is served by ourselves?"""
    if settings.public.url:
        return Finding(f"account {name} is heard at {settings.public.url}")
    if tells:
        return Finding(f"account {name} tells others, and hears nobody: [public] url is empty")
    return Finding(
        f"account {name}",
        f"nobody can reach it: say below [public] in {settings.path} where it is heard, as"
        ' url = "https://talk.vencejo.example"',
    )


def _mail(settings: Settings, mail: Mail) -> Finding:
    title = f"mail server {settings.mail.server}"
    try:
        mail.verify()
    except NetworkError as error:
        return Finding(title, str(error))
    return Finding(title)


def _service(service: SpamService) -> Finding:
    try:
        service.verify()
    except NetworkError as error:
        return Finding(service.name, str(error))
    return Finding(f"{service.name} takes the key")


def _account(site: Site, name: str) -> Finding:
    try:
        profile = site.connect(name).profile()
    except NetworkError as error:
        return Finding(f"account {name}", str(error))
    with site.store.write() as tx:
        accounts.verified(tx, name, profile, now=site.clock())
        twins = accounts.twins(tx, name) & site.accounts.keys()
    title = f"account {name} is {profile.handle or 'the site itself'}"
    if twins:
        twin = sorted(twins)[0]
        return Finding(
            title,
            f"and so is account {twin}: each post would go out twice. Take [accounts.{name}] or"
            f" [accounts.{twin}] out of the settings",
        )
    return Finding(title)
