"""Where tokens are kept: the environment, a file of the web person's, or var/tokens/NAME.json.

Files are readable by their owner alone. A token never stands in the settings, the database, a log
or a message.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from syndication.settings import AccountSettings, Settings, SettingsError


def token_path(settings: Settings, account: str) -> Path:
    """The file that `tertulia connect` writes for an account."""
    return settings.var / "tokens" / f"{account}.json"


def read(settings: Settings, name: str) -> dict[str, str]:
    """The secrets of one account. Raises `SettingsError` that says how to get them."""
    account = settings.accounts[name]
    if account.token_env:
        return {"access_token": _from_environment(settings, name, account)}
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
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
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
    return path


def exposed(path: Path) -> bool:
    """May anybody but the owner read this file?"""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


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
    server = account.server or "SERVER"
    return f"tertulia connect {account.network} {server} --name {name}"


def _from_environment(settings: Settings, name: str, account: AccountSettings) -> str:
    token = os.environ.get(account.token_env, "").strip()
    place = f"{settings.path}: [accounts.{name}] token_env names {account.token_env}, which"
    if not token:
        raise SettingsError(f"{place} is not set in the environment of this process")
    if not _is_plain(token):
        raise SettingsError(f"{place} holds line breaks or control characters, as no token does")
    return token
