"""What the statements need to know, read from the settings of the build and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError

REQUIRED = {
    "legal_name": "who is responsible, by full legal name",
    "address": "their postal address",
    "data_contact": "the e-mail or web address for requests about data",
    "notices_contact": "the e-mail or web address for notices about unlawful content",
    "responsible": "who answers for what the site says",
    "storage": "where the data lies, as: a server of NAME in CITY, COUNTRY",
    "authority": 'the data protection authority, as {"name": "…", "url": "https://…"}',
    "access_log_days": "how many days the web server keeps addresses, 0 for none",
    "updated": "the day of the last change, as 2026-11-22",
}
"""Fact → what to write. The first two belong to ORGANIZATION, the others to LEGAL."""

OF_ORGANIZATION = ("legal_name", "address")
OPTIONAL = ("officer", "register", "languages", "processors")
ADDRESS_LINES = (("street",), ("postal_code", "city"), ("region",), ("country",))

_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where to write, as it is shown and as a link."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the statements say about the brand, in one language; "" when not given."""

    legal_name: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    telephone: str = ""
    tax_id: str = ""
    vat_id: str = ""
    register: str = ""
    responsible: str = ""
    data_contact: Contact | None = None
    notices_contact: Contact | None = None
    officer: Contact | None = None
    storage: str = ""
    processors: tuple[str, ...] = ()
    authority: Contact | None = None
    access_log_days: int | None = None
    languages: tuple[str, ...] = ()  # tags
    updated: date | None = None


class Reading:
    """Reads ORGANIZATION and LEGAL once for a language, and gathers what is wrong."""

    def __init__(self, settings: Mapping[str, Any], language: str) -> None:
        self.problems: list[str] = []
        self._language = language
        self._fallback = str(settings.get("DEFAULT_LANG", ""))
        self._organization = self._table("ORGANIZATION", settings.get("ORGANIZATION"))
        self._legal = self._table("LEGAL", settings.get("LEGAL"))

    def facts(self) -> Facts:
        """The facts as far as they are there; `problems` tells the rest."""
        known = {*REQUIRED, *OPTIONAL} - {*OF_ORGANIZATION}
        for key in self._legal:
            if key not in known:
                self.problems.append(
                    f"LEGAL has no key {key!r}; its keys are {', '.join(sorted(known))}"
                )
        facts = Facts(
            legal_name=self._of_organization("legal_name"),
            address=self._address(),
            email=self._of_organization("email"),
            telephone=self._of_organization("telephone"),
            tax_id=self._of_organization("tax_id"),
            vat_id=self._of_organization("vat_id"),
            register=self._text("LEGAL", self._legal, "register"),
            responsible=self._text("LEGAL", self._legal, "responsible"),
            data_contact=self._contact("data_contact"),
            notices_contact=self._contact("notices_contact"),
            officer=self._contact("officer"),
            storage=self._text("LEGAL", self._legal, "storage"),
            processors=self._list("processors"),
            authority=self._authority(),
            access_log_days=self._days(),
            languages=self._list("languages"),
            updated=self._updated(),
        )
        self.problems += self._missing(facts)
        return facts

    def _missing(self, facts: Facts) -> Iterator[str]:
        for key, advice in REQUIRED.items():
            if getattr(facts, key) in ("", (), None) and not self._complained(key):
                yield f"{_table_of(key)}[{key!r}] is missing: write {advice}"

    def _complained(self, key: str) -> bool:
        return any(line.startswith(f"{_table_of(key)}[{key!r}]") for line in self.problems)

    def _wrong(self, key: str, advice: str) -> None:
        self.problems.append(f"{_table_of(key)}[{key!r}]: {advice}")

    def _table(self, name: str, value: Any) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problems.append(f"{name}: write a table of keys and values, {{'key': 'value'}}")
            return {}
        return value

    def _said(self, table: Mapping[str, Any], key: str) -> Any:
        """The value of this language, where a table of languages is given."""
        value = table.get(key)
        if isinstance(value, Mapping) and key not in ("address", "authority"):
            short = self._language.split("-")[0]
            for tag in (self._language, short, self._fallback):
                if tag in value:
                    return value[tag]
            return next(iter(value.values()), None)
        return value

    def _text(self, name: str, table: Mapping[str, Any], key: str) -> str:
        value = self._said(table, key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problems.append(f"{name}[{key!r}]: write a text, not {value!r}")
            return ""
        return value.strip()

    def _of_organization(self, key: str) -> str:
        return self._text("ORGANIZATION", self._organization, key)

    def _contact(self, key: str) -> Contact | None:
        text = self._text("LEGAL", self._legal, key)
        if not text:
            return None
        found = contact(text)
        if found is None:
            self._wrong(key, f"{text!r} is neither an e-mail address nor a web address")
        return found

    def _address(self) -> tuple[str, ...]:
        parts = dict(self._table("ORGANIZATION['address']", self._organization.get("address")))
        parts["country"] = _country(str(parts.get("country") or ""), self._language)
        lines = (
            " ".join(str(parts[key]).strip() for key in keys if parts.get(key))
            for keys in ADDRESS_LINES
        )
        return tuple(line for line in lines if line)

    def _authority(self) -> Contact | None:
        said = self._table("LEGAL['authority']", self._legal.get("authority"))
        name, url = self._said(said, "name"), self._said(said, "url")
        if not said:
            return None
        if not isinstance(name, str) or not name or not _web(url):
            self._wrong("authority", f"write {REQUIRED['authority']}")
            return None
        return Contact(text=name, url=str(url))

    def _days(self) -> int | None:
        value = self._legal.get("access_log_days")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._wrong("access_log_days", f"write a number of days, not {value!r}")
            return None
        return value

    def _updated(self) -> date | None:
        value = self._legal.get("updated")
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self._wrong("updated", f"{value!r} is no date: write it as 2026-11-22")
            return None

    def _list(self, key: str) -> tuple[str, ...]:
        value = self._said(self._legal, key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(key, "write a list of texts, ['…', '…']")
            return ()
        return tuple(str(one) for one in value)


def contact(text: str) -> Contact | None:
    """An e-mail or web address, however it is written; None for anything else."""
    bare = text.removeprefix("mailto:")
    if _EMAIL.fullmatch(bare):
        return Contact(text=bare, url=f"mailto:{bare}")
    if _web(text):
        return Contact(text=text.split("://", 1)[1].rstrip("/"), url=text)
    return None


def _country(code: str, language: str) -> str:
    """A country by the name that `language` gives it; what is no code of two letters stays."""
    try:
        names = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        return code
    return str(names.get(code.strip(), code))


def _web(url: object) -> bool:
    return isinstance(url, str) and re.fullmatch(r"https?://[^\s<>\"]+", url) is not None


def _table_of(key: str) -> str:
    return "ORGANIZATION" if key in OF_ORGANIZATION else "LEGAL"
