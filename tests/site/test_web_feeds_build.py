"""What a build says about feeds, whom it tells, and a process that writes single feeds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.pelican import minimal_site, pelican
from tests.site.feed_rules import atom_faults, json_faults, rss_faults
from tests.site.test_web_feeds_words import PAGE, Conversation, said

STAYING = """
import sys
from pelican import Pelican
from pelican.settings import read_settings

pelican = Pelican(read_settings("pelicanconf.py"))
pelican.run()
print("built", flush=True)
sys.stdin.readline()
feeds = pelican.web_feeds.feeds
content = next(one for one in feeds.pages() if f"/{one.url}" == sys.argv[1])
feeds.write_comment_feed(content)
feeds.write_latest()
for shelf in feeds.shelves_with(content):
    feeds.write_shelf(shelf)
"""
FEEDS = 'PLUGINS = ["pelican.plugins.web_feeds"]\n'


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ('WEBSUB_HUBS = ["hub.example"]', "WEBSUB_HUBS: 'hub.example' is no web address"),
        ('TAG_FEED_RSS = "feeds/category/{slug}.rss.xml"', "the feed of the category 'x' and of"),
    ],
)
def test_a_setting_that_cannot_be_is_an_error_that_names_it(
    tmp_path: Path, setting: str, complaint: str
) -> None:
    site = minimal_site(tmp_path / "site", f"{FEEDS}{setting}\n")
    (site / "content/x.md").write_text("Title: X\nDate: 2026-10-01\nCategory: x\nTags: x\n\nX.\n")
    built = pelican(site, "--fatal", "errors")
    assert built.returncode != 0
    assert complaint in built.stdout + built.stderr


def test_without_an_address_of_the_site_one_line_says_why_there_is_no_feed(tmp_path: Path) -> None:
    site = minimal_site(tmp_path / "site", f'{FEEDS}SITEURL = ""\n')
    built = pelican(site)
    assert built.returncode == 0
    assert (built.stdout + built.stderr).count("No feed was written: a feed needs absolute") == 1
    assert not (site / "output/feeds").exists()


def test_a_recording_that_is_not_there_is_named_with_file_and_line(tmp_path: Path) -> None:
    site = minimal_site(tmp_path / "site", FEEDS)
    (site / "content/1.md").write_text("Title: A\nDate: 2026-10-01\nAudio: a.mp3\n\nA.\n")
    built = pelican(site)
    assert "content/1.md:3: Audio: there is no file 'a.mp3'" in built.stdout + built.stderr
    assert "enclosure" not in (site / "output/feeds/atom.xml").read_text("utf-8")


def test_a_site_without_editions_has_the_feeds_of_pelicans_settings(tmp_path: Path) -> None:
    settings = 'TRANSLATION_FEED_RSS = "feeds/{lang}.rss.xml"\nFEED_ALL_JSON = "feeds/all.json"\n'
    settings += 'ARTICLE_ORDER_BY = "title"\n'
    site = minimal_site(tmp_path / "site", FEEDS + settings, articles=2)
    words = "Title: Uno\nDate: 2026-10-09\nLang: es\nSlug: article-1\n\nUno.\n"
    (site / "content/uno.md").write_text(words)
    assert pelican(site, "--fatal", "warnings").returncode == 0
    feeds = site / "output/feeds"
    every = json.loads((feeds / "all.json").read_text("utf-8"))
    assert json_faults(every) == []
    assert [item["title"] for item in every["items"]] == ["Uno", "Article 2", "Article 1"]
    assert rss_faults((feeds / "es.rss.xml").read_bytes()) == []
    assert atom_faults((feeds / "atom.xml").read_bytes()) == []


def test_a_feed_that_is_switched_off_is_not_written(tmp_path: Path) -> None:
    off = "".join(f'{of}_JSON = ""\n' for of in ("FEED", "CATEGORY_FEED", "TAG_FEED"))
    site = minimal_site(tmp_path / "site", FEEDS + off)
    assert pelican(site, "--fatal", "warnings").returncode == 0
    assert list((site / "output").rglob("*.json")) == []
    assert (site / "output/feeds/atom.xml").is_file()


def test_a_tag_that_has_no_letters_has_no_feed_and_takes_no_other_ones(tmp_path: Path) -> None:
    site = minimal_site(tmp_path / "site", FEEDS)
    (site / "content" / "2.md").write_text(
        "Title: Bells\nDate: 2026-10-02\nTags: 🔔, ¡!, bells\n\nWords.\n", encoding="utf-8"
    )
    assert pelican(site).returncode == 0
    names = sorted(path.name for path in (site / "output/feeds/tag").iterdir())
    assert names == ["bells.atom.xml", "bells.json", "bells.rss.xml"]
    for page in (site / "output").rglob("*.html"):
        assert "/.atom.xml" not in page.read_text("utf-8")


def digests(site: Path) -> dict[str, str]:
    assert pelican(site, "--fatal", "warnings").returncode == 0
    outbox = json.loads((site / "output/outbox.json").read_text("utf-8"))
    return dict(outbox["tertulia:feeds"])


def test_the_outbox_tells_of_a_feed_anew_when_its_words_change_and_not_for_a_reply(
    tmp_path: Path,
) -> None:
    talk = Conversation(tmp_path / "site")
    conf = talk.folder / "pelicanconf.py"
    conf.write_text(
        conf.read_text("utf-8") + 'PLUGINS.append("pelican.plugins.syndication_outbox")\n'
    )
    first = digests(talk.folder)
    url = "https://minimal.example/feeds/atom.xml"
    assert url in first
    talk.discuss(said("first"))
    assert digests(talk.folder)[url] == first[url]
    article = talk.folder / "content/1.md"
    article.write_text(article.read_text("utf-8").replace("Words", "Other words"))
    assert digests(talk.folder)[url] != first[url]


def test_a_process_that_stays_writes_one_comment_feed_as_a_whole_build_would(
    tmp_path: Path,
) -> None:
    talk = Conversation(tmp_path / "site")
    talk.discuss(said("first"))
    with subprocess.Popen(
        [sys.executable, "-c", STAYING, PAGE],
        cwd=talk.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as staying:
        assert staying.stdout
        assert any(line == "built\n" for line in staying.stdout)
        talk.discuss(said("first"), said("answer", "first", 5))
        staying.communicate("go on\n", timeout=60)
    written = {
        path.relative_to(talk.output): path.read_bytes()
        for path in talk.output.rglob("*.*")
        if path.suffix in (".xml", ".json")
    }
    talk.build()
    assert b"words of answer" in written[Path("article-1/comments.atom.xml")]
    assert {name: (talk.output / name).read_bytes() for name in written} == written
