"""Golden pairs: what the AppView sent beside what it becomes.

`NAME.view.json` ↔ `NAME.message.json`. The left halves are as a real network sent them; those
called `documented-…` follow its documentation. After a wanted change:
`python -m tests.golden.test_bluesky` writes the right halves anew, and the difference is read
before it is kept.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndication.model import Message
from syndication.networks.bluesky import convert, labels, richtext
from syndication.networks.bluesky.convert import Manner
from syndication.rules import markup

FOLDER = Path(__file__).parent / "bluesky"
OURS = "did:plc:4ciqhscy22n22kdfy2ykrrpz"
MANNER = Manner()


def payload(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def message_of(path: Path) -> Message:
    return convert.message(payload(path), MANNER, ours=OURS)


def view(name: str, **changes: Any) -> dict[str, Any]:
    """A recorded view, with some of its fields changed."""
    return payload(FOLDER / f"{name}.view.json") | changes


def read(name: str, manner: Manner = MANNER, **named: Any) -> Message:
    return convert.message(view(name), manner, **{"ours": OURS} | named)


def written(value: object) -> str:
    """The right half of a pair: what is not said is left out."""

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in pairs if value not in (None, "", (), {}, False)}

    def plain(value: object) -> str:
        assert isinstance(value, datetime)
        return value.isoformat()

    made = asdict(value, dict_factory=kept)  # type: ignore[call-overload]
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True, default=plain) + "\n"


def pairs() -> Mapping[str, tuple[Path, Path]]:
    lefts = sorted(FOLDER.glob("*.view.json"))
    names = (path.name.removesuffix(".view.json") for path in lefts)
    return {
        name: (left, left.with_name(f"{name}.message.json"))
        for name, left in zip(names, lefts, strict=True)
    }


@pytest.mark.parametrize("name", pairs())
def test_the_view_becomes_the_message(name: str):
    left, right = pairs()[name]
    assert written(message_of(left)) == right.read_text(encoding="utf-8")


def test_there_are_pairs_and_no_halves():
    assert len(pairs()) > 15
    left_over = set(FOLDER.glob("*.json")) - {path for pair in pairs().values() for path in pair}
    assert left_over == set()


@pytest.mark.parametrize("name", pairs())
def test_what_is_kept_is_safe_to_show_and_has_no_controls(name: str):
    words = message_of(pairs()[name][0]).words
    assert markup.reduce(words.html) == words.html
    assert not any(mark in words.html for mark in "\x00\u202d\u202e")


# --- facets ----------------------------------------------------------------------------------

WEB = "https://bsky.app"


def facet(start: Any, end: Any, **feature: Any) -> dict[str, Any]:
    kind = {"uri": "link", "did": "mention", "tag": "tag"}[next(iter(feature))]
    typed = {"$type": f"app.bsky.richtext.facet#{kind}"} | feature
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [typed]}


def test_facets_count_bytes_and_letters_of_several_bytes_stay_whole():
    html = richtext.html_of("ñandú 🚲 aquí", [facet(8, 12, uri="https://a.example/")], web=WEB)
    assert html == '<p>ñandú <a href="https://a.example/">🚲</a> aquí</p>'


@pytest.mark.parametrize(
    "hostile",
    [
        facet(1, 3, uri="https://cuts-a-letter.example/"),
        facet(0, 99, uri="https://outside.example/"),
        facet(-2, 2, uri="https://outside.example/"),
        facet(4, 4, uri="https://empty.example/"),
        facet(5, 4, uri="https://backwards.example/"),
        facet("0", 4, uri="https://no-number.example/"),
        facet(True, 4, uri="https://no-number.example/"),
        facet(2, 6, uri="javascript:alert(1)"),
        facet(2, 6, uri="data:text/html,x"),
        facet(2, 6, uri="https://bank.example@evil.example/"),
        facet(2, 6, uri=7),
        facet(2, 6, did="did:plc:<script>"),
        facet(2, 6, did="../../"),
        facet(2, 6, tag="  "),
        {"index": {"byteStart": 2, "byteEnd": 6}, "features": [{"$type": "some.other#thing"}]},
        {"index": 7, "features": 7},
        7,
    ],
)
def test_a_facet_that_leads_nowhere_is_plain_text(hostile: Any):
    assert richtext.html_of("ñ & letters", [hostile], web=WEB) == "<p>ñ &amp; letters</p>"


def test_of_facets_that_overlap_the_first_is_kept():
    facets = [facet(2, 9, uri="https://b.example/"), facet(0, 4, uri="https://a.example/")]
    html = richtext.html_of("letters here", facets, web=WEB)
    assert html == '<p><a href="https://a.example/">lett</a>ers here</p>'


def test_words_that_look_like_another_address_show_the_real_one():
    facets = [facet(0, 20, uri="https://evil.example/login")]
    html = richtext.html_of("https://bank.example", facets, web=WEB)
    assert html == '<p><a href="https://evil.example/login">https://evil.example/login</a></p>'


@pytest.mark.parametrize("words", ["vencejo.example/frenos…", "www.vencejo.example", "frenos"])
def test_words_that_are_the_address_shortened_stay(words: str):
    facets = [facet(0, len(words.encode()), uri="https://vencejo.example/frenos-de-disco/")]
    assert f">{words}</a>" in richtext.html_of(words, facets, web=WEB)


def test_links_of_facets_are_known_and_those_to_people_and_hashtags_are_none():
    made = read("mention-with-facets")
    assert made.links == ("https://vencejo.example/frenos-de-disco/?utm=1",)
    assert made.tags == ("BiciEléctrica", "taller")


@settings(deadline=None)
@given(
    st.text(max_size=60),
    st.lists(
        st.builds(
            facet,
            st.integers(-3, 70),
            st.integers(-3, 70),
            uri=st.sampled_from(["https://a.example/", "javascript:x", "https://b.example/ü"]),
        ),
        max_size=5,
    ),
)
def test_whatever_facets_say_no_letter_is_lost_nor_made(said: str, facets: list[Any]):
    plain = markup.read(richtext.html_of(said, [], web=WEB)).text
    linked = markup.read(richtext.html_of(said, facets, web=WEB)).text
    assert "".join(linked.split()) == "".join(plain.split())


# --- what keeps words off the site -------------------------------------------------------------


def label(value: str, *, source: str = "did:plc:labeler", **more: Any) -> dict[str, Any]:
    return {"src": source, "val": value, "uri": "at://x", "cts": "2026-11-22T10:00:00Z", **more}


@pytest.mark.parametrize("value", sorted(labels.ALWAYS))
def test_these_labels_always_keep_words_off_the_site(value: str):
    made = convert.message(view("reply", labels=[label(value)]), MANNER)
    assert (made.visibility, made.words.text) == ("withheld", "¿Abrís también por la tarde?")


def test_other_labels_do_so_where_the_settings_name_them():
    assert read("labelled-spam").visibility == "public"
    assert read("labelled-spam", Manner(withhold=frozenset({"spam"}))).visibility == "withheld"


def test_a_label_on_the_author_counts_as_one_on_their_words():
    assert read("author-for-members-only").visibility == "withheld"
    assert read("author-for-members-only").author.indexable is False


@pytest.mark.parametrize("order", [1, -1])
def test_a_label_that_its_source_took_back_is_none(order: int):
    taken_back = [label("!hide", neg=True), label("!hide", source="did:plc:another", neg=True)]
    assert convert.message(view("reply", labels=taken_back[::order]), MANNER).visibility == "public"


def test_nobody_takes_back_the_label_of_another():
    both = [label("!hide"), label("!hide", source="did:plc:another", neg=True)]
    assert convert.message(view("reply", labels=both), MANNER).visibility == "withheld"


def test_what_the_owner_of_the_thread_hid_is_withheld():
    uri = view("reply")["uri"]
    assert read("reply", hidden={uri}).visibility == "withheld"


def test_a_quote_out_of_which_we_took_our_post_is_withheld_and_that_of_another_is_not():
    assert read("quote-detached").visibility == "withheld"
    assert read("quote-detached", ours="did:plc:another").visibility == "public"


def test_a_warning_is_what_the_author_said_not_what_a_service_says():
    assert read("content-warning").words.warning == "graphic-media"
    assert read("labelled-spam").words.warning == ""


# --- people ------------------------------------------------------------------------------------


def test_a_person_is_their_did_and_shows_the_latest_handle():
    profile = view("reply")["author"]
    before, after = (
        convert.author(profile | {"handle": handle}, MANNER) for handle in ("a.test", "b.test")
    )
    assert (before.ref, before.handle, after.handle) == (after.ref, "a.test", "b.test")
    assert before.ref.id in (before.ref.url or "")


@pytest.mark.parametrize("handle", ["handle.invalid", "", 7, "<script>", None])
def test_a_handle_that_leads_to_nobody_is_not_shown(handle: Any):
    profile = view("reply")["author"] | {"handle": handle, "displayName": ""}
    made = convert.author(profile, MANNER)
    assert made.handle == made.name == made.ref.id


def test_a_program_that_says_so_is_known_as_one():
    assert read("by-a-bot").author.bot
    assert not read("reply").author.bot


def test_html_in_a_name_stays_text():
    assert read("nested-reply").author.name == "Bob <b>B</b>"


def test_a_date_in_the_future_is_the_moment_when_it_was_indexed():
    assert read("dated-in-the-future").written.year == 2026
    assert read("backdated-to-2001").written.year == 2001


def test_the_web_address_is_the_one_that_the_settings_want():
    made = read("reply", Manner(web="https://social.example"))
    assert (made.ref.url or "").startswith("https://social.example/profile/did:plc:")


def test_likes_and_reposts_are_counted_and_nothing_else():
    counted = convert.reactions(view("our-post-with-counts"), MANNER)
    assert [(reaction.kind, reaction.count) for reaction in counted] == [("like", 2), ("repost", 1)]


# --- nonsense ----------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\x00", "\ud800", "https://[", "9999-12-31T23:59:59-23:59", 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def places(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value within a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    found = []
    for key, below in inner:
        found.append((*above, key))
        if isinstance(below, dict | list):
            found += places(below, (*above, key))
    return found


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """What the AppView sent, with up to five values replaced by anything."""
    value = copy.deepcopy(payload(draw(st.sampled_from(sorted(FOLDER.glob("*.view.json"))))))
    for _ in range(draw(st.integers(1, 5))):
        *way, last = draw(st.sampled_from(places(value)))
        inner: Any = value
        for key in way:
            inner = inner[key]
        inner[last] = draw(JSON)
        if not value:
            break
    return value


@settings(deadline=None, max_examples=400)
@given(spoiled())
def test_nonsense_is_unreadable_or_fit_to_be_stored_and_nothing_else(spoilt: Any):
    with suppress(convert.Unreadable):
        made = convert.message(spoilt, MANNER)
        kept = json.dumps(asdict(made), default=str, ensure_ascii=False)
        assert "\\u0000" not in kept
        kept.encode()
    with suppress(convert.Unreadable):
        assert all(0 < reaction.count < 2**31 for reaction in convert.reactions(spoilt, MANNER))


@pytest.mark.parametrize("cid", ["\x00", "\ud800", "bafy\u202e", "a" * 300, 7, None])
def test_a_digest_that_is_none_is_not_kept(cid: Any):
    spoilt = view("nested-reply", cid=cid)
    spoilt["record"]["reply"]["parent"]["cid"] = cid
    spoilt["record"]["embed"] = {"record": {"uri": spoilt["uri"], "cid": cid}}
    made = convert.message(spoilt, MANNER)
    assert made.reply_to
    assert made.quotes
    assert made.ref.local is made.reply_to.local is made.quotes.local is None


@settings(deadline=None)
@given(JSON)
def test_what_is_no_view_at_all_is_unreadable(value: Any):
    with pytest.raises(convert.Unreadable):
        convert.message(value, MANNER)


if __name__ == "__main__":
    for left, right in pairs().values():
        right.write_text(written(message_of(left)), encoding="utf-8")
