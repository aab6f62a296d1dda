"""Which way a text runs."""

from __future__ import annotations

import pytest

from syndication.rules.direction import direction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hola", "ltr"),
        ("¡¿…? 42 Hola", "ltr"),
        ("مرحبا", "rtl"),
        ("שלום", "rtl"),
        ("42, שלום Hola", "rtl"),
        ("Hola שלום", "ltr"),
        ("日本語", "ltr"),
        ("", ""),
        ("42 🐦 …", ""),
        ("\u200fHola", "rtl"),
        ("\u200eשלום", "ltr"),
    ],
)
def test_the_first_strong_letter_tells(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "@vencejo@plaza.example مرحبا",
        "@vencejo @ada مرحبا",
        "https://vencejo.example/ مرحبا",
        "#bici مرحبا",
        "42 @vencejo: מרחבא",
    ],
)
def test_names_hashtags_and_addresses_do_not_tell(text: str) -> None:
    assert direction(text) == "rtl"


@pytest.mark.parametrize(
    ("text", "expected"), [("@vencejo", "ltr"), ("#שלום", "rtl"), ("https://a.example", "ltr")]
)
def test_where_there_is_nothing_else_they_do(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u2067שלום\u2069 Hola", "ltr"),
        ("\u2066Hola\u2069 שלום", "rtl"),
        ("\u2068\u2067Hola\u2069 Hola\u2069 שלום", "rtl"),
        ("\u2069\u2069 שלום", "rtl"),
        ("\u2067שלום", ""),
    ],
)
def test_what_is_isolated_says_nothing_about_the_rest(text: str, expected: str) -> None:
    assert direction(text) == expected
