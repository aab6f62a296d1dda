"""Who publishes the site and how it looks, from pelicanconf.py, checked when a build begins.

Every error names setting and key and says what may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
# What a site that names no colours of its own gets; a theme may know further names.
COLOURS = {"paper": "#ffffff", "cover": "#23264f", "on_cover": "#ffffff", "spark": "#f4b33f"}
COLOURS_DARK = {"cover": "#0e1022"}
ADDRESS = {
    "street": "streetAddress",
    "postal_code": "postalCode",
    "city": "addressLocality",
    "region": "addressRegion",
    "country": "addressCountry",
}
TEXTS = ("type", "name", "legal_name", "email", "telephone", "tax_id", "vat_id", "founded")
CONTACT = ("type", "email", "telephone", "url", "languages")
OTHERS = ("address", "same_as", "contact_points")
PROFILE = ("url", "fediverse", "same_as")


class SettingsError(ValueError):
    """A setting that cannot be used: which one, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who publishes; "" and () for what is not said."""

    type: str = "Organization"  # of schema.org: Organization, LocalBusiness, BikeStore, NGO …
    name: str = ""  # as people call it
    legal_name: str = ""
    email: str = ""
    telephone: str = ""
    tax_id: str = ""
    vat_id: str = ""
    founded: str = ""  # a year or an ISO date
    address: Mapping[str, str] = field(default_factory=dict)  # keys of `ADDRESS`
    same_as: tuple[str, ...] = ()  # absolute addresses
    contact_points: tuple[Mapping[str, Any], ...] = ()  # keys of `CONTACT`


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of an author besides the name."""

    url: str = ""
    fediverse: str = ""  # @name@server
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Everything that this plugin reads of the brand."""

    organization: Organization
    authors: Mapping[str, Profile]  # by name, as in front matter
    colours: Mapping[str, str]  # light; each name has a value
    colours_dark: Mapping[str, str]  # `colours` with what differs in the dark
    logo: str  # below SITEURL; "" without
    icon: str  # the same
    rel_me: tuple[str, ...]  # profiles that link back, besides those that the daemon knows
    font: str  # a TTF or OTF file for previews; "" for the packaged one


def read_brand(settings: Mapping[str, Any]) -> Brand:
    """The brand as pelicanconf.py describes it. Raises `SettingsError`."""
    logo = _text(settings, "BRAND_LOGO")
    colours = COLOURS | _colours("BRAND_COLOURS", settings)
    return Brand(
        organization=_organization(settings),
        authors={
            str(name): _profile(f"AUTHOR_PROFILES[{name!r}]", facts)
            for name, facts in _table("AUTHOR_PROFILES", settings.get("AUTHOR_PROFILES")).items()
        },
        colours=colours,
        colours_dark=colours | COLOURS_DARK | _colours("BRAND_COLOURS_DARK", settings),
        logo=logo,
        icon=_text(settings, "BRAND_ICON") or logo,
        rel_me=_addresses("REL_ME", settings.get("REL_ME") or ()),
        font=_text(settings, "PREVIEW_FONT"),
    )


def _organization(settings: Mapping[str, Any]) -> Organization:
    said = _table("ORGANIZATION", settings.get("ORGANIZATION"))
    _only("ORGANIZATION", said, (*TEXTS, *OTHERS))
    address = _table("ORGANIZATION['address']", said.get("address"))
    _only("ORGANIZATION['address']", address, ADDRESS)
    points = said.get("contact_points") or ()
    for number, point in enumerate(points):
        _only(f"ORGANIZATION['contact_points'][{number}]", point, CONTACT)
    texts = {key: str(said[key]) for key in TEXTS if said.get(key)}
    return Organization(
        **{"name": str(settings.get("SITENAME", "")), **texts},
        address={key: str(value) for key, value in address.items() if value},
        same_as=_addresses("ORGANIZATION['same_as']", said.get("same_as") or ()),
        contact_points=tuple(points),
    )


def _profile(place: str, facts: Any) -> Profile:
    said = _table(place, facts)
    _only(place, said, PROFILE)
    fediverse = str(said.get("fediverse", ""))
    if fediverse and not re.fullmatch(r"@[\w.-]+@[\w.-]+\.\w+", fediverse):
        raise SettingsError(f"{place}['fediverse']: write it as @name@server.example")
    return Profile(
        url=str(said.get("url", "")),
        fediverse=fediverse,
        same_as=_addresses(f"{place}['same_as']", said.get("same_as") or ()),
    )


def _colours(name: str, settings: Mapping[str, Any]) -> dict[str, str]:
    said = _table(name, settings.get(name))
    for key, value in said.items():
        if not (isinstance(value, str) and COLOUR.fullmatch(value)):
            raise SettingsError(
                f"{name}[{key!r}]: {value!r} is no colour: write one such as #1b6f4a"
            )
    return said


def _table(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SettingsError(f"{name}: write a table of keys and values, {{'key': 'value'}}")
    return dict(value)


def _only(name: str, said: Any, known: Any) -> None:
    for key in _table(name, said):
        if key not in known:
            raise SettingsError(f"{name} has no key {key!r}; its keys are {', '.join(known)}")


def _addresses(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f"{name}: write a list of addresses, ['https://…']")
    for one in value:
        if not one.startswith(("https://", "http://")):
            raise SettingsError(f"{name}: {one!r} is no absolute address: write it with https://")
    return tuple(value)


def _text(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name) or ""
    if not isinstance(value, str):
        raise SettingsError(f"{name}: write a text, not {value!r}")
    return value.lstrip("/") if name.startswith("BRAND") else value
