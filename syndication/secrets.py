"""Where tokens are kept: the environment, a file of the web person's, or var/tokens/NAME.json.

Files are readable by their owner alone. A token never stands in the settings, the database, a log
or a message.
"""

from __future__ import annotations

import json
import os
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
    path = settings.folder / account.token_file if account.token_file else token_path(settings, name)
    try:
        _guard(path)
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise SettingsError(
            f"{settings.path}: [accounts.{name}] has no token at {path}. Connect it: tertulia"
            f" connect {account.network} {account.server} --name {name}"
        ) from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    if not text.startswith("{"):
        return {"access_token": text}
    try:
        return {str(key): str(value) for key, value in json.loads(text).items()}
    except ValueError:
        raise SettingsError(f"{path}: is damaged; connect account {name} again") from None


def keep(settings: Settings, name: str, secrets: Mapping[str, str]) -> Path:
    """Write the secrets of one account, readable by their owner alone; where they lie."""
    path = token_path(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(dict(secrets), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o600)
    temporary.replace(path)
    return path


def exposed(path: Path) -> bool:
    """May anybody but the owner read this file?"""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _guard(path: Path) -> None:
    if exposed(path):
        raise SettingsError(f"{path}: others can read this token; run: chmod 600 {path}")


def _from_environment(settings: Settings, name: str, account: AccountSettings) -> str:
    token = os.environ.get(account.token_env, "").strip()
    if not token:
        raise SettingsError(
            f"{settings.path}: [accounts.{name}] token_env names {account.token_env}, which is not"
            " set in the environment of this process"
        )
    return token
