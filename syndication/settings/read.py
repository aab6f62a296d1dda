"""Reading and checking tertulia.toml: every complaint names file, key and what is allowed."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from syndication.settings.check import SettingsError, check
from syndication.settings.declared import (
    REQUIRED,
    SECTIONS,
    AccountSettings,
    Settings,
    default_of,
)
from syndication.settings.write import UNITS, duration

T = TypeVar("T")

MOST = 1_000_000
"""No count in the settings is larger; databases and servers could not follow."""


def load(path: Path) -> Settings:
    """Read and check tertulia.toml. Raises `SettingsError` naming file, key and remedy."""
    path = path.resolve()
    raw = _parsed(path)
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
    check(settings)
    return settings


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(
            f"{path}: there is no such file. Make a site with 'tertulia init DIR', or name the"
            " settings with --settings FILE"
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not text in UTF-8; save it in that encoding") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None


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
        needed = default_of(item) == REQUIRED
        if key in table:
            values[key] = _value(f"{path}: [{name}] {key}", table[key], item)
        if needed and not values.get(key):
            raise SettingsError(f"{path}: [{name}] {key} is missing. {item.metadata['help']}")
    return cls(**values)


def _table(path: Path, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: {name} must be a section, [{name}]")
    return value


def _value(place: str, value: object, item: dataclasses.Field[Any]) -> object:
    default = default_of(item)
    if isinstance(default, timedelta):
        return _duration(place, value, item.metadata["least"])
    if isinstance(default, bool):
        return _kind(place, value, bool, "true or false")
    if isinstance(default, int):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise SettingsError(f"{place} must be a whole number, 0 to {MOST}, not {value!r}")
        return value
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


def _duration(place: str, value: object, least: timedelta) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise SettingsError(f'{place} must be a time like "90s", "5m", "2h" or "7d", not {value!r}')
    found = timedelta(seconds=int(match[1]) * UNITS[match[2]])
    if found < least:
        raise SettingsError(f'{place} must be "{duration(least)}" or more, not {value!r}')
    return found
