"""Real builds: what they publish is in the outbox, and what is wrong is named by file and line."""

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
from PIL import Image

from syndication.exchange import (
    Discussion,
    IndexNow,
    Outbox,
    Speaker,
    Utterance,
    discussion_files,
    parse_outbox,
    replace_file,
)
from syndication.model import Picture, Post
from syndication.rules.compose import DEFAULT_LIMITS
from tests.servers.pelican import pelican

SETTINGS = """
SITENAME = "Vencejo"
SITEURL = "https://vencejo.example"
PATH = "content"
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "es"
PLUGINS = ["pelican.plugins.syndication_outbox"]
WITH_FUTURE_DATES = False
ARTICLE_URL = ARTICLE_SAVE_AS = "{slug}.html"
ARTICLE_LANG_URL = ARTICLE_LANG_SAVE_AS = "{lang}/{slug}.html"
CATEGORY_FEED_ATOM = FEED_ALL_ATOM = TRANSLATION_FEED_ATOM = None
"""


class SiteFolder:
    """A site under test: its files, its builds."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.write("pelicanconf.py", SETTINGS + settings)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def article(self, name: str, front_matter: str = "", body: str = "Words.") -> None:
        lines = [line for line in front_matter.splitlines() if line.strip()]
        keys = {line.split(":")[0].lower() for line in lines}
        basic = {"title": f"Title: About {name}", "date": "Date: 2026-11-20 09:30"}
        lines = [line for key, line in basic.items() if key not in keys] + lines
        self.write(f"content/{name}.md", "\n".join([*lines, "", body, ""]))

    def picture(self, name: str, kind: str = "PNG") -> int:
        path = self.folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (30, 20), "teal").save(path, kind)
        return path.stat().st_size

    def build(self, *arguments: str) -> str:
        """Build; returns the log."""
        done = pelican(self.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def fail(self) -> str:
        """Build as our commands do; it must end with an error."""
        done = pelican(self.folder, "--fatal", "errors")
        assert done.returncode != 0, done.stdout + done.stderr
        assert not self.file.exists()
        return done.stdout + done.stderr

    @property
    def file(self) -> Path:
        return self.folder / "output" / "outbox.json"

    @property
    def outbox(self) -> Outbox:
        return parse_outbox(self.file.read_bytes())

    @property
    def posts(self) -> dict[str, Post]:
        return {post.path: post for post in self.outbox.posts}


@pytest.fixture(autouse=True)
def wide_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the log is a line."""
    monkeypatch.setenv("COLUMNS", "1000")


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def test_a_post_carries_all_that_its_front_matter_says(site: SiteFolder) -> None:
    size = site.picture("images/frenos.png")
    site.article(
        "frenos",
        """
Title: Frenos & "ruedas"
Modified: 2026-11-21 18:00
Tags: taller, año nuevo
Summary: Tres *señales*
Image: images/frenos.png
Image-Alt: Dos pastillas
Aliases: /viejo/, /m%C3%A1s-viejo.html
Comments: 2026-12-31
Content-Labels: Graphic-Media, nudity
Syndicate: Mastodon, bluesky
Syndicate-Mastodon: ¿Chirría?
Syndicate-Bluesky: Uno
    Dos
""",
    )
    site.build("--fatal", "errors")
    post = replace(site.posts["/frenos-ruedas.html"], page_digest="")
    published, updated = (
        datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 21, 17, tzinfo=UTC),
    )
    assert post == Post(
        url="https://vencejo.example/frenos-ruedas.html",
        kind="article",
        title='Frenos & "ruedas"',
        summary="Tres señales",
        language="es",
        published=published,
        updated=updated,
        tags=("taller", "año nuevo"),
        pictures=(
            Picture(
                url="https://vencejo.example/images/frenos.png",
                alt="Dos pastillas",
                media_type="image/png",
                width=30,
                height=20,
                size=size,
            ),
        ),
        aliases=("/viejo/", "/más-viejo.html"),
        comments="2026-12-31",
        networks=("mastodon", "bluesky"),
        labels=("graphic-media", "nudity"),
        texts={"bluesky": "Uno\nDos", "mastodon": "¿Chirría?"},
    )
    assert post.published.utcoffset() is not None
    assert (site.folder / "output/images/frenos.png").stat().st_size == size


