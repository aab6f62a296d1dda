"""The one place that wires objects together: settings, registry, clients, store."""

from __future__ import annotations

import shlex
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from syndication import secrets
from syndication.catalogues import SOURCE, Catalogues
from syndication.model import Account
from syndication.networks import registry
from syndication.networks.akismet import Akismet
from syndication.networks.contract import Connection, Network, Unavailable
from syndication.networks.fetch import Fetcher
from syndication.networks.smtp import Postbox
from syndication.rules.brakes import Brakes
from syndication.rules.cadence import Cadence
from syndication.rules.spam import lists as spam_lists
from syndication.settings import Settings, SettingsError
from syndication.steps import edits
from syndication.steps.build import Builder
from syndication.steps.receive import endpoints_of
from syndication.steps.site import Site, no_wake
from syndication.steps.timetable import Pace
from syndication.steps.warm import WarmSite
from syndication.store import Store, accounts

OF_ALL_NETWORKS = ("edits",)
"""Options of an account that the daemon reads, whatever its network is."""


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


def open_site(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    wake: Callable[[str, str | None], None] = no_wake,
) -> Site:
    """Everything that the steps of this site need. Asks no network anything.

    Raises `SettingsError` for an account of a network that is not there, `StoreError` for a
    database that cannot be used.
    """
    declared = {name: _account(settings, name) for name in settings.accounts}
    networks = {a.network: _network(settings, a) for a in declared.values()}
    store = Store(settings.database)
    with store.write() as tx:
        for account in declared.values():
            accounts.ensure(tx, account)
    connections = _Connections(settings, declared, networks)
    fetcher = Fetcher(allow_loopback=settings.collect.loopback, clock=clock)
    publish = settings.publish
    catalogues = Catalogues((settings.folder / "translations",))
    return Site(
        url=settings.site.url,
        name=settings.site.name,
        store=store,
        outbox=_place(settings, settings.site.outbox),
        discussion=settings.folder / settings.site.discussion,
        accounts=declared,
        networks=networks,
        connect=connections.get,
        fetch=fetcher,
        post=fetcher.post,
        clock=clock,
        wake=wake,
        brakes=Brakes(
            min_age=publish.min_age,
            max_age=publish.max_age,
            new_posts=publish.max_new,
            changes=publish.max_changes,
            deletions=publish.max_deletions,
        ),
        cadence=Cadence(
            shortest=settings.collect.reread_soonest, per_hour=settings.collect.reread_per_hour
        ),
        confirm_live=publish.confirm,
        chain=publish.chain,
        contact=settings.site.contact,
        keep_unapproved=settings.store.keep_unapproved or None,
        keep_events=settings.store.keep_events or None,
        endpoints=_endpoints(settings, endpoints_of(declared, networks)),
        lists=_lists(settings),
        mail=_mail(settings),
        service=_service(settings),
        catalogues=catalogues,
        to_visitors=_to_visitors(settings, catalogues),
    )


def builder_of(settings: Settings, *, staying: bool = False) -> Builder:
    """How this site is built; `staying`: by a process that may keep a Pelican beside it."""
    return Builder(
        command=settings.site.build,
        directory=settings.folder,
        delay=settings.site.build_delay,
        warm=_warm(settings) if staying else None,
        deploy=settings.site.deploy,
    )


def _warm(settings: Settings) -> WarmSite | None:
    """The Pelican that stays, where the site is built by Pelican and the settings want it."""
    options = _pelican_options(settings.site.build)
    if not settings.site.warm or options is None:
        return None
    idle = str(settings.site.warm_idle.total_seconds())
    child = [sys.executable, "-m", "pelican.plugins.fast_build.warm", "--idle", idle]
    return WarmSite([*child, *options], settings.folder)


def _pelican_options(build: str) -> list[str] | None:
    """What follows `pelican`, or `python -m pelican`; None for any other command."""
    try:
        words = shlex.split(build)
    except ValueError:
        return None
    program = Path(words[0]).name if words else ""
    if program == "pelican":
        return words[1:]
    if program.startswith("python") and words[1:3] == ["-m", "pelican"]:
        return words[3:]
    return None


def pace_of(settings: Settings) -> Pace:
    """How often the daemon asks."""
    return Pace(collect=settings.collect.every, listen=settings.collect.listen_every)


def desk_folder(settings: Settings) -> Path:
    """Where the pages for staff lie: never below output/."""
    return settings.var / "desk"


def desk_address(settings: Settings) -> tuple[str, int]:
    """Where the desk listens."""
    return _listening_place(settings.desk.listen)


