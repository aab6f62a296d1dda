"""Real builds: what the outbox says changes with what it tells of, and with nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from pelican.contents import Content
from pelican.plugins.syndication_outbox.lines import PostLines

from syndication.exchange import (
    Discussion,
    Speaker,
    Utterance,
    discussion_files,
    replace_file,
)
from syndication.model import Post
from syndication.rules.compose import DEFAULT_LIMITS
from tests.site.published_site import SETTINGS, SiteFolder


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def test_two_builds_are_byte_identical_and_the_second_writes_nothing(site: SiteFolder) -> None:
    site.picture("images/x.png")
    for name in "abc":
        site.article(name, "Image: images/x.png\nImage-Alt: Teal")
    site.build()
    before, written = site.file.read_bytes(), site.file.stat().st_mtime_ns
    site.build()
    assert site.file.read_bytes() == before
    assert site.file.stat().st_mtime_ns == written


def test_a_feeds_digest_changes_with_its_posts_alone(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, 'FEED_ATOM = "feeds/atom.xml"\nFEED_RSS = "feeds/rss.xml"\n')
    site.article("a")
    site.article("draft", "Status: draft")
    site.build()
    before = site.outbox.feeds
    assert set(before) == {
        "https://vencejo.example/feeds/atom.xml",
        "https://vencejo.example/feeds/rss.xml",
    }
    site.article("draft", "Status: draft", "Other words.")
    site.write("content/pages/contact.md", "Title: Contact\n\nWrite.\n")
    site.build("--extra-settings", 'SITESUBTITLE="Other"')
    assert site.outbox.feeds == before
    site.article("a", body="A typo mended.")
    site.build()
    after = site.outbox.feeds
    assert all(after[url] != before[url] for url in before)


def test_a_typo_in_the_body_leaves_the_digest_of_a_post_as_it_was(site: SiteFolder) -> None:
    site.article("a", "Summary: The same", "A tpyo.")
    site.build()
    before = site.posts["/about-a.html"].digest
    site.article("a", "Summary: The same", "A typo.")
    site.build()
    assert site.posts["/about-a.html"].digest == before


def digests(site: SiteFolder) -> tuple[str, str]:
    """(what copies are composed from, what the page says) of the only post."""
    site.build("--fatal", "errors")
    (post,) = site.posts.values()
    return post.digest, post.page_digest


@pytest.mark.parametrize(
    "change",
    ["Tags: frenos", "Modified: 2026-11-21 10:00", "Category: Taller", "Summary: Otras palabras"],
)
def test_what_a_page_says_has_a_digest_of_its_own(site: SiteFolder, change: str) -> None:
    site.article("a", "Title: A")
    before = digests(site)
    assert digests(site) == before
    site.article("a", f"Title: A\n{change}")
    assert digests(site)[1] != before[1]


CHANGES = {
    "title": "Title: Another",
    "summary": "Summary: Other words",
    "date": "Date: 2026-11-19 09:30",
    "modified": "Modified: 2026-11-21 09:30",
    "tags": "Tags: seat",
    "language": "Lang: en",
    "slug": "Slug: elsewhere",
    "aliases": "Aliases: /older/",
    "networks": "Syndicate: none",
    "text": "Syndicate-Mastodon: Words of its own",
    "labels": "Content-Labels: nudity",
    "comments": "Comments: closed",
    "picture": "Image: b.png",
    "alt": "Image-Alt: Another bicycle",
}


def test_after_each_change_the_outbox_is_that_of_a_first_build(site: SiteFolder) -> None:
    site.picture("a.png")
    site.picture("b.png")
    before = "Image: a.png\nImage-Alt: A bicycle"
    for name in CHANGES:
        site.article(name, before)
    site.article("es", "Slug: pair")
    site.build("--fatal", "errors")
    former = {post.title: post for post in site.outbox.posts}
    for name, change in CHANGES.items():
        kept = [line for line in before.splitlines() if not change.startswith(line.split(":")[0])]
        site.article(name, "\n".join([change, *kept]))
    site.article("en", "Slug: pair\nLang: en\nTranslation: true")
    for change in ("", 'SITEURL = "https://otro.example/blog"\n'):
        site.write("pelicanconf.py", SETTINGS + change)
        site.build("--fatal", "errors")
        kept_between = site.file.read_bytes()
        assert not {post.title: post for post in site.outbox.posts}.items() & former.items()
        shutil.rmtree(site.folder / "cache")
        site.file.unlink()
        site.build("--fatal", "errors")
        assert site.file.read_bytes() == kept_between


POST = Post(
    url="https://vencejo.example/a/",
    kind="article",
    title="A",
    summary="",
    language="es",
    published=datetime(2026, 11, 20, tzinfo=UTC),
)


def test_a_post_is_made_again_when_something_of_it_is_another(tmp_path: Path) -> None:
    content = cast(Content, SimpleNamespace(source_path="content/a.md"))
    first = PostLines(tmp_path)
    told = first.of(content, "hash", DEFAULT_LIMITS, lambda: POST)
    first.keep()
    assert PostLines(tmp_path).of(content, "hash", DEFAULT_LIMITS, pytest.fail) == told
    other, *_ = PostLines(tmp_path).of(
        content, "other", DEFAULT_LIMITS, lambda: replace(POST, title="B")
    )
    assert json.loads(other)["nameMap"] == {"es": "B"}


def test_a_post_is_made_again_by_another_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = cast(Content, SimpleNamespace(source_path="content/a.md"))
    first = PostLines(tmp_path)
    first.of(content, "hash", DEFAULT_LIMITS, lambda: POST)
    first.keep()
    monkeypatch.setattr(sys, "version", "another one")
    other, *_ = PostLines(tmp_path).of(
        content, "hash", DEFAULT_LIMITS, lambda: replace(POST, title="B")
    )
    assert json.loads(other)["nameMap"] == {"es": "B"}


def test_a_typo_mended_in_the_body_changes_the_page_and_wakes_no_network(site: SiteFolder) -> None:
    front_matter = "Title: A\nSummary: The same."
    site.article("a", front_matter, "One tpyo.")
    before = digests(site)
    site.article("a", front_matter, "One typo.")
    after = digests(site)
    assert (after[0], after[1] != before[1]) == (before[0], True)


def test_a_feed_has_no_news_because_articles_of_one_date_changed_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFolder(tmp_path, 'FEED_ATOM = "atom.xml"\n')
    for name in "abcdef":
        site.article(name, "Date: 2026-11-20")
    said = set()
    for seed in "1234":
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        site.build()
        said.add(site.outbox.feeds["https://vencejo.example/atom.xml"])
    assert len(said) == 1


def test_approved_words_change_the_page_and_likes_do_not(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, 'PLUGINS += ["pelican.plugins.discussion_pages"]\n')
    site.article("a", "Title: A")
    alone = digests(site)[1]
    said = Utterance(
        id="https://social.example/1",
        url="https://social.example/1",
        author=Speaker(name="Ana"),
        html="<p>Hello</p>",
        published=datetime(2026, 11, 20, tzinfo=UTC),
        network="mastodon",
    )

    def discussed(*messages: Utterance, likes: int = 0) -> str:
        found = Discussion(page="/a.html", messages=messages, reactions={"like": likes})
        for name, data in discussion_files(found).items():
            replace_file(tmp_path / "discussion" / name, data)
        return digests(site)[1]

    with_words = discussed(said)
    assert with_words != alone
    assert discussed(said, likes=3) == with_words
    assert discussed(replace(said, html="<p>Bye</p>")) != with_words
    assert discussed(likes=1) == alone
