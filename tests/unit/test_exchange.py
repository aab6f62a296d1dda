"""The documents survive the journey; whatever is wrong with one is named by file and field."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from syndication import exchange
from syndication.exchange import (
    Discussion,
    DocumentError,
    IndexNow,
    Outbox,
    Site,
    Speaker,
    Syndicated,
    Utterance,
    discussion_files,
    document_path,
    outbox_bytes,
    parse_discussion,
    parse_outbox,
    parse_site,
    replace_file,
    site_bytes,
)
from syndication.model import LABELS, Picture, Post

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@cache
def schema(name: str) -> Draft202012Validator:
    """The schema as published, but closed: a field we write and it does not name is a failure."""

    def closed(value: Any) -> Any:
        if isinstance(value, list):
            return [closed(item) for item in value]
        if not isinstance(value, dict):
            return value
        value = {key: closed(item) for key, item in value.items()}
        if isinstance(value.get("properties"), dict) and "type" in value:
            value.setdefault("additionalProperties", False)
        return value

    return Draft202012Validator(closed(json.loads((SCHEMAS / f"{name}.schema.json").read_text())))


# Everything that people type, without what no document may carry.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
slugs = st.text("abcñ-", min_size=1, max_size=8)
languages = st.sampled_from(["", "es", "en", "pt-BR", "ar"])
addresses = slugs.map(lambda slug: f"https://vencejo.example/{slug}/")
moments = st.datetimes(timezones=st.just(UTC))
numbers = st.none() | st.integers(0, 10**9)
quick = settings(max_examples=60, deadline=None)
file_names = st.integers(0, 2**64).map(lambda n: f"pictures/{n:x}.webp")


def pictures(url: st.SearchStrategy[str]) -> st.SearchStrategy[Picture]:
    return st.builds(
        Picture,
        url=url,
        alt=words,
        media_type=st.sampled_from(["", "image/webp"]),
        width=numbers,
        height=numbers,
        size=numbers,
    )


posts = st.builds(
    Post,
    url=addresses,
    kind=st.sampled_from(["article", "page"]),
    title=words,
    summary=words,
    language=languages,
    published=moments,
    updated=st.none() | moments,
    tags=st.lists(words, max_size=3).map(tuple),
    pictures=st.lists(pictures(addresses), max_size=2).map(tuple),
    aliases=st.lists(slugs.map(lambda slug: f"/{slug}/"), max_size=2).map(tuple),
    translations=st.dictionaries(st.sampled_from(["es", "en"]), addresses),
    original=st.booleans(),
    comments=st.sampled_from(["open", "closed"]) | st.dates().map(date.isoformat),
    networks=st.none() | st.lists(slugs, max_size=2).map(tuple),
    texts=st.dictionaries(slugs, words, max_size=2),
    labels=st.lists(st.sampled_from(LABELS), unique=True).map(tuple),
    page_digest=st.just("") | st.just("1d" * 32),
)
copies = st.lists(
    st.builds(Syndicated, network=st.just("") | slugs, account=words, url=words, reply_url=words),
    max_size=2,
).map(tuple)
utterances = st.builds(
    Utterance,
    id=words.filter(bool),
    url=words,
    author=st.builds(Speaker, name=words, url=words, handle=words, picture=st.none() | file_names),
    html=words,
    published=moments,
    network=st.just("") | slugs,
    kind=st.sampled_from(["reply", "quote", "mention", "comment"]),
    updated=st.none() | moments,
    language=languages,
    direction=st.sampled_from(["", "ltr", "rtl"]),
    warning=words,
    pictures=st.lists(pictures(file_names), max_size=2).map(tuple),
    emojis=st.dictionaries(slugs, file_names, max_size=2),
    reply_to=st.none() | words.filter(bool),
    ours=st.booleans(),
    also=copies,
)


@quick
@given(
    st.lists(posts, unique_by=lambda post: post.path, max_size=3).map(tuple),
    st.dictionaries(addresses, st.just("5e" * 32), max_size=2),
    st.lists(addresses, max_size=2).map(tuple),
    st.none()
    | st.builds(
        IndexNow,
        key=st.from_regex(r"[A-Za-z0-9-]{8,128}", fullmatch=True),
        key_url=addresses,
        endpoints=st.lists(addresses, max_size=2).map(tuple),
    ),
)
def test_an_outbox_is_what_was_written_and_fits_its_schema(found, feeds, hubs, index_now) -> None:
    outbox = Outbox(
        site="https://vencejo.example", posts=found, feeds=feeds, hubs=hubs, index_now=index_now
    )
    data = outbox_bytes(outbox)
    schema("outbox").validate(json.loads(data))
    assert parse_outbox(data) == outbox
    assert outbox_bytes(parse_outbox(data)) == data


def test_each_post_of_an_outbox_is_one_line_and_each_of_its_own_fields() -> None:
    other = post(url="https://vencejo.example/es/cadena/")
    lines = outbox(post(), other).decode().splitlines()
    items = [line for line in lines if line.startswith("  ")]
    assert [json.loads(item.rstrip(","))["id"] for item in items] == [post().url, other.url]
    fields = [line.split('"')[1] for line in lines if line.startswith(' "')]
    assert fields == sorted(fields)
    assert set(fields) >= {"orderedItems", "tertulia:site", "totalItems"}


@quick
@given(
    slugs.map(lambda slug: f"/{slug}/"),
    st.lists(utterances, unique_by=lambda message: message.id, max_size=5).map(tuple),
    st.dictionaries(st.sampled_from(["like", "repost"]), st.integers(1, 9999)),
    copies,
    st.integers(1, 3),
)
def test_a_discussion_is_what_was_written_however_many_files_it_takes(
    page, messages, reactions, found, per_page
) -> None:
    discussion = Discussion(page=page, messages=messages, reactions=reactions, copies=found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syndication.exchange.write.MESSAGES_PER_PAGE", per_page)
        files = discussion_files(discussion)
    assert len(files) == max(1, -(-len(messages) // per_page))
    for data in files.values():
        schema("page").validate(json.loads(data))
    first = document_path(page)
    assert parse_discussion(files[first], first, files.__getitem__) == discussion


@quick
@given(
    st.builds(
        Site,
        accounts=copies,
        limits=st.dictionaries(
            slugs, st.dictionaries(slugs, st.none() | st.booleans() | st.integers(0)), max_size=2
        ),
        endpoints=st.dictionaries(slugs, addresses, max_size=2),
        retention_days=numbers,
        contact=words,
        latest=st.lists(st.tuples(slugs, utterances), max_size=2).map(tuple),
    )
)
def test_the_facts_of_a_site_are_what_was_written(site) -> None:
    data = site_bytes(site)
    schema("site").validate(json.loads(data))
    assert parse_site(data) == site


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@quick
@given(st.data())
def test_a_field_of_any_other_kind_is_an_error_of_the_document_or_reads_whole(data) -> None:
    value = json.loads(outbox())
    spots: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        for key, item in list(node.items() if isinstance(node, dict) else enumerate(node)):
            spots.append((node, key))
            if isinstance(item, dict | list):
                collect(item)

    collect(value)
    node, key = data.draw(st.sampled_from(spots))
    node[key] = data.draw(json_values)
    try:
        parsed = parse_outbox(json.dumps(value))
    except DocumentError:
        return
    assert parse_outbox(outbox_bytes(parsed)) == parsed


def post(**changes: Any) -> Post:
    facts: dict[str, Any] = {
        "url": "https://vencejo.example/es/frenos/",
        "kind": "article",
        "title": "Frenos",
        "summary": "Tres señales",
        "language": "es",
        "published": WHEN,
        "tags": ("taller",),
        "pictures": (Picture(url="https://vencejo.example/f.jpg", alt="Una pastilla", size=9),),
        "translations": {"en": "https://vencejo.example/brakes/"},
        "texts": {"mastodon": "¿Chirría?"},
    }
    return Post(**(facts | changes))


def message(number: int, **changes: Any) -> Utterance:
    facts: dict[str, Any] = {
        "id": f"https://social.example/{number}",
        "url": f"https://social.example/@lucia/{number}",
        "author": Speaker(name="Lucía"),
        "html": "<p>Hola</p>",
        "published": WHEN,
        "network": "mastodon",
    }
    return Utterance(**(facts | changes))


def outbox(*found: Post) -> bytes:
    return outbox_bytes(Outbox(site="https://vencejo.example", posts=found or (post(),)))


def broken(place: str, value: object) -> bytes:
    """An outbox with one post in which `place` (keys and indexes) holds `value`."""
    whole = json.loads(outbox())
    node = whole
    *path, last = [int(part) if part.isdigit() else part for part in place.split("/")]
    for part in path:
        node = node[part]
    node[last] = value
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        ("tertulia:version", 2, "tertulia:version: is not 1"),
        ("tertulia:version", True, "tertulia:version: must be a whole number"),
        ("type", "Collection", "type: must be OrderedCollection"),
        ("tertulia:site", "vencejo.example", "tertulia:site: is not an absolute web address"),
        ("totalItems", 2, "totalItems: says 2, but 1 are here: not the whole document"),
        ("totalItems", None, "totalItems: is missing, but 1 are here"),
        ("orderedItems", {}, "orderedItems: must be a list"),
        ("orderedItems/0", "x", "orderedItems[0]: must be an object"),
        ("orderedItems/0/url", "javascript:alert(1)", "orderedItems[0].url: is not an absolute"),
        ("orderedItems/0/url", "https://[broken/", "orderedItems[0].url: is not an absolute"),
        ("orderedItems/0/url", "https://a b/", "orderedItems[0].url: is not an absolute"),
        ("orderedItems/0/published", "yesterday", "orderedItems[0].published: is not a date"),
        ("orderedItems/0/published", "2026-11-20T09:30:00", "published: is a date without a time"),
        ("orderedItems/0/published", None, "orderedItems[0].published: is missing"),
        ("orderedItems/0/nameMap/es", 7, "orderedItems[0].nameMap.es: must be a text"),
        ("orderedItems/0/nameMap/en", "Brakes", "orderedItems[0].nameMap: must have one language"),
        ("orderedItems/0/nameMap/es", "a\0b", "orderedItems[0].nameMap.es: has a NUL"),
        ("orderedItems/0/nameMap/es", "a\udc00b", "orderedItems[0].nameMap.es: has a NUL or half"),
        ("orderedItems/0/tag/0/name", "\ud83d", "orderedItems[0].tag[0].name: has a NUL or half"),
        ("orderedItems/0/nameMap/es", "Otra cosa", "orderedItems[0].tertulia:digest: does not"),
        ("orderedItems/0/attachment/0/width", -1, "attachment[0].width: must be a whole number"),
        ("orderedItems/0/attachment/0/width", 1.5, "attachment[0].width: must be a whole number"),
        ("orderedItems/0/tertulia:aliases", ["old/"], "tertulia:aliases[0]: must start with"),
        ("orderedItems/0/tertulia:comments", "perhaps", "tertulia:comments: must be open, closed"),
        ("orderedItems/0/tertulia:comments", "20261231", "tertulia:comments: must be open, closed"),
        ("orderedItems/0/tertulia:original", "no", "tertulia:original: must be true or false"),
        ("orderedItems/0/tertulia:networks", [""], "tertulia:networks[0]: is empty"),
        ("orderedItems/0/tertulia:texts", {"a\nb": 1}, "tertulia:texts.?: must be a text"),
        ("orderedItems/0/tertulia:texts", {"\0": "x"}, "tertulia:texts: has a key with a NUL"),
        ("tertulia:hubs", ["hub.example"], "tertulia:hubs[0]: is not an absolute web address"),
        ("tertulia:indexNow", {}, "tertulia:indexNow.key: is missing"),
        ("tertulia:indexNow", {"key": "12345678", "keyLocation": "/k"}, "keyLocation: is not an"),
    ],
)
def test_a_wrong_field_is_named(place: str, value: object, complaint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_outbox(broken(place, value), "output/outbox.json")
    assert str(caught.value).startswith("output/outbox.json: ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "outbox.json: line 1: is not whole JSON"),
        (outbox()[:-40], "is not whole JSON"),
        (b"\xff\xfe{", "outbox.json: is not UTF-8 text"),
        (outbox().decode().encode("utf-16"), "outbox.json: is not UTF-8 text"),
        (b'{"a": "\xed\xa0\x80"}', "outbox.json: is not UTF-8 text"),
        (b"[" * 200_000, "outbox.json: is nested too deeply"),
        (b'{"a":' * 200_000, "outbox.json: is nested too deeply"),
        (b'{"totalItems": NaN}', "has a number that JSON does not know"),
        (b'{"totalItems": ' + b"9" * 5000 + b"}", "has a number that JSON does not know"),
        (b"null", "tertulia:version: is missing: not a document of Tertulia"),
        (b'{"type": "OrderedCollection", "orderedItems": []}', "not a document of Tertulia"),
    ],
)
def test_what_is_no_document_of_ours_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_outbox(data)
    assert complaint in str(caught.value)


def test_two_posts_on_one_path_are_refused_whatever_their_address_looks_like() -> None:
    twice = outbox(post(), post(url="https://vencejo.example/es/fr%65nos/"))
    with pytest.raises(DocumentError, match=r"orderedItems\[1\]\.url: is here twice"):
        parse_outbox(twice)


def test_two_messages_with_one_id_are_refused() -> None:
    files = discussion_files(Discussion(page="/a/", messages=(message(1), message(1))))
    with pytest.raises(DocumentError, match=r"index\.json: items\[1\]\.id: is here twice"):
        parse_discussion(files["pages/a/index.json"], "pages/a/index.json")


def test_an_error_never_repeats_what_a_person_said() -> None:
    files = discussion_files(Discussion(page="/a/", messages=(message(1),)))
    data = files["pages/a/index.json"].replace(b'"2026-11-20T09:30:00+00:00"', b'"a secret"')
    with pytest.raises(DocumentError) as caught:
        parse_discussion(data, "pages/a/index.json")
    assert "items[0].published" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_words_that_no_document_may_carry_are_mended_in_messages_and_refused_in_posts() -> None:
    spoilt = message(1, html="a\0b\ud800c", author=Speaker(name="\udfff"))
    files = discussion_files(Discussion(page="/a/", messages=(spoilt,)))
    read = parse_discussion(files["pages/a/index.json"], "pages/a/index.json").messages[0]
    assert (read.html, read.author.name) == ("a\ufffdb\ufffdc", "\ufffd")
    with pytest.raises(DocumentError, match=r"es/frenos/: has a NUL"):
        outbox(post(title="a\0b"))
    assert parse_outbox(outbox(post(title="the letters \\u0000"))).posts[0].title[-1] == "0"


def long_discussion() -> dict[str, bytes]:
    total = 2 * exchange.MESSAGES_PER_PAGE + 1
    return discussion_files(
        Discussion(page="/a/", messages=tuple(message(n) for n in range(total)))
    )


def test_a_long_discussion_goes_on_in_further_files() -> None:
    files = long_discussion()
    assert list(files) == [f"pages/a/index{part}.json" for part in ("", ".2", ".3")]
    first = parse_discussion(files["pages/a/index.json"], "pages/a/index.json")
    assert len(first.messages) == exchange.MESSAGES_PER_PAGE
    whole = parse_discussion(files["pages/a/index.json"], "pages/a/index.json", files.__getitem__)
    assert len(whole.messages) == 2 * exchange.MESSAGES_PER_PAGE + 1


@pytest.mark.parametrize(
    ("part", "field", "value", "complaint"),
    [
        ("pages/a/index.json", "next", "pages/a/index.json", "must be page 2"),
        ("pages/a/index.json", "next", "../../etc/passwd", "must be page 2"),
        ("pages/a/index.2.json", "next", "pages/a/index.2.json", "must be page 3"),
        ("pages/a/index.2.json", "tertulia:page", "/b/", "belongs to another discussion"),
        ("pages/a/index.2.json", "next", None, "not the whole document"),
        ("pages/a/index.2.json", "type", "Collection", "must be CollectionPage"),
    ],
)
def test_a_chain_of_files_that_is_not_sound_is_refused(part, field, value, complaint) -> None:
    files = long_discussion()
    files[part] = json.dumps(json.loads(files[part]) | {field: value}).encode()
    with pytest.raises(DocumentError, match=complaint):
        parse_discussion(files["pages/a/index.json"], "pages/a/index.json", files.__getitem__)


def test_the_document_of_another_page_is_refused() -> None:
    files = discussion_files(Discussion(page="/a/", messages=(message(1),)))
    with pytest.raises(DocumentError, match="another page's document lies here"):
        parse_discussion(files["pages/a/index.json"], "discussion/pages/b/index.json")


@pytest.mark.parametrize("page", ["/../etc/", "/a/../b", "/a\0b/", "/..\\x/", "/./"])
def test_no_page_has_a_file_outside_the_folder(page: str) -> None:
    with pytest.raises(ValueError, match="not a page of a site"):
        document_path(page)


def test_a_file_is_only_written_when_its_bytes_change(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "site.json"
    assert replace_file(path, b"one")
    before = path.stat()
    assert not replace_file(path, b"one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [item.name for item in path.parent.iterdir()] == ["site.json"]


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch, call: str) -> None:
    path = tmp_path / "outbox.json"
    replace_file(path, b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["outbox.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "outbox.json"
    replace_file(path, b"old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            replace_file(path, b"new")
    finally:
        tmp_path.chmod(0o700)
    assert path.read_bytes() == b"old"
