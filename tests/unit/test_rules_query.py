"""Does a text match a watch?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.model import Watch
from syndication.rules.query import fold, matches


def watch(query: str, kind: str = "words", language: str = "") -> Watch:
    return Watch(id=1, query=query, kind=kind, language=language)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("vencejo", "Mi Vencejo hace ruido."),
        ("VENCEJO", "«vencejo»"),
        ("vencejo", "#Vencejo"),
        ("camion", "¡Un camión!"),
        ("camión", "un camion"),
        ("niño", "NIN\u0303O"),
        ("strasse", "Straße"),
        ("bici rota", "La rota es mi bici"),
        ("fila", "ﬁla"),
        ("vencejo", "vencejo's"),
        ("42", "el 42"),
    ],
)
def test_words_match_without_case_accents_order_or_marks(query: str, text: str) -> None:
    assert matches(watch(query), text, [])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("vencejo", "los vencejos"),
        ("vencejo", "veloz"),
        ("bici rota", "mi bici"),
        ("vencejo", ""),
        ("", "vencejo"),
        ("!!!", "vencejo!!!"),
        ("🐦", "un 🐦"),
    ],
)
def test_what_is_not_said_does_not_match(query: str, text: str) -> None:
    assert not matches(watch(query), text, [])


@pytest.mark.parametrize("query", ["vencejo", "#Vencejo", "＃vencejo", " #vencejo "])
@pytest.mark.parametrize("tag", ["Vencejo", "#VENCEJO", "vencejo"])
def test_a_hashtag_matches_among_the_tags(query: str, tag: str) -> None:
    assert matches(watch(query, "hashtag"), "", ["birds", tag])


@pytest.mark.parametrize("tags", [[], ["vencejos"], ["vence"], ["", "#"]])
def test_another_hashtag_does_not(tags: list[str]) -> None:
    assert not matches(watch("vencejo", "hashtag"), "vencejo #vencejo", tags)


@pytest.mark.parametrize("query", ["", "#", "##"])
def test_a_hashtag_without_a_name_matches_nothing(query: str) -> None:
    assert not matches(watch(query, "hashtag"), "#", ["", "#"])


@pytest.mark.parametrize(
    ("wanted", "language", "expected"),
    [
        ("es", "es", True),
        ("es", "es-MX", True),
        ("es-ES", "es-MX", True),
        ("es", "ES", True),
        ("es", "en", False),
        ("es", "est", False),
        ("es", "", True),
        ("", "en", True),
    ],
)
def test_a_language_excludes_others_and_never_the_unnamed(
    wanted: str, language: str, expected: bool
) -> None:
    for kind in ("words", "hashtag"):
        found = matches(watch("vencejo", kind, wanted), "vencejo", ["vencejo"], language)
        assert found is expected


@given(st.text(max_size=60))
def test_a_text_matches_its_own_words(text: str) -> None:
    said = any(letter.isalnum() for letter in fold(text))
    assert matches(watch(text), text, []) or not said