def test_the_outbox_lists_what_is_public_and_nothing_else_newest_first(site: SiteFolder) -> None:
    site.article("new", "Date: 2026-11-21")
    site.article("old", "Date: 2026-11-01")
    for status in ("draft", "hidden", "skip"):
        site.article(status, f"Status: {status}")
    site.article("future", "Date: 2099-01-01")
    site.write("content/pages/contact.md", "Title: Contact\n\nWrite.\n")
    site.write("content/pages/secret.md", "Title: Secret\nStatus: hidden\n\nWrite.\n")
    site.write("content/pages/later.md", "Title: Later\nDate: 2099-01-01\n\nWrite.\n")
    site.build("--fatal", "errors")
    outbox = site.outbox
    assert outbox.site == "https://vencejo.example"
    assert [(post.path, post.kind) for post in outbox.posts] == [
        ("/about-new.html", "article"),
        ("/about-old.html", "article"),
        ("/pages/contact.html", "page"),
    ]
    assert outbox.posts[-1].published == datetime(1970, 1, 1, tzinfo=UTC)
    assert outbox.posts[0].networks is None
    assert (outbox.posts[0].comments, outbox.posts[0].aliases) == ("open", ())


def test_a_future_date_keeps_a_post_out_also_where_pelican_publishes_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "WITH_FUTURE_DATES = True\n")
    site.article("future", "Date: 2099-01-01")
    site.article("now")
    site.build("--fatal", "errors")
    assert (tmp_path / "output/about-future.html").exists()
    assert list(site.posts) == ["/about-now.html"]


def test_the_original_of_a_group_is_in_the_default_language(site: SiteFolder) -> None:
    site.article("a.en", "Slug: a\nLang: en\nDate: 2026-11-01")
    site.article("a.es", "Slug: a")
    site.article("b.en", "Slug: b\nLang: en")
    site.article("c.en", "Slug: c\nLang: en")
    site.article("c.fr", "Slug: c\nLang: fr\nTranslation: true")
    site.article("d.en", "Slug: d\nLang: en\nStatus: draft")
    site.article("d.es", "Slug: d")
    site.build("--fatal", "errors")
    posts = site.posts
    assert {path: post.original for path, post in posts.items()} == {
        "/a.html": True,
        "/en/a.html": False,
        "/en/b.html": True,
        "/en/c.html": True,
        "/fr/c.html": False,
        "/d.html": True,
    }
    assert posts["/a.html"].translations == {"en": "https://vencejo.example/en/a.html"}
    assert posts["/en/a.html"].translations == {"es": "https://vencejo.example/a.html"}
    assert posts["/d.html"].translations == {}


def test_the_summary_is_pelicans_where_the_author_wrote_none(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "SUMMARY_MAX_LENGTH = 4\n")
    site.article("a", body="One <b>two</b> [three](https://x.example/) &amp; four five six.")
    site.build("--fatal", "errors")
    assert site.posts["/about-a.html"].summary == "One two three & four …"


def test_a_whole_article_is_no_summary(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path, "SUMMARY_MAX_LENGTH = None\n")
    site.article("a", body="palabra " * 5000)
    site.build("--fatal", "errors")
    assert 500 < len(site.posts["/about-a.html"].summary) <= 1000


def test_two_posts_cannot_have_one_path(site: SiteFolder) -> None:
    site.article("a", "URL: same/\nSave_as: same/index.html")
    site.article("b", "URL: same/\nSave_as: other/index.html")
    assert "content/b.md:1: Slug: /same/ is the path of content/a.md" in site.fail()


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("images/x.jpg", "images/x.jpg"),
        ("/images/x.jpg", "images/x.jpg"),
        ("{static}/images/x.jpg", "images/x.jpg"),
        ("{static}x.jpg", "articles/x.jpg"),
        ("{static}../elsewhere/x.jpg", "elsewhere/x.jpg"),
        ("elsewhere/x.jpg", "elsewhere/x.jpg"),
    ],
)
def test_a_picture_is_published_wherever_in_the_content_it_lies(
    site: SiteFolder, written: str, published: str
) -> None:
    site.picture(f"{published}", "JPEG")
    site.article("articles/a", f"Title: A\nImage: {written}\nImage-Alt: Teal")
    site.build("--fatal", "errors")
    picture = site.posts["/a.html"].pictures[0]
    assert picture.url == f"https://vencejo.example/{published}"
    assert picture.media_type == "image/jpeg"
    assert (site.folder / "output" / published).exists()


