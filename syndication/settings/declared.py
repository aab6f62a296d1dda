"""The declared table of settings: what there is, its default, what it means, its bounds."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

FILE = "tertulia.toml"

SECOND = timedelta(seconds=1)


def setting(
    default: Any,
    help: str,  # noqa: A002 - the word of every settings table
    *,
    least: timedelta = timedelta(0),
) -> Any:
    """One setting of a section: its default, what it means, and how short a time may be."""
    metadata = {"help": help, "least": least}
    if isinstance(default, list | dict):
        return _field(default_factory=default.copy, metadata=metadata)
    return _field(default=default, metadata=metadata)


REQUIRED = "\0required"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The official website."""

    url: str = setting(REQUIRED, "Public address of the site, as SITEURL in pelicanconf.py.")
    name: str = setting(REQUIRED, "The brand's name, as people know it.")
    outbox: str = setting("output/outbox.json", "What the site has published: a path or a URL.")
    discussion: str = setting("discussion", "Folder for approved words, read by the build.")
    build: str = setting(
        "pelican --fatal errors",
        "Command that builds the site after approvals. Empty: somebody else builds.",
    )
    build_delay: timedelta = setting(
        timedelta(seconds=5), "How long to wait for more changes before a build."
    )
    warm: bool = setting(
        True, "Keep a Pelican that writes only the pages that changed, where fast_build is on."
    )
    warm_idle: timedelta = setting(
        timedelta(hours=1), "How long it stays without being asked.", least=SECOND
    )
    deploy: str = setting(
        "", "Command that carries what was written to its server; it reads file names."
    )
    contact: str = setting("", "Where people ask for their words to be removed: URL or mailto:.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the daemon keeps what it knows."""

    folder: str = setting("var", "Folder of the daemon: database, tokens, desk. Keep it private.")
    keep_unapproved: timedelta = setting(
        timedelta(days=365), "How long words are kept that stand on no page. Then they are erased."
    )
    keep_events: timedelta = setting(
        timedelta(days=365), "How long the log of what happened is kept: who decided what, when."
    )
    url: str = setting(
        "", "Database: sqlite:///FILE or postgresql+psycopg://… Empty: a file in the folder."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """How posts leave."""

    min_age: timedelta = setting(timedelta(minutes=5), "How long a new post waits before it goes.")
    max_age: timedelta = setting(timedelta(days=7), "Posts first seen older than this stay home.")
    confirm: bool = setting(True, "Send only what the public address already shows.")
    max_new: int = setting(3, "More new posts than this at once wait for a person.")
    max_changes: int = setting(10, "More changed posts than this at once wait for a person.")
    max_deletions: int = setting(3, "More vanished posts than this at once wait for a person.")
    chain: bool = setting(False, "Send a network's own long text as a chain of several parts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectSettings:
    """How replies come in."""

    every: timedelta = setting(
        timedelta(minutes=1), "How often each account is asked for news.", least=SECOND
    )
    stream: bool = setting(True, "Listen to a server's stream where it has one, to be quicker.")
    reread_soonest: timedelta = setting(
        timedelta(minutes=5), "How soon a fresh thread may be read again.", least=SECOND
    )
    reread_per_hour: int = setting(60, "How many threads an account reads again in an hour.")
    listen_every: timedelta = setting(
        timedelta(minutes=5), "How often watches are searched.", least=SECOND
    )
    loopback: bool = setting(False, "Allow servers on this machine: for trials only.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """The pages where staff moderate and answer."""

    listen: str = setting("127.0.0.1:8765", "Address and port of the desk.")
    url: str = setting("", "Public address of the desk, where a reverse proxy gives it one.")
    timezone: str = setting("UTC", "Time zone of dates for staff and visitors, as Europe/Madrid.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSettings:
    """What visitors and other websites reach: webmentions, comments."""

    listen: str = setting("127.0.0.1:8766", "Address and port of the public endpoints.")
    url: str = setting(
        "",
        "Their public address, where a reverse proxy gives it one: a host, or a path of the"
        " site's. Empty: nothing is served.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentSettings:
    """Comments that visitors write on the site itself, through an account of the network site."""

    lists: list[str] = setting(
        [], "Files of words and domains that mark advertising: one a line, or a hosts file."
    )
    catalogues: dict[str, str] = setting(
        {}, "How visitors are spoken to, as LANGUAGE_CATALOGUES of the site."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Letters to visitors who ask to be told of answers."""

    server: str = setting(
        "", "Mail server as HOST:PORT; 465 is TLS at once, others ask for it. Empty: no letters."
    )
    sender: str = setting("", 'Who writes, as "Vencejo <talk@vencejo.example>".')
    user: str = setting("", "Name to sign in with. Empty: the server asks for none.")
    password_env: str = setting("", "Environment variable that holds the password.")
    password_file: str = setting("", "File that holds the password.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AkismetSettings:
    """A service that is asked what it takes comments for. Off without a key."""

    key_env: str = setting("", "Environment variable that holds the key.")
    key_file: str = setting("", "File that holds the key. Nothing is sent without one of both.")
    server: str = setting("https://rest.akismet.com", "Address of the service.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """One of the brand's accounts, [accounts.NAME]; `tertulia connect` writes this section."""

    network: str = setting(REQUIRED, "Which network: mastodon, …")
    server: str = setting("", "Address of its server.")
    languages: list[str] = setting(
        [], 'Languages it speaks, as ["es", "en"]. Empty: originals only, no translations.'
    )
    token_env: str = setting("", "Environment variable that holds the token.")
    token_file: str = setting("", "File that holds the token, instead of the one in the folder.")
    options: dict[str, Any] = setting({}, "What this network adds; see docs/networks.md.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of tertulia.toml, with the file it came from."""

    path: Path
    site: SiteSettings
    store: StoreSettings
    publish: PublishSettings
    collect: CollectSettings
    desk: DeskSettings
    public: PublicSettings
    comments: CommentSettings
    mail: MailSettings
    akismet: AkismetSettings
    accounts: dict[str, AccountSettings]

    @property
    def folder(self) -> Path:
        """The folder of the settings: every relative path starts here."""
        return self.path.parent

    @property
    def var(self) -> Path:
        """The daemon's own folder."""
        return self.folder / self.store.folder

    @property
    def database(self) -> str:
        """The database's URL."""
        if not self.store.url:
            return f"sqlite:///{quote(str(self.var / 'tertulia.db'))}"
        relative = re.fullmatch(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(.+)", self.store.url)
        if relative is None:
            return self.store.url
        return f"{relative[1]}{quote(str(self.folder))}/{relative[2]}"


SECTIONS: dict[str, type] = {
    "site": SiteSettings,
    "store": StoreSettings,
    "publish": PublishSettings,
    "collect": CollectSettings,
    "desk": DeskSettings,
    "public": PublicSettings,
    "comments": CommentSettings,
    "mail": MailSettings,
    "akismet": AkismetSettings,
}


def default_of(item: dataclasses.Field[Any]) -> Any:
    """The default of one setting."""
    if item.default is not dataclasses.MISSING:
        return item.default
    assert item.default_factory is not dataclasses.MISSING  # noqa: S101 - `setting` made it
    return item.default_factory()
