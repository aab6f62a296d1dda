"""What no type can tell about a setting: addresses, names, and keys that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syndication.settings.declared import (
    AccountSettings,
    AkismetSettings,
    MailSettings,
    Settings,
)

_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SettingsError(Exception):
    """A setting that cannot be used: file, key, and what is allowed."""


def check(settings: Settings) -> None:
    """Raise `SettingsError` for the first setting whose value cannot be used."""
    where, site, desk, public = settings.path, settings.site, settings.desk, settings.public
    if not _is_address(site.url) or site.url.endswith("/"):
        raise SettingsError(
            f"{where}: [site] url must be an absolute address without a slash at the end, as"
            f' "https://www.example.org", not {site.url!r}'
        )
    if site.contact and not _is_contact(site.contact):
        raise SettingsError(
            f'{where}: [site] contact must be like "https://www.example.org/contact/" or'
            f' "mailto:hello@example.org", not {site.contact!r}'
        )
    if not _is_listening_place(desk.listen):
        raise SettingsError(
            f'{where}: [desk] listen must be "ADDRESS:PORT", as "127.0.0.1:8765", not'
            f" {desk.listen!r}"
        )
    if desk.url and (not _is_address(desk.url) or urlsplit(desk.url).path not in ("", "/")):
        raise SettingsError(
            f'{where}: [desk] url must be an address without a path, as "https://desk.example.org",'
            f" not {desk.url!r}"
        )
    if not _is_listening_place(public.listen):
        raise SettingsError(
            f'{where}: [public] listen must be "ADDRESS:PORT", as "127.0.0.1:8766", not'
            f" {public.listen!r}"
        )
    if public.url and (not _is_address(public.url) or public.url.endswith("/")):
        raise SettingsError(
            f"{where}: [public] url must be an absolute address without a slash at the end, as"
            f' "https://talk.example.org" or "https://www.example.org/talk", not {public.url!r}'
        )
    if not _is_time_zone(desk.timezone):
        raise SettingsError(
            f'{where}: [desk] timezone must be a name like "Europe/Madrid" or "UTC", not'
            f" {desk.timezone!r}"
        )
    _check_mail(f"{where}: [mail]", settings.mail)
    _check_catalogues(f"{where}: [comments] catalogues", settings.comments.catalogues)
    _check_akismet(f"{where}: [akismet]", settings.akismet)
    for name, account in settings.accounts.items():
        _check_account(f"{where}: [accounts.{name}]", name, account)


def _check_mail(place: str, mail: MailSettings) -> None:
    if mail.server and not _is_listening_place(mail.server):
        raise SettingsError(
            f'{place} server must be "HOST:PORT", as "mail.example.org:587", not {mail.server!r}'
        )
    if bool(mail.server) != bool(re.search(r"[^\s@<>]+@[^\s@<>]+", mail.sender)):
        raise SettingsError(
            f'{place} needs server and sender, as "mail.example.org:587" and'
            ' "Vencejo <talk@vencejo.example>", or neither'
        )
    if mail.password_env and mail.password_file:
        raise SettingsError(f"{place} has password_env and password_file; keep one of them")


def _check_catalogues(place: str, catalogues: Mapping[str, object]) -> None:
    for language, name in catalogues.items():
        known = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9-]+(@[A-Za-z0-9]+)?", name)
        if not known:
            raise SettingsError(
                f'{place} must name catalogues, as {{ es = "es@usted" }}; {language} is {name!r}'
            )


def _check_akismet(place: str, akismet: AkismetSettings) -> None:
    if akismet.key_env and akismet.key_file:
        raise SettingsError(f"{place} has key_env and key_file; keep one of them")
    # Whoever writes the key itself here must not find it in a log.
    if akismet.key_env and not _ENVIRONMENT.fullmatch(akismet.key_env):
        raise SettingsError(f"{place} key_env must be the name of an environment variable")
    if not _is_address(akismet.server) or akismet.server.endswith("/"):
        raise SettingsError(
            f'{place} server must be an address like "https://rest.akismet.com", not'
            f" {akismet.server!r}"
        )


def _check_account(place: str, name: str, account: AccountSettings) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise SettingsError(
            f"{place} must be named with small letters, digits, - and _, 40 at most"
        )
    if account.server and not _is_address(account.server):
        raise SettingsError(
            f'{place} server must be like "https://social.example", not {account.server!r}'
        )
    for language in account.languages:
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language):
            raise SettingsError(
                f'{place} languages must be codes like "es" or "en-GB", not {language!r}'
            )
    if account.token_env and account.token_file:
        raise SettingsError(f"{place} has token_env and token_file; keep one of them")
    # Whoever writes the token itself here must not find it in a log.
    if account.token_env and not _ENVIRONMENT.fullmatch(account.token_env):
        raise SettingsError(f"{place} token_env must be the name of an environment variable")


def _is_address(text: str) -> bool:
    """An http(s) address of a place: no secret, query or fragment in it."""
    try:
        parts = urlsplit(text)
        port_is_possible = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port_is_possible
        and not (set(text) & set("@?#\\"))
        and not any(c.isspace() or not c.isprintable() for c in text)
    )


def _is_contact(text: str) -> bool:
    if text.startswith("mailto:"):
        return re.fullmatch(r"mailto:[^\s@<>\"']+@[^\s@<>\"']+", text) is not None
    return _is_address(text.partition("?")[0].partition("#")[0])


def _is_listening_place(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(re.fullmatch(r"\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+", host)) and bool(
        re.fullmatch(r"[0-9]{1,5}", port) and int(port) <= 65535
    )


def _is_time_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return False
    return True
