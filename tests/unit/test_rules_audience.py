"""Which account carries which post."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syndication.model import Account, Post
from syndication.rules.audience import speaks, wants


def account(*languages: str, name: str = "plaza") -> Account:
    return Account(name=name, network="mastodon", languages=languages)


def post(**more: Any) -> Post:
    values: dict[str, Any] = {
        "url": "https://vencejo.example/a/",
        "kind": "article",
        "title": "A",
        "summary": "",
        "language": "en",
        "published": datetime(2026, 11, 20, tzinfo=UTC),
    }
    return Post(**values | more)


@pytest.mark.parametrize(
    ("spoken", "language", "expected"),
    [
        (("es",), "es", True),
        (("es-ES",), "es-MX", True),
        (("ES",), "es", True),
        (("en", "es"), "es_MX", True),
        (("es",), "en", False),
        (("es",), "est", False),
        (("est",), "es", False),
        (("es",), "", False),
        ((), "es", False),
    ],
)
def test_an_account_speaks_a_language_whatever_the_region(
    spoken: tuple[str, ...], language: str, expected: bool
) -> None:
    assert speaks(account(*spoken), language) is expected


def test_an_article_goes_everywhere_and_a_page_nowhere_unless_it_says_so() -> None:
    assert wants(post(), account())
    assert not wants(post(kind="page"), account())
    assert wants(post(kind="page", networks=("mastodon",)), account())


@pytest.mark.parametrize(
    ("networks", "expected"),
    [((), False), (("bluesky",), False), (("bluesky", "mastodon"), True), (("plaza",), True)],
)
def test_front_matter_names_networks_or_accounts(networks: tuple[str, ...], expected: bool) -> None:
    assert wants(post(networks=networks), account()) is expected


@pytest.mark.parametrize("original", [True, False])
def test_an_account_without_languages_gets_originals_alone(original: bool) -> None:
    assert wants(post(original=original, language="es"), account()) is original


@pytest.mark.parametrize("original", [True, False])
def test_an_account_with_languages_gets_what_it_speaks_translated_or_not(original: bool) -> None:
    assert wants(post(original=original, language="es"), account("es"))
    assert not wants(post(original=original, language="en"), account("es"))


def test_a_network_that_is_named_does_not_make_an_account_speak_another_language() -> None:
    assert not wants(post(networks=("mastodon",), language="en"), account("es"))