def test_up_to_four_pictures_go_with_a_copy_in_their_order(site: SiteFolder) -> None:
    for number in range(1, 5):
        site.picture(f"images/{number}.png")
    site.article(
        "a",
        "Title: A\nImage-3: images/3.png\nImage-3-Alt: Three\n"
        "Image: images/1.png\nImage-Alt: One\n"
        "Image-2: images/2.png\nImage-2-Alt: Two\nImage-4: images/4.png\nImage-4-Alt: Four",
    )
    log = site.build("--fatal", "errors")
    assert "is no key" not in log
    pictures = site.posts["/a.html"].pictures
    assert [(picture.url[-5:], picture.alt) for picture in pictures] == [
        ("1.png", "One"),
        ("2.png", "Two"),
        ("3.png", "Three"),
        ("4.png", "Four"),
    ]
    assert all((site.folder / "output/images" / f"{n}.png").exists() for n in range(1, 5))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Syndicate: masto don", "Syndicate: must be names of networks such as 'mastodon"),
        ("Syndicate: none, mastodon", "or none; leave the line out for every account"),
        ("Syndicate:", "Syndicate: must be names of networks"),
        ("Content-Labels: blood", "'blood' is not known; known are graphic-media, nudity, porn"),
        ("Content-Labels: porn, nudty", "Content-Labels: 'nudty' is not known; is nudity meant?"),
        ("Content-Labels:", "Content-Labels: must be of graphic-media, nudity, porn"),
        ("Syndicate-Mastodon:", "Syndicate-Mastodon: is empty: write this network's own text"),
        ("Comments: perhaps", "Comments: must be open, closed or a date like 2026-12-31"),
        ("Comments: 2026-02-30", "Comments: must be open, closed or a date like 2026-12-31"),
        ("Aliases: old/", "Aliases: must be former URL paths, each with a leading slash"),
        ("Aliases: /a/../b/", "Aliases: must be former URL paths"),
        ("Aliases: /a/, /a/", "Aliases: has the same path twice"),
        ("Aliases: /other.html", "Aliases: /other.html is the path of content/other.md"),
        ("Aliases: /taken/", "Aliases: /taken/ is the path of content/other.md"),
        ("Aliases: /z.html", "Aliases: /z.html is the path of content/z.md"),
        ("Image: images/none.png", "Image: there is no file 'images/none.png'"),
        ("Image: ../x.png", "Image: leads out of the content folder"),
        ("Image: images/x.png", "Image: needs an Image-Alt: say what the picture shows"),
        ("Image-2: images/none.png", "Image-2: there is no file 'images/none.png'"),
        ("Image-2: images/x.png", "Image-2: needs an Image-2-Alt: say what the picture shows"),
        ("Image: images/x.svg\nImage-Alt: x", "is not a picture that networks take: JPEG, PNG"),
        (f"Syndicate-Mastodon: {'palabra ' * 70}", "characters"),
    ],
)
def test_bad_front_matter_is_an_error_with_file_and_line(
    site: SiteFolder, line: str, complaint: str
) -> None:
    site.picture("images/x.png")
    site.write("content/images/x.svg", "<svg/>")
    site.article("other", "Slug: other\nAliases: /taken/")
    site.article("z", f"Title: Z\nDate: 2026-11-20\nTags: x\n{line}")
    log = site.fail()
    assert f"content/z.md:4: {line.split(':')[0]}: " in log
    assert complaint in log
    assert "1 article" not in log


