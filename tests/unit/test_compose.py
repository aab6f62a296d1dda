"""A post becomes what an account says about it: it always fits, and nothing is torn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndication.model import Draft, Limits, Picture, Post
from syndication.rules.compose import (
    DEFAULT_LIMITS,
    DoesNotFit,
    check,
    check_draft,
    compose,
    hashtags,
    measure,
)
from syndication.rules.fitting import excess, fits
from syndication.rules.text import atoms, clean, graphemes

MASTODON = DEFAULT_LIMITS["mastodon"]
URL = "https://vencejo.example/es/como-elegir-bici/"
FAMILY = "👩‍👩‍👧‍👦"


def post(**changes: object) -> Post:
    usual = Post(
        url=URL,
        kind="article",
        title="Cómo elegir tu primera bici",
        summary="Tres preguntas antes de comprar.",
        language="es",
        published=datetime(2026, 11, 20, tzinfo=UTC),
        tags=("bici urbana", "taller"),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def one(made: tuple[Draft, ...]) -> str:
    assert len(made) == 1
    return made[0].text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("hola", 4),
        (f"{FAMILY}🇪🇸é", 3),
        ("https://a.com", 23),
        ("https://www.vencejo.com/" + "a" * 200, 23),
        ("mira (https://www.vencejo.com/a).", 6 + 23 + 2),
        ("https://en.wikipedia.org/wiki/Swift_(bird)", 23),
        ("@ana@social.example hola", 9),
        ("ana@correo.com", 14),
        # Hosts that a server does not know are not addresses to it: every character counts.
        ("https://vencejo.example/" + "a" * 200, 224),
        ("http://127.0.0.1:8000/", 23),
    ],
)
def test_length_is_counted_as_the_server_counts_it(text: str, length: int):
    assert measure(text, MASTODON) == length


def test_a_network_without_rules_of_its_own_counts_graphemes_as_they_are_written():
    plain = Limits(characters=300)
    assert measure("https://a.com @ana@b.com", plain) == 24


def test_a_post_is_title_summary_permalink_and_hashtags():
    assert one(compose(post(), "mastodon", MASTODON)) == (
        "Cómo elegir tu primera bici\n\nTres preguntas antes de comprar.\n\n"
        f"{URL}\n\n#BiciUrbana #taller"
    )


@pytest.mark.parametrize(
    "title", ["Hoy ha entrado un señor con un timbre…", "Hoy ha entrado un señor"]
)
def test_a_note_that_goes_by_its_first_words_says_them_once(title: str):
    words = "Hoy ha entrado un señor con un timbre de 1961 en el bolsillo. Es un la."
    said = one(compose(post(title=title, summary=words, tags=()), "mastodon", MASTODON))
    assert said == f"{words}\n\n{URL}"


def test_the_draft_carries_language_permalink_and_visibility():
    (draft,) = compose(post(), "mastodon", MASTODON, visibility="unlisted")
    assert (draft.language, draft.url, draft.visibility) == ("es", URL, "unlisted")


def test_a_long_summary_ends_after_a_sentence():
    said = one(compose(post(summary="Una frase corta. " * 60), "mastodon", MASTODON))
    assert said.split("\n\n")[1].endswith("corta.")
    assert measure(said, MASTODON) <= 500


def test_a_summary_without_sentences_ends_after_a_word_and_says_so():
    said = one(compose(post(summary="palabra " * 100), "mastodon", MASTODON))
    assert said.split("\n\n")[1].endswith("palabra…")


def test_when_there_is_little_room_hashtags_and_summary_give_way_to_title_and_permalink():
    small = Limits(characters=80)
    assert one(compose(post(), "mastodon", small)) == f"{post().title}\n\n{URL}"


def test_the_networks_own_text_wins_and_gets_the_permalink():
    made = compose(post(texts={"mastodon": "¡Ya está aquí!"}), "mastodon", MASTODON)
    assert one(made) == f"¡Ya está aquí!\n\n{URL}"


def test_a_permalink_in_the_own_text_stays_where_it_is_and_is_said_once():
    own = f"Lee {URL} y comparte {URL} con quien quieras"
    said = one(compose(post(texts={"mastodon": own}), "mastodon", MASTODON))
    assert said == f"Lee {URL} y comparte con quien quieras"


def test_an_own_text_that_is_too_long_is_named_with_its_length_and_what_to_do():
    own = post(texts={"mastodon": "a" * 600})
    with pytest.raises(DoesNotFit, match=r"\b146 more than fit: shorten it, or allow chains"):
        compose(own, "mastodon", MASTODON)
    assert "146 more" in (check(own, "mastodon", MASTODON) or "")
    assert check(post(), "mastodon", MASTODON) is None


def test_a_chain_says_everything_in_parts_of_which_only_the_first_is_public():
    own = " ".join(f"Frase número {n}, ni larga ni corta." for n in range(60))
    made = compose(post(texts={"mastodon": own}), "mastodon", MASTODON, chain=True)
    assert [draft.visibility for draft in made] == ["public", *["unlisted"] * (len(made) - 1)]
    assert made[0].text.endswith(URL)
    assert [bool(draft.url) for draft in made] == [True, *[False] * (len(made) - 1)]
    said = " ".join(draft.text for draft in made).replace(f"\n\n{URL}", "")
    assert said == own
    assert all(draft.text.replace(f"\n\n{URL}", "").endswith(".") for draft in made)


def test_pictures_are_as_many_and_described_as_briefly_as_the_server_takes():
    pictures = tuple(Picture(url=f"https://v.example/{n}.jpg", alt="é " * 400) for n in range(6))
    (draft,) = compose(post(pictures=pictures), "mastodon", replace(MASTODON, alt_characters=50))
    assert len(draft.pictures) == 4
    assert all(len(picture.alt) <= 50 for picture in draft.pictures)
    assert draft.pictures[0].alt.endswith("…")


def test_a_picture_that_is_too_large_is_left_out_and_named_by_the_check():
    large = post(pictures=(Picture(url="https://v.example/a.jpg", size=99_000_000),))
    assert compose(large, "mastodon", MASTODON)[0].pictures == ()
    assert "make it smaller" in (check(large, "mastodon", MASTODON) or "")


def test_an_address_that_alone_is_too_long_cannot_be_said():
    with pytest.raises(DoesNotFit, match="shorter slug"):
        compose(post(), "mastodon", Limits(characters=20))


@pytest.mark.parametrize(
    ("tag", "hashtag"),
    [
        ("bici urbana", "#BiciUrbana"),
        ("bicis eléctricas", "#BicisEléctricas"),
        ("e-bikes", "#EBikes"),
        ("taller", "#taller"),
        ("iPhone", "#iPhone"),
        ("año 2026", "#Año2026"),
        ("C++", "#C"),
        ("2026", ""),
        ("¡!", ""),
    ],
)
def test_tags_become_valid_hashtags(tag: str, hashtag: str):
    assert hashtags([tag]) == ((hashtag,) if hashtag else ())


def test_a_hashtag_that_was_said_is_not_repeated():
    assert hashtags(["Taller", "taller", "bici"], "Ven al #taller") == ("#bici",)


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (Draft(text="  "), "nothing to say"),
        (Draft(text="a" * 500, warning="ojo"), "3 characters too many"),
        (Draft(text="a", pictures=(Picture(url="x"),) * 5), "5 pictures"),
    ],
)
def test_what_a_person_wrote_is_checked_with_its_warning_and_pictures(draft: Draft, problem: str):
    assert problem in (check_draft(draft, MASTODON) or "")


WHOLE = ["https://www.vencejo.com/un/camino?a=b", "#BicisEléctricas", "@ana@social.example", FAMILY]
PIECES = ["hola", "¡Sí!", "Fin.", "🇪🇸", "e\u0301", "日本語。", ",", "\n\n", "-", "(x)", "שלום"]
pieces = st.sampled_from([*WHOLE, *PIECES])
texts = st.lists(pieces | st.text(max_size=12), max_size=60).map(" ".join)
limits = st.builds(
    Limits,
    characters=st.integers(60, 500),
    url_characters=st.none() | st.just(23),
    handle_counts_server=st.booleans(),
    bytes=st.none() | st.integers(200, 1500),
)


def whole(text: str) -> list[str]:
    return [atom.text for atom in atoms(text) if atom.kind != "text"]


@settings(deadline=None)
@given(title=texts, summary=texts, tags=st.lists(st.text(max_size=20), max_size=8), limit=limits)
def test_a_summary_always_fits_and_carries_the_permalink_once(
    title: str, summary: str, tags: list[str], limit: Limits
):
    made = post(title=title, summary=summary, tags=tuple(tags))
    said = one(compose(made, "mastodon", limit))
    assert measure(said, limit) <= limit.characters
    assert limit.bytes is None or len(said.encode()) <= limit.bytes
    assert whole(said).count(URL) == 1
    assert compose(made, "mastodon", limit)[0].text == said


@settings(deadline=None)
@given(text=texts, limit=limits)
def test_a_text_fits_where_it_is_not_too_long(text: str, limit: Limits):
    assert fits(text, limit) == (excess(text, limit) <= 0)


@settings(deadline=None)
@given(title=texts, summary=texts, limit=limits)
def test_no_address_mention_or_hashtag_is_cut(title: str, summary: str, limit: Limits):
    said = one(compose(post(title=title, summary=summary, tags=()), "mastodon", limit))
    ours = post(title=title, summary=summary)
    untouched = one(compose(ours, "mastodon", Limits(characters=100_000)))
    assert set(whole(said)) <= set(whole(untouched))


@settings(deadline=None)
@given(own=texts.filter(lambda text: clean(text).strip()), limit=limits)
def test_the_parts_of_a_chain_fit_and_together_say_every_grapheme(own: str, limit: Limits):
    source = post(texts={"mastodon": own})
    parts = compose(source, "mastodon", limit, chain=True)
    assert all(measure(part.text, limit) <= limit.characters for part in parts)
    told = [g for part in parts for g in graphemes(part.text) if not g.isspace()]
    (all_at_once,) = compose(source, "mastodon", Limits(characters=100_000))
    assert sorted(told) == sorted(g for g in graphemes(all_at_once.text) if not g.isspace())
    assert [a for part in parts for a in whole(part.text)].count(URL) == 1
