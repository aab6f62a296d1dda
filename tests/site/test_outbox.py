"""Real builds: what they publish is in the outbox, and what is wrong is named by file and line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndication.model import Picture, Post
from tests.site.published_site import SiteFolder


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