def test_a_default_text_that_cannot_fit_is_an_error_at_the_title(site: SiteFolder) -> None:
    site.write(
        "discussion/site.json",
        json.dumps(
            {
                "type": "Organization",
                "tertulia:version": 1,
                "tertulia:limits": {"mastodon": {"characters": 10, "url_characters": 23}},
            }
        ),
    )
    site.article("a")
    assert "content/a.md:1: Title: " in site.fail()


def test_the_text_of_a_network_that_the_post_does_not_go_to_hinders_nobody(
    site: SiteFolder,
) -> None:
    site.write(
        "discussion/site.json",
        '{"type": "Organization", "tertulia:version": 1,'
        ' "tertulia:limits": {"mastodon": {"characters": 10}}}',
    )
    site.article("a", "Syndicate: none")
    site.build("--fatal", "errors")
    assert site.posts["/about-a.html"].networks == ()


def test_an_unknown_network_is_a_warning_that_names_the_known(site: SiteFolder) -> None:
    site.article("a", "Syndicate: mastodom")
    for _ in ("first", "again"):
        log = site.build("--fatal", "errors")
        assert "content/a.md:3: Syndicate: 'mastodom' is not known; is mastodon meant?" in log


def test_without_fatal_the_page_is_built_and_the_old_outbox_stays(site: SiteFolder) -> None:
    site.article("a")
    site.build()
    before = site.file.read_bytes()
    site.article("a", "Comments: perhaps")
    site.article("b")
    log = site.build()
    assert "content/a.md:3: Comments: must be open" in log
    assert "No outbox.json was written" in log
    assert (site.folder / "output/about-a.html").exists()
    assert site.file.read_bytes() == before


def test_a_file_that_pelican_leaves_out_keeps_the_outbox_from_being_halved(
    site: SiteFolder,
) -> None:
    site.article("a")
    site.article("b")
    site.build()
    before = site.file.read_bytes()
    site.article("b", "Date: next Tuesday, perhaps")
    log = site.build()
    assert "b.md: Pelican left this file out" in log
    assert site.file.read_bytes() == before


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/blog",
        "//vencejo.example",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000",
        "http://vencejo.localhost",
        "http://LOCALHOST.",
    ],
)
def test_a_build_that_is_not_for_the_public_address_writes_no_outbox(
    site: SiteFolder, address: str
) -> None:
    site.article("a")
    site.build("--extra-settings", f"SITEURL={json.dumps(address)}")
    assert (site.folder / "output/about-a.html").exists()
    assert not site.file.exists()


def test_a_loopback_build_removes_the_outbox_of_another_address_from_its_folder(
    site: SiteFolder,
) -> None:
    site.article("a")
    site.build("--output", "elsewhere")
    site.build()
    site.build("--extra-settings", 'SITEURL="http://127.0.0.1:8000"')
    assert not site.file.exists()
    assert (site.folder / "elsewhere/outbox.json").exists()
    site.write("output/outbox.json", "not ours")
    site.build("--extra-settings", 'SITEURL="http://127.0.0.1:8000"')
    assert site.file.read_text() == "not ours"


def test_the_demonstration_may_write_one_for_loopback(site: SiteFolder) -> None:
    site.article("a")
    local = 'SITEURL="http://127.0.0.1:8000"'
    site.build("--extra-settings", local, "OUTBOX_ALLOW_LOOPBACK=true")
    assert site.outbox.site == "http://127.0.0.1:8000"
    site.build("--extra-settings", local)
    assert site.outbox.site == "http://127.0.0.1:8000"


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


def test_a_site_below_a_path_has_posts_with_that_path(site: SiteFolder) -> None:
    site.article("a", "Slug: año")
    site.build("--extra-settings", 'SITEURL="https://vencejo.example/blog"')
    assert site.posts["/blog/año.html"].url == "https://vencejo.example/blog/a%C3%B1o.html"


def test_an_output_folder_that_cannot_be_replaced_leaves_the_old_outbox_whole(
    site: SiteFolder,
) -> None:
    site.article("a")
    site.write("output/outbox.json/in-the-way", "a folder where the file should be")
    done = pelican(site.folder, "--fatal", "errors")
    assert done.returncode != 0
    assert "outbox.json: could not be written" in done.stdout + done.stderr
    assert (site.file / "in-the-way").exists()


