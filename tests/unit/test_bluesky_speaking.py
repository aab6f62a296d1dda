"""What is said on Bluesky: keys, facets, records, options. Nothing here asks anybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.model import Account, Card, Draft, Picture, Post, Ref
from syndication.networks import registry
from syndication.networks.bluesky.errors import NoRepo
from syndication.networks.bluesky.facets import facets
from syndication.networks.bluesky.names import AtUri, is_handle, post_url
from syndication.networks.bluesky.publish import Publisher
from syndication.networks.bluesky.record import Composer, at, check, words
from syndication.networks.bluesky.speech import Speech, speech_of
from syndication.networks.bluesky.tid import record_key, tid
from syndication.networks.contract import Gone, Rejected, Unauthorised, Unavailable
from syndication.rules import compose

MOMENT = datetime(2026, 11, 22, 9, 30, 41, tzinfo=UTC)
URL = "https://vencejo.example/es/bici-eléctrica/"
DIDS = {"ana.bsky.social": "did:plc:ana"}
LIMITS = compose.DEFAULT_LIMITS["bluesky"]


def found(text: str) -> list[tuple[str, Any]]:
    """(the text that a facet covers, what it says), by the bytes that it names."""
    raw = text.encode()
    return [
        (
            raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            next(v for k, v in facet["features"][0].items() if k != "$type"),
        )
        for facet in facets(text, DIDS.get)
    ]


# --- keys ------------------------------------------------------------------------------------


def test_a_tid_is_written_as_the_network_writes_it() -> None:
    assert tid(0, 0) == "2222222222222"
    # An example of the protocol's documentation, read by Python's own numbers to the base of 32.
    digits = str.maketrans("234567abcdefghijklmnopqrstuvwxyz", "0123456789abcdefghijklmnopqrstuv")
    number = int("3jzfcijpj2z2a".translate(digits), 32)
    assert tid(number >> 10, number & 1023) == "3jzfcijpj2z2a"
    assert tid(2**53 - 1, 1023) == "bzzzzzzzzzzzz"


@given(st.integers(0, 2**53 - 2), st.integers(0, 1023), st.integers(0, 1023))
def test_tids_sort_as_their_moments_do(microseconds: int, one: int, other: int) -> None:
    assert tid(microseconds, one) < tid(microseconds + 1, other)
    assert len(tid(microseconds, one)) == 13


def test_every_try_of_one_post_has_the_same_key_and_other_posts_have_others() -> None:
    key = record_key(MOMENT, "post 1, part 1")
    assert key == record_key(MOMENT, "post 1, part 1")
    assert key == record_key(MOMENT.replace(second=2), "post 1, part 1")
    assert key != record_key(MOMENT, "post 1, part 2")
    assert key != record_key(MOMENT + timedelta(minutes=1), "post 1, part 1")


def test_a_thousand_posts_of_one_minute_have_a_thousand_keys() -> None:
    keys = {record_key(MOMENT, f"post {number}") for number in range(1000)}
    assert len(keys) == 1000
    first, last = (tid(int(m.timestamp()) * 10**6, 0) for m in (MOMENT, MOMENT))
    assert first == last
    beginning = MOMENT.replace(second=0)
    low = tid(int(beginning.timestamp()) * 10**6, 0)
    high = tid(int((beginning + timedelta(minutes=1)).timestamp()) * 10**6, 0)
    assert all(low <= key < high for key in keys)


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        "at://ana.bsky.social/app.bsky.feed.post/3k",
        "at://did:plc:ana/app.bsky.feed.post",
        "at://did:plc:ana/app.bsky.feed.post/3k/more",
        "https://bsky.app/profile/ana/post/3k",
        "at://did:plc:ana/app.bsky.feed.post/3k\n",
        "",
    ],
)
def test_what_is_no_record_by_did_is_no_at_uri(uri: str) -> None:
    with pytest.raises(ValueError, match="AT URI"):
        AtUri.parse(uri)


def test_an_at_uri_is_read_and_written_again() -> None:
    uri = "at://did:web:vencejo.example/app.bsky.feed.post/3ke6yi3i222zz"
    assert str(AtUri.parse(uri)) == uri


def test_an_address_cannot_leave_its_place() -> None:
    assert post_url("a/../b?c", "d/e") == "https://bsky.app/profile/a%2F..%2Fb%3Fc/post/d%2Fe"


@pytest.mark.parametrize("handle", ["nadie", "a..b", "-a.es", "handle.invalid", "a.1", "x" * 300])
def test_what_is_no_domain_is_no_handle(handle: str) -> None:
    assert not is_handle(handle)


# --- facets ----------------------------------------------------------------------------------


def test_facets_are_counted_in_bytes_behind_accents_emoji_and_families() -> None:
    text = f"Ñandú 🚲👩‍👩‍👧 para @ana.bsky.social en #València: {URL}."
    assert found(text) == [
        ("@ana.bsky.social", "did:plc:ana"),
        ("#València", "València"),
        (URL, URL),
    ]


@pytest.mark.parametrize(
    "text",
    ["@ana@mastodon.example", "@ana", "@nadie.example", "ana@bsky.social", "#2026", "# nada"],
)
def test_what_is_no_handle_here_or_no_hashtag_stays_plain_text(text: str) -> None:
    assert found(text) == []


def test_a_hashtag_that_the_network_would_refuse_stays_plain_text() -> None:
    assert found("#" + "a" * 65) == []
    assert found("#" + "a" * 64) == [("#" + "a" * 64, "a" * 64)]


@given(st.text(max_size=120))
def test_facets_of_any_text_cover_whole_characters_in_order(text: str) -> None:
    cleaned = words(Draft(text=text))
    raw, end = cleaned.encode(), 0
    for facet in facets(cleaned, DIDS.get):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        raw[start:stop].decode()
        end = stop


# --- records ---------------------------------------------------------------------------------


class Nobody:
    """A session, a repository and a web that know one handle and take every picture."""

    def __init__(self) -> None:
        self.uploaded: list[bytes] = []

    def call(self, nsid: str, parameters: Mapping[str, str]) -> dict[str, str]:
        did = DIDS.get(parameters["handle"])
        if did is None:
            raise Rejected("Unable to resolve handle")
        return {"did": did}

    def upload(self, data: bytes, media_type: str) -> dict[str, Any]:
        self.uploaded.append(data)
        link = {"$link": "bafkreia7gn6lwbpvzmwlexnoxf6cil45miey22orl7mok2bcwhpqop4mku"}
        return {"$type": "blob", "ref": link, "mimeType": media_type, "size": len(data)}


def record(draft: Draft, speech: Speech | None = None, **how: Any) -> dict[str, Any]:
    nobody = Nobody()
    composer = Composer(
        nobody,  # type: ignore[arg-type]
        nobody,  # type: ignore[arg-type]
        how.pop("fetch", None),
        speech or Speech(),
        how.pop("languages", ()),
    )
    return composer.post(draft, created=at(MOMENT), reply=how.pop("reply", None))


def test_controls_nul_and_direction_overrides_do_not_leave() -> None:
    assert record(Draft(text="a\x00b\u202ec\u0007"))["text"] == "abc"


def test_a_warning_stands_first_since_the_network_has_no_field_for_it() -> None:
    assert record(Draft(text="largo", warning="Spoiler"))["text"] == "Spoiler\n\nlargo"


@pytest.mark.parametrize(
    ("language", "account", "langs"),
    [
        ("es", ("en",), ["es"]),
        ("es-419", (), ["es-419"]),
        ("", ("es", "ca", "en", "fr"), ["es", "ca", "en"]),
        ("españa", (), None),
        ("es_ES", (), None),
        ("x-klingon-long", (), None),
        ("e", (), None),
    ],
)
def test_at_most_three_languages_are_said_and_none_that_the_network_refuses(
    language: str, account: tuple[str, ...], langs: list[str] | None
) -> None:
    made = record(Draft(text="a", language=language), languages=account)
    assert made.get("langs") == langs


def test_self_labels_of_account_and_post_are_said_once() -> None:
    made = record(Draft(text="a", labels=("nudity", "graphic-media")), Speech(labels=("nudity",)))
    assert made["labels"]["values"] == [{"val": "nudity"}, {"val": "graphic-media"}]


def test_a_card_says_title_and_summary_also_without_a_picture() -> None:
    card = Card(url=URL, title="Título", summary="Resumen")
    assert record(Draft(text="a", card=card))["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": URL, "title": "Título", "description": "Resumen"},
    }


def test_a_card_whose_picture_cannot_be_read_goes_without_it(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG and no more")
    picture = Picture(url="https://vencejo.example/broken.png", path=str(broken))
    made = record(Draft(text="a", card=Card(url=URL, title="T"), pictures=(picture,)))
    assert "thumb" not in made["embed"]["external"]
    assert "its card goes without" in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "ñ" * 3001},
        {"createdAt": "yesterday"},
        {"langs": ["es"] * 4},
        {"text": "ok", "langs": ["_"]},
        {"tags": ["a" * 700]},
    ],
)
def test_what_the_networks_schemas_forbid_is_refused_before_it_leaves(
    wrong: dict[str, Any],
) -> None:
    base = {"$type": "app.bsky.feed.post", "text": "a", "createdAt": at(MOMENT)}
    check(base)
    with pytest.raises(Rejected, match="Bluesky does not take this") as caught:
        check(base | wrong)
    assert "yesterday" not in str(caught.value)


@pytest.mark.parametrize("text", ["a" * 301, "👩‍👩‍👧‍👦" * 121, "é" * 301])
def test_what_is_too_long_in_graphemes_or_in_bytes_is_refused_before_it_leaves(text: str) -> None:
    with pytest.raises(Rejected, match="too many"):
        record(Draft(text=text))
    record(Draft(text=text[: len(text) // 2]))


# --- what is composed ------------------------------------------------------------------------


def post(**fields: Any) -> Post:
    return Post(
        **{
            "url": URL,
            "kind": "article",
            "title": "La bici eléctrica",
            "summary": "Un resumen.",
            "language": "es",
            "published": MOMENT,
            **fields,
        }
    )


def test_the_first_part_carries_the_card_and_other_networks_carry_none() -> None:
    (made,) = compose.compose(post(), "bluesky", LIMITS)
    assert made.card == Card(url=URL, title="La bici eléctrica", summary="Un resumen.")
    (other,) = compose.compose(post(), "mastodon", compose.DEFAULT_LIMITS["mastodon"])
    assert other.card is None


def test_a_changed_summary_changes_what_is_noticed_where_there_is_a_card() -> None:
    texts = {"bluesky": f"Mi texto {URL}"}
    before, after = (
        compose.compose(post(summary=summary, texts=texts), "bluesky", LIMITS)[0]
        for summary in ("Uno.", "Dos.")
    )
    assert before.text == after.text
    assert before.digest != after.digest


def test_three_thousand_bytes_are_honoured_as_well_as_three_hundred_graphemes() -> None:
    family = "👩‍👩‍👧‍👦"
    parts = compose.compose(
        post(texts={"bluesky": f"{family} " * 280}), "bluesky", LIMITS, chain=True
    )
    assert len(parts) > 1
    for part in parts:
        assert len(part.text.encode()) <= 3000
        assert compose.measure(part.text, LIMITS) <= 300
    with pytest.raises(compose.DoesNotFit):
        compose.compose(post(texts={"bluesky": f"{family} " * 280}), "bluesky", LIMITS)


# --- options ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"who_may_reply": "friends"}, "who_may_reply must be"),
        ({"embed": "video"}, "embed must be"),
        ({"labels": "nudity"}, "labels must be"),
        ({"labels": ["UP!"]}, "labels must be"),
        ({"labels": ["a"] * 11}, "labels must be"),
        ({"mirror_hidden": "yes"}, "mirror_hidden must be true or false"),
    ],
)
def test_an_option_that_cannot_be_used_is_named_with_what_is_allowed(
    options: dict[str, Any], said: str
) -> None:
    account = Account(name="vuelo", network="bluesky", options=options)
    with pytest.raises(Unavailable) as caught:
        speech_of(account)
    assert str(caught.value).startswith(f"[accounts.vuelo.options] {said}")


def test_who_may_reply_becomes_the_rules_of_a_gate() -> None:
    assert Speech().gate is None
    assert Speech(may_reply="nobody").gate == []
    assert Speech(may_reply="followers").gate == [
        {"$type": "app.bsky.feed.threadgate#mentionRule"},
        {"$type": "app.bsky.feed.threadgate#followerRule"},
    ]


def test_every_option_of_the_network_is_explained() -> None:
    assert {"edits", "embed", "labels", "mirror_hidden", "who_may_reply"} <= set(
        registry.get("bluesky").options
    )


# --- cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        "from syndication.cli import main; main(['--help'], standalone_mode=False)",
        "from syndication.networks import registry; registry.get('bluesky')",
        "import syndication.networks.bluesky.client, syndication.networks.bluesky.connect",
        "import syndication.networks.bluesky.record, syndication.networks.bluesky.listening",
    ],
)
def test_the_sdk_is_loaded_by_nothing_but_speaking(what: str) -> None:
    names = "'atproto', 'atproto_client', 'atproto_core', 'httpx', 'pydantic'"
    code = f"{what}\nimport sys\nassert not {{{names}}} & set(sys.modules), sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_a_machine_without_the_sdk_is_told_what_to_install() -> None:
    code = """