def public_address(settings: Settings) -> tuple[str, int]:
    """Where the public endpoints listen."""
    return _listening_place(settings.public.listen)


def desk_origin(settings: Settings) -> str:
    """Where staff find the desk: the proxy's address, or the one it listens on."""
    return settings.desk.url.rstrip("/") or f"http://{settings.desk.listen}"


def _listening_place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


class _Connections:
    """Connections, made when first asked for. One for each thread: clients are not shared."""

    def __init__(
        self, settings: Settings, declared: dict[str, Account], networks: dict[str, Network]
    ) -> None:
        self._settings, self._declared, self._networks = settings, declared, networks
        self._local = threading.local()

    def get(self, name: str) -> Connection:
        """The connection of one account.

        Raises `Unavailable` while it has no token that can be read: that is mended in a file, and
        found at the next try.
        """
        mine: dict[str, tuple[object, Connection]] = self._local.__dict__.setdefault("made", {})
        account = self._declared[name]
        network = self._networks[account.network]
        kept: Mapping[str, str] = {}
        try:
            kept = secrets.read(self._settings, name)
        except SettingsError as error:
            if network.needs_secrets:
                raise Unavailable(str(error)) from None
        if name not in mine or mine[name][0] != kept:
            mine[name] = (kept, network.connect(account, kept))
        return mine[name][1]


def _account(settings: Settings, name: str) -> Account:
    declared = settings.accounts[name]
    if declared.options.get("edits", edits.UPDATE) not in edits.CHOICES:
        raise SettingsError(
            f"{settings.path}: [accounts.{name}.options] edits must be one of"
            f" {', '.join(edits.CHOICES)}, not {declared.options['edits']!r}"
        )
    options = {
        **declared.options,
        "site": settings.site.url,
        "loopback": settings.collect.loopback,
        "folder": str(settings.var / "accounts" / name),
    }
    return Account(
        name=name,
        network=declared.network,
        server=declared.server.rstrip("/"),
        languages=tuple(declared.languages),
        options=options,
    )


def _network(settings: Settings, account: Account) -> Network:
    try:
        network = registry.get(account.network)
    except registry.NoSuchNetwork as error:
        raise SettingsError(
            f"{settings.path}: [accounts.{account.name}] network: {error}"
        ) from None
    known = {*network.options, *OF_ALL_NETWORKS}
    for option in settings.accounts[account.name].options:
        if option not in known:
            raise SettingsError(
                f"{settings.path}: [accounts.{account.name}.options] {option} is no option of"
                f" {network.name}; there are {', '.join(sorted(known))}"
            )
    return network


def _place(settings: Settings, outbox: str) -> str:
    """A URL as it is, a path from the folder of the settings."""
    if outbox.startswith(("https://", "http://")):
        return outbox
    return str(settings.folder / outbox)


def _endpoints(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    """What for → where: the site's pages say so. `letters` only tells that there are any."""
    url = settings.public.url
    found = {name: f"{url}/{name}" for name in names} if url else {}
    if "comment" in found and settings.mail.server:
        found["letters"] = f"{url}/comment/mail"
    return found


def _lists(settings: Settings) -> spam_lists.Lists:
    """The words and domains of every file that the settings name."""
    lines: list[str] = []
    for name in settings.comments.lists:
        try:
            lines += (settings.folder / name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{settings.path}: [comments] lists: {name} cannot be read: {error}"
            ) from None
    return spam_lists.read(lines)


def _to_visitors(settings: Settings, known: Catalogues) -> Catalogues:
    """The catalogues that the settings choose for visitors: each must be there."""
    chosen = settings.comments.catalogues
    for language, name in chosen.items():
        if not known.has(name):
            there = ", ".join(sorted({SOURCE, *(path.stem for path in known.files())}))
            raise SettingsError(
                f"{settings.path}: [comments] catalogues: {language} is {name!r}, and nothing of"
                f" that name is there: write translations/{name}.po, or take another; there are"
                f" {there}"
            )
    return Catalogues(known.folders, chosen or None)


def _mail(settings: Settings) -> Postbox | None:
    mail = settings.mail
    if not mail.server:
        return None
    host, port = _listening_place(mail.server)
    return Postbox(
        host=host,
        port=port,
        sender=mail.sender,
        user=mail.user,
        password=secrets.password(settings) if mail.user else "",
    )


def _service(settings: Settings) -> Akismet | None:
    akismet = settings.akismet
    if not (akismet.key_env or akismet.key_file):
        return None
    key = secrets.akismet_key(settings).strip()
    return Akismet(site=settings.site.url, key=key, server=akismet.server)