def test_a_fatal_complaint_is_whole_lines_and_no_trace(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "a-rather-long-name-of-an-article-as-they-are-in-real-life"
    site.article(name, "Comments: perhaps\nAliases: old/")
    lines = site.fail().splitlines()
    for line, words in (3, "Comments: must be open, closed or"), (4, "Aliases: must be former"):
        assert any(said.startswith(f"content/{name}.md:{line}: {words}") for said in lines)
    assert "Traceback" not in "".join(lines)
    assert len(lines) < 10


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("Coments", "Comments"),
        ("Syndicated", "Syndicate"),
        ("Image_Alt", "Image-Alt"),
        ("Image-2-Al", "Image-2-Alt"),
        ("Sindicate-Mastodon", "Syndicate-Mastodon"),
    ],
)
def test_a_misspelt_key_is_a_warning_that_names_the_right_one(
    site: SiteFolder, key: str, meant: str
) -> None:
    site.article("a", f"{key}: closed")
    log = site.build("--fatal", "errors")
    assert "content/a.md:3: " in log
    assert f"is no key that Tertulia knows; is {meant} meant?" in log


def test_keys_of_pelican_and_of_others_are_left_alone(site: SiteFolder) -> None:
    site.article("a", "Slug: a\nAuthors: Ana\nKeywords: x\nPair: x\nLicence: free\nComments: open")
    assert "is no key" not in site.build()


def test_a_language_that_is_none_is_an_error_with_file_and_line(site: SiteFolder) -> None:
    site.article("a", "Lang: español")
    assert "content/a.md:3: Lang: 'español' is no language tag" in site.fail()


@pytest.mark.parametrize("tag", ["es", "pt-BR", "zh-Hant-TW", "es-419", "ca_valencia"])
def test_every_plausible_language_tag_is_taken(site: SiteFolder, tag: str) -> None:
    site.article("a", f"Lang: {tag}")
    site.build("--fatal", "errors")
    assert [post.language for post in site.outbox.posts] == [tag]


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


def test_the_outbox_says_whom_the_daemon_tells(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path, 'INDEXNOW_KEY = "0123abcd"\nWEBSUB_HUBS = ["https://hub.example/"]\n'
    )
    site.article("a")
    site.build("--fatal", "errors")
    assert site.outbox.hubs == ("https://hub.example/",)
    assert site.outbox.index_now == IndexNow(
        key="0123abcd",
        key_url="https://vencejo.example/0123abcd.txt",
        endpoints=("https://api.indexnow.org/indexnow",),
    )


def test_the_world_is_not_told_of_a_site_on_this_machine(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path,
        'SITEURL, OUTBOX_ALLOW_LOOPBACK = "http://127.0.0.1:8000", True\n'
        'INDEXNOW_KEY = "0123abcd"\n'
        'WEBSUB_HUBS = ["https://hub.example/", "http://127.0.0.1:8001/"]\n',
    )
    site.article("a")
    site.build("--fatal", "errors")
    assert site.outbox.hubs == ("http://127.0.0.1:8001/",)
    assert site.outbox.index_now is not None
    assert site.outbox.index_now.endpoints == ()


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ('INDEXNOW_KEY = "short"', "INDEXNOW_KEY must be 8 to 128 letters"),
        ('SITEURL = "nandu.example"', "write 'https://nandu.example'"),
        ("INDEXNOW_KEY = 12345678", "INDEXNOW_KEY must be 8 to 128 letters"),
        (
            'INDEXNOW_KEY, INDEXNOW_ENDPOINTS = "0123abcd", ["bing"]',
            "INDEXNOW_ENDPOINTS: 'bing' is no web address",
        ),
    ],
)
def test_a_wrong_setting_ends_the_build(tmp_path: Path, setting: str, complaint: str) -> None:
    site = SiteFolder(tmp_path, f"{setting}\n")
    site.article("a")
    assert complaint in site.fail()
