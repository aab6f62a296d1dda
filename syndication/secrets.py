"""Where tokens are kept: the environment, a file of the web person's, or var/tokens/NAME.json.

Files are readable by their owner alone. A token never stands in the settings, the database, a log
or a message. What a network renews by itself (a session) is replaced in var/tokens/NAME.json, or,
where the secret is the web person's, kept beside it in var/tokens/NAME.session.json.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from syndication.settings import AccountSettings, Settings, SettingsError


def token_path(settings: Settings, account: str) -> Path:
    """The file that `tertulia connect` writes for an account."""
    return settings.var / "tokens" / f"{account}.json"


class Kept(Mapping[str, str]):
    """The secrets of one account as they were read; `renew` replaces them for everybody."""

    def __init__(self, settings: Settings, name: str, values: Mapping[str, str]) -> None:
        self._settings, self._name, self._values = settings, name, dict(values)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Kept({self._name!r}, {', '.join(self._values)})"

    def renew(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Replace what is kept by ``change(what is kept now)``, and return that.

        Threads and processes do so one after another. Raises what `change` raises, with nothing
        changed, and `OSError` for a file that cannot be read or written.
        """
        path = _renewed_path(self._settings, self._name)
        _private_folder(self._settings)
        with FileLock(path.with_suffix(".lock"), mode=0o600):
            try:
                now = read(self._settings, self._name)
            except SettingsError as error:
                raise OSError(str(error)) from error
            after = dict(change(now))
            if after != now:
                _write(path, after)
        self._values = after
        return self


def read(settings: Settings, name: str) -> Kept:
    """The secrets of one account. Raises `SettingsError` that says how to get them."""
    account = settings.accounts[name]
    own = bool(account.token_env or account.token_file)
    if account.token_env:
        found = {"access_token": _from_environment(settings, name, account)}
    else:
        found = _from_file(settings, name, account)
    session = _renewed_path(settings, name)
    if own:
        found = _session_beside(session) | found
    return Kept(settings, name, found)


def _session_beside(path: Path) -> dict[str, str]:
    """What was renewed; nothing where there is none, or none that can be understood."""
    try:
        _guard(path)
        return _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None


def _from_file(settings: Settings, name: str, account: AccountSettings) -> dict[str, str]:
    path = (
        settings.folder / account.token_file if account.token_file else token_path(settings, name)
    )
    try:
        _guard(path)
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise SettingsError(_no_token(settings, name, account, path)) from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        text = ""
    found = _parsed(text)
    if not found or not all(map(_is_plain, found.values())):
        raise SettingsError(f"{path}: is damaged. {_remedy(name, account)}")
    return found


def keep(settings: Settings, name: str, secrets: Mapping[str, str]) -> Path:
    """Write the secrets of one account, readable by their owner alone; where they lie.

    Raises `OSError` (full disk, read-only folder) with the old file untouched.
    """
    path = token_path(settings, name)
    _private_folder(settings)
    _write(path, secrets)
    return path


def exposed(path: Path) -> bool:
    """May anybody but the owner read this file?"""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _renewed_path(settings: Settings, name: str) -> Path:
    """Where a renewed session is kept: not in a file that is the web person's own."""
    path, account = token_path(settings, name), settings.accounts[name]
    return path.with_suffix(".session.json") if account.token_env or account.token_file else path


def _private_folder(settings: Settings) -> None:
    folder = token_path(settings, "any").parent
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def _write(path: Path, secrets: Mapping[str, str]) -> None:
    """Replace the file whole, with nobody else able to read it at any moment."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(dict(secrets), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _guard(path: Path) -> None:
    if path.is_dir():
        raise SettingsError(f"{path}: is a folder; a token is kept in a file")
    if exposed(path):
        raise SettingsError(f"{path}: others can read this token; run: chmod 600 {path}")


def _parsed(text: str) -> dict[str, str]:
    """Secrets by their names; empty for what cannot be understood."""
    if not text.startswith("{"):
        return {"access_token": text} if text else {}
    try:
        return {str(key): str(value) for key, value in json.loads(text).items()}
    except ValueError:
        return {}


def _is_plain(secret: str) -> bool:
    """Can it stand in a header? A library that finds it cannot would quote it in its complaint."""
    return secret.isprintable() and not secret.startswith(" ")


def _no_token(settings: Settings, name: str, account: AccountSettings, path: Path) -> str:
    return f"{settings.path}: [accounts.{name}] has no token at {path}. {_remedy(name, account)}"


def _remedy(name: str, account: AccountSettings) -> str:
    if account.token_file:
        return (
            "Put the token into that file, readable by you alone, or take token_file out and"
            f" connect the account: {_connect(name, account)}"
        )
    return f"Connect it: {_connect(name, account)}"


def _connect(name: str, account: AccountSettings) -> str:
    who = account.options.get("handle") or account.server or "SERVER"
    return f"tertulia connect {account.network} {who} --name {name}"


def _from_environment(settings: Settings, name: str, account: AccountSettings) -> str:
    token = os.environ.get(account.token_env, "").strip()
    place = f"{settings.path}: [accounts.{name}] token_env names {account.token_env}, which"
    if not token:
        raise SettingsError(f"{place} is not set in the environment of this process")
    if not _is_plain(token):
        raise SettingsError(f"{place} holds line breaks or control characters, as no token does")
    return token


def password(settings: Settings) -> str:
    """The password of the mail server. Raises `SettingsError` that says how to give it."""
    mail = settings.mail
    return _given(settings, "mail", "password", mail.password_env, mail.password_file)


def akismet_key(settings: Settings) -> str:
    """The key of Akismet. Raises `SettingsError` that says how to give it."""
    akismet = settings.akismet
    return _given(settings, "akismet", "key", akismet.key_env, akismet.key_file)


def _given(settings: Settings, section: str, what: str, variable: str, file: str) -> str:
    """A secret that the web person keeps in the environment or in a file of their own."""
    place = f"{settings.path}: [{section}]"
    found = os.environ.get(variable, "") if variable else ""
    if file:
        path = settings.folder / file
        try:
            _guard(path)
            found = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{place} {what}_file: {path} cannot be read") from None
    elif not variable:
        raise SettingsError(f"{place} user needs a {what}: set {what}_env or {what}_file")
    if not found:
        raise SettingsError(f"{place} {what} is empty; see {what}_env and {what}_file")
    return found