import sys
sys.modules["atproto_client"] = None
from syndication.networks import registry
try:
    registry.get("bluesky")
except registry.NoSuchNetwork as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert "'bluesky' needs atproto: pip install 'tertulia[bluesky]'" in done.stdout


def test_what_an_article_says_of_itself_is_said_by_each_part_and_changes_what_is_noticed() -> None:
    plain, labelled = (
        compose.compose(post(labels=labels), "bluesky", LIMITS)[0]
        for labels in ((), ("graphic-media",))
    )
    assert record(labelled)["labels"]["values"] == [{"val": "graphic-media"}]
    assert plain.digest != labelled.digest
    assert post().digest != post(labels=("graphic-media",)).digest


# --- who is not found ------------------------------------------------------------------------


class _Unfound:
    """Our repository, as an AppView tells of it that has not heard of us."""

    did = "did:plc:vencejo"

    def get(self, uri: AtUri) -> Any:
        raise NoRepo(f"Could not find repo: {uri.repo}")


class _Session:
    """Our account, as its own server knows it."""

    def __init__(self, refusal: Exception | None) -> None:
        self.refusal, self.now = refusal, lambda: MOMENT

    def verify(self) -> None:
        if self.refusal:
            raise self.refusal


@pytest.mark.parametrize("refusal", [Unauthorised("it is deactivated"), None])
def test_an_account_that_nobody_finds_is_what_its_own_server_says_and_its_posts_are_not_gone(
    refusal: Exception | None,
) -> None:
    publisher: Any = Publisher(*cast("Any", (_Session(refusal), _Unfound(), None, None)))
    ref = Ref(space="at", id=f"at://{_Unfound.did}/app.bsky.feed.post/3kabc")
    with pytest.raises(type(refusal) if refusal else NoRepo) as caught:
        publisher.update(ref, Draft(text="otra", language="es"), key="x")
    assert not isinstance(caught.value, Gone)
