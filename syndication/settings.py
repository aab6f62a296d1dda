"""The daemon's settings: tertulia.toml.

The dataclasses below are the one declared table: they make the defaults, the validation, the
commented file of `tertulia init` and the manual page docs/settings.md (a test holds that).
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

T = TypeVar("T")
FILE = "tertulia.toml"

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class SettingsError(Exception):
    """A setting that cannot be used: file, key, and what is allowed."""


def setting(default: Any, help: str) -> Any:  # noqa: A002 - the word of every settings table
    """One setting of a section, with its default and what it means."""
    if isinstance(default, list | dict):
        return _field(default_factory=default.copy, metadata={"help": help})
    return _field(default=default, metadata={"help": help})


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
    contact: str = setting("", "Where people ask for their words to be removed: URL or mailto:.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the daemon keeps what it knows."""

    folder: str = setting("var", "Folder of the daemon: database, tokens, desk. Keep it private.")
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

    every: timedelta = setting(timedelta(minutes=1), "How often each account is asked for news.")
    stream: bool = setting(True, "Listen to a server's stream where it has one, to be quicker.")
    reread_soonest: timedelta = setting(
        timedelta(minutes=5), "How soon a fresh thread may be read again."
    )
    reread_per_hour: int = setting(60, "How many threads an account reads again in an hour.")
    listen_every: timedelta = setting(timedelta(minutes=5), "How often watches are searched.")
    loopback: bool = setting(False, "Allow servers on this machine: for trials only.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """The pages where staff moderate and answer."""

    listen: str = setting("127.0.0.1:8765", "Address and port of the desk.")
    url: str = setting("", "Public address of the desk, where a reverse proxy gives it one.")
    timezone: str = setting("UTC", "Time zone of the desk's dates, as Europe/Madrid.")


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
        return self.store.url or f"sqlite:///{self.var / 'tertulia.db'}"


SECTIONS: dict[str, type] = {
    "site": SiteSettings,
    "store": StoreSettings,
    "publish": PublishSettings,
    "collect": CollectSettings,
    "desk": DeskSettings,
}


def load(path: Path) -> Settings:
    """Read and check tertulia.toml. Raises `SettingsError` naming file, key and remedy."""
    path = path.resolve()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"{path}: there is no such file. Make a site with 'tertulia init DIR', or name the"
            " settings with --settings FILE"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None
    unknown = set(raw) - set(SECTIONS) - {"accounts"}
    if unknown:
        raise SettingsError(
            f"{path}: [{min(unknown)}] is not a section; there are"
            f" {', '.join(f'[{name}]' for name in SECTIONS)} and [accounts.NAME]"
        )
    accounts = _table(path, "accounts", raw.get("accounts", {}))
    settings = Settings(
        path=path,
        **{n: _section(path, n, cls, raw.get(n, {})) for n, cls in SECTIONS.items()},
        accounts={
            name: _section(path, f"accounts.{name}", AccountSettings, value)
            for name, value in accounts.items()
        },
    )
    _check(settings)
    return settings


def starter_toml(*, url: str, name: str) -> str:
    """The commented settings of a new site: every section, every default, what it means."""
    given = {("site", "url"): url, ("site", "name"): name}
    lines = [
        "# Settings of Tertulia's daemon. What is commented out is the default.",
        "# What staff decide from day to day (watches, pauses) lives in the database, not here.",
    ]
    for section, cls in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for item in dataclasses.fields(cls):
            value = given.get((section, item.name))
            shown = written(default_of(item)) if value is None else written(value)
            mark = "# " if value is None else ""
            lines += [f"# {item.metadata['help']}", f"{mark}{item.name} = {shown}"]
    lines += ["", "# Accounts are added by: tertulia connect NETWORK SERVER", ""]
    return "\n".join(lines)


def default_of(item: dataclasses.Field[Any]) -> Any:
    """The default of one setting."""
    if item.default is not dataclasses.MISSING:
        return item.default
    assert item.default_factory is not dataclasses.MISSING  # noqa: S101 - `setting` made it
    return item.default_factory()


def written(value: object) -> str:
    """A value as it stands in tertulia.toml."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return f'"{duration(value)}"'
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def duration(value: timedelta) -> str:
    """``90s``, ``5m``, ``2h`` or ``7d``: the largest unit that is exact."""
    seconds = int(value.total_seconds())
    for unit, size in reversed(_UNITS.items()):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _section(path: Path, name: str, cls: type[T], value: object) -> T:
    table = _table(path, name, value)
    fields = {item.name: item for item in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise SettingsError(
                f"{path}: [{name}] {key} is not a setting; there are {', '.join(fields)}"
            )
    values = {}
    for key, item in fields.items():
        default = default_of(item)
        if key in table:
            values[key] = _value(f"{path}: [{name}] {key}", table[key], default)
        elif default == REQUIRED:
            raise SettingsError(f"{path}: [{name}] {key} is missing. {item.metadata['help']}")
    return cls(**values)


def _table(path: Path, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: {name} must be a section, [{name}]")
    return value


def _value(place: str, value: object, default: object) -> object:
    if isinstance(default, timedelta):
        return _duration(place, value)
    if isinstance(default, bool):
        return _kind(place, value, bool, "true or false")
    if isinstance(default, int):
        number = _kind(place, value, int, "a whole number")
        if isinstance(value, bool) or number < 0:
            raise SettingsError(f"{place} must be a whole number, zero or more")
        return number
    if isinstance(default, list):
        texts = _kind(place, value, list, 'a list of texts like ["es", "en"]')
        return [_kind(place, text, str, 'a list of texts like ["es", "en"]') for text in texts]
    if isinstance(default, dict):
        return _kind(place, value, dict, "a table")
    return _kind(place, value, str, 'a text in "quotes"')


def _kind(place: str, value: object, kind: type[T], what: str) -> T:
    if not isinstance(value, kind):
        raise SettingsError(f"{place} must be {what}, not {value!r}")
    return value


def _duration(place: str, value: object) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise SettingsError(f'{place} must be a time like "90s", "5m", "2h" or "7d"')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _check(settings: Settings) -> None:
    """What no single key can tell."""
    where = settings.path
    parts = urlsplit(settings.site.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or settings.site.url[-1] == "/":
        raise SettingsError(
            f"{where}: [site] url must be an absolute address without a slash at the end, as"
            f' "https://www.example.org", not {settings.site.url!r}'
        )
    try:
        ZoneInfo(settings.desk.timezone)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise SettingsError(
            f'{where}: [desk] timezone must be a name like "Europe/Madrid" or "UTC", not'
            f" {settings.desk.timezone!r}"
        ) from None
    host, _, port = settings.desk.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f'{where}: [desk] listen must be "ADDRESS:PORT", as "127.0.0.1:8765"')
    for name, account in settings.accounts.items():
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
            raise SettingsError(
                f"{where}: [accounts.{name}] must be named with small letters, digits, - and _"
            )
        if account.token_env and account.token_file:
            raise SettingsError(
                f"{where}: [accounts.{name}] has token_env and token_file; keep one of them"
            )
