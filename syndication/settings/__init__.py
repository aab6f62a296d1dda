"""The daemon's settings: tertulia.toml.

The dataclasses in `declared` are the one table: they make the defaults, the validation, the
commented file of `tertulia init` and the manual page docs/settings.md (a test holds that).
"""

from syndication.settings.check import SettingsError
from syndication.settings.declared import (
    FILE,
    REQUIRED,
    SECTIONS,
    AccountSettings,
    CollectSettings,
    DeskSettings,
    PublishSettings,
    Settings,
    SiteSettings,
    StoreSettings,
    default_of,
)
from syndication.settings.read import load
from syndication.settings.write import duration, starter_toml, written

__all__ = [
    "FILE",
    "REQUIRED",
    "SECTIONS",
    "AccountSettings",
    "CollectSettings",
    "DeskSettings",
    "PublishSettings",
    "Settings",
    "SettingsError",
    "SiteSettings",
    "StoreSettings",
    "default_of",
    "duration",
    "load",
    "starter_toml",
    "written",
]
