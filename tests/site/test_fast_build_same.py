"""With fast_build a site is, byte for byte, what bare Pelican makes of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.servers.pelican import minimal_site, pelican

FAST = "pelican.plugins.fast_build"
SITE = """
SITENAME = "Random"
SITEURL = "https://random.example"
PATH = "content"
CACHE_PATH = "cache"
TIMEZONE = "Europe/Madrid"
DEFAULT_LANG = "en"
DEFAULT_PAGINATION = 2
ARTICLE_PATHS = ["articles"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["articles", "images"]
YEAR_ARCHIVE_SAVE_AS = "posts/{date:%Y}/index.html"
MONTH_ARCHIVE_SAVE_AS = "posts/{date:%Y}/{date:%b}/index.html"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"
TAG_FEED_RSS = "feeds/tag-{slug}.rss.xml"
TRANSLATION_FEED_ATOM = "feeds/all-{lang}.atom.xml"
DELETE_OUTPUT_DIRECTORY = True
RELATIVE_URLS = False
"""
BODIES = {
    "md": [
        "Some *words* and `code`.\n\n    :::python\n    print('loud')\n",
        "A [link]({filename}/articles/0.md), a ![picture]({attach}a.png).\n\n> quoted\n",
        "![]({static}/images/b.png) <i>raw</i> & lonely ampersands\n\n1. one\n2. two\n",
        "",
    ],
    "rst": [
        "Some *words* and ``code``.\n\n.. code-block:: python\n\n   print('loud')\n",
        "`A link <{filename}/articles/0.md>`_ and ABBR.\n\n* one\n* two\n",
        ".. image:: {static}/images/b.png\n\nA `broken reference`_.\n",
    ],
}


@pytest.fixture(autouse=True)
def one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pelican reads files in the order of a set: the same one in both builds."""
    monkeypatch.setenv("PYTHONHASHSEED", "0")


def build(site: Path, output: str, *plugins: str, arguments: tuple[str, ...] = ()) -> list[str]:
    """What was logged, without the time that it took."""
    chosen = f"PLUGINS={json.dumps(plugins)}"
    done = pelican(site, "--output", output, *arguments, "--extra-settings", chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    said = re.sub(r"\[\d\d:\d\d:\d\d\]| in [\d.]+\s+seconds", "", done.stdout + done.stderr)
    return [" ".join(line.split()) for line in said.splitlines() if "fast_build" not in line]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_same(site: Path, *plugins: str, builds: int = 1) -> dict[str, bytes]:
    """`builds` fast builds, each on the former one's output; the last says and makes the same."""
    shutil.rmtree(site / "bare", ignore_errors=True)
    said = build(site, "bare", *plugins)
    for _ in range(builds):
        told = build(site, "fast", *plugins, FAST)
    bare, fast = tree(site / "bare"), tree(site / "fast")
    assert sorted(fast) == sorted(bare)
    assert [name for name in bare if bare[name] != fast[name]] == []
    # Pelican looks for files in a set; what it says about them comes in any order.
    assert sorted(" ".join(told).split()) == sorted(" ".join(said).split())
    return fast


article = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["md", "rst"]),
        "slug": st.sampled_from(["one", "two", "three", "four", "five"]),
        "lang": st.sampled_from(["en", "en", "es", "fr"]),
        "status": st.sampled_from(["published", "published", "published", "draft", "hidden"]),
        "category": st.sampled_from(["Bikes", "Taller & más", "misc"]),
        "tags": st.lists(st.sampled_from(["brakes", "Lluvia", "C++", "winter"]), max_size=3),
        "author": st.sampled_from(["Marta Giner", "Pau; Amparo", ""]),
        "body": st.integers(0, 3),
        "page": st.sampled_from([False, False, False, True]),
        "save_as": st.sampled_from(["", "", "", "special/{number}.html"]),
    }
)
sites = st.lists(article, min_size=1, max_size=12)


def write(site: Path, articles: list[dict[str, object]]) -> None:
    """Articles and pages, in Markdown and reStructuredText, and two pictures."""
    content = site / "content"
    shutil.rmtree(content, ignore_errors=True)
    for folder in ("articles", "pages", "images"):
        (content / folder).mkdir(parents=True)
    (content / "articles" / "a.png").write_bytes(b"a picture")
    (content / "images" / "b.png").write_bytes(b"another")
    taken: set[tuple[object, ...]] = set()
    for number, of in enumerate(articles):
        name = (of["slug"], of["lang"], of["page"], of["status"] == "draft")
        if name not in taken:
            taken.add(name)
            folder = content / ("pages" if of["page"] else "articles")
            (folder / f"{number}.{of['kind']}").write_text(_source(number, of), encoding="utf-8")


def _source(number: int, of: dict[str, object]) -> str:
    fields = {
        "Date": (date(2026, 1, 1) + timedelta(days=17 * number)).isoformat(),
        "Slug": of["slug"],
        "Lang": of["lang"],
        "Status": of["status"],
        "Category": of["category"],
        "Tags": ", ".join(of["tags"]),  # type: ignore[arg-type]
        "Authors": of["author"],
        "Save_as": str(of["save_as"]).format(number=number),
    }
    kept = {key: value for key, value in fields.items() if value}
    bodies = BODIES[str(of["kind"])]
    body = bodies[int(str(of["body"])) % len(bodies)]
    if of["kind"] == "md":
        head = "".join(f"{key}: {value}\n" for key, value in kept.items())
        return f"Title: Article *{number}* & co.\n{head}Summary: A *short* one\n\n{body}"
    title = f"Article *{number}* & co."
    head = "".join(f":{key.lower()}: {value}\n" for key, value in kept.items())
    return f"{title}\n{'#' * len(title)}\n\n{head}:summary: A *short* one\n\n{body}"


@settings(max_examples=6, phases=[Phase.generate])  # a smaller site would cost minutes to find
@given(before=sites, after=sites)
def test_random_sites_before_and_after_random_changes(
    tmp_path_factory: pytest.TempPathFactory, before: list[dict], after: list[dict]
):
    site = tmp_path_factory.mktemp("random")
    (site / "pelicanconf.py").write_text(SITE)
    write(site, [_of(50), *before])  # a feed of nothing is dated now
    assert_same(site)
    write(site, [*after, _of(50)])
    assert_same(site)


def test_a_source_that_leads_nowhere_is_told_alike(tmp_path: Path):
    (tmp_path / "pelicanconf.py").write_text(SITE)
    write(tmp_path, [_of(50)])
    (tmp_path / "content/pages/a.png").symlink_to("gone.png")
    (tmp_path / "content/articles/gone.md").symlink_to("nowhere.md")
    assert_same(tmp_path)


def plugin(site: Path, source: str) -> None:
    (site / "listener.py").write_text(source)
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write('PLUGIN_PATHS = ["."]\n')


RECORDER = """
from blinker import NamedSignal
from pelican.plugins import signals

def heard(name):
    def listener(sender, **others):
        about = others.get("content") or others.get("metadata") or others.get("path") or sender
        about = about.get("slug", about.get("title")) if isinstance(about, dict) else about
        with open("heard.txt", "a") as file:
            file.write(f"{name} {type(sender).__name__} {about}\\n".replace("fast/", "bare/"))
    return listener

LISTENERS = {name: heard(name) for name in dir(signals)
             if isinstance(getattr(signals, name), NamedSignal)
             and name not in ("get_generators", "get_writer")}

def register():
    for name, listener in LISTENERS.items():
        getattr(signals, name).connect(listener)
"""


def test_every_signal_is_sent_as_often_and_in_the_same_order(tmp_path: Path):
    (tmp_path / "pelicanconf.py").write_text(SITE)
    write(tmp_path, [_of(n) for n in range(5)])
    plugin(tmp_path, RECORDER)
    heard = []
    for output, plugins in (("bare", ["listener"]), ("fast", ["listener", FAST])):
        for _ in range(2):
            build(tmp_path, output, *plugins)
            text = re.sub(r"0x[0-9a-f]+", "", (tmp_path / "heard.txt").read_text())
            heard.append([line for line in text.splitlines() if not line.startswith("initialized")])
            (tmp_path / "heard.txt").unlink()
    assert len(heard[0]) > 50
    assert heard[1:] == [heard[0]] * 3


def _of(number: int, **fields: object) -> dict[str, object]:
    plain = {"kind": "md", "slug": f"article-{number}", "lang": "en", "status": "published"}
    more = {"category": "misc", "tags": ["brakes"], "author": "", "body": number, "page": False}
    return plain | more | {"save_as": ""} | fields


WARNS = "Title: Twice\nDate: 2026-10-01\nDate: 2026-10-02\n\n![](https://x.example/a.png)\n"
BROKEN = {"a.md": "Title: A\nDate: never\n\nWords.", "b.rst": "B\n#\n\n:date: 2026-01-01\n\n`x_\n"}


def test_warnings_reach_the_console_once_whether_read_now_or_before(tmp_path: Path):
    site = minimal_site(tmp_path, 'CACHE_PATH = "cache"\nDELETE_OUTPUT_DIRECTORY = True')
    (site / "content" / "twice.md").write_text(WARNS)
    for name, text in BROKEN.items():
        (site / "content" / name).write_text(text)
    assert_same(site, builds=2)
    told = " ".join(build(site, "fast", FAST))
    assert told.count("Duplicate definition of `date`") == 1
    assert told.count("Could not process ./a.md") == 1


def test_fatal_warnings_end_the_build_also_when_the_file_was_read_before(tmp_path: Path):
    site = minimal_site(tmp_path, f'PLUGINS = ["{FAST}"]\nCACHE_PATH = "cache"')
    (site / "content" / "twice.md").write_text(WARNS)
    assert pelican(site).returncode == 0
    for _ in range(2):
        assert pelican(site, "--fatal", "warnings").returncode != 0


@pytest.fixture
def cached(tmp_path: Path) -> Iterator[Path]:
    site = minimal_site(tmp_path, 'CACHE_PATH = "cache"\nDELETE_OUTPUT_DIRECTORY = True', 3)
    assert_same(site)
    yield site
    assert_same(site)


def test_a_changed_file_is_read_anew(cached: Path):
    path = cached / "content" / "1.md"
    path.write_text(path.read_text() + "More *words*.")


def test_a_changed_setting_is_seen(cached: Path):
    with (cached / "pelicanconf.py").open("a") as conf:
        conf.write('MARKDOWN = {"extensions": ["markdown.extensions.smarty"]}\n')
    path = cached / "content" / "1.md"
    path.write_text(path.read_text() + '"Quoted"')


def test_a_changed_include_is_seen(cached: Path):
    shared = cached / "shared.txt"
    shared.write_text("first words")
    text = f"Shared\n######\n\n:date: 2026-01-01\n\n.. include:: {shared}\n"
    (cached / "content" / "shared.rst").write_text(text)
    assert "first words" in build_and_read(cached)
    shared.write_text("other words")
    assert "other words" in build_and_read(cached)


def build_and_read(site: Path) -> str:
    build(site, "fast", FAST)
    return (site / "fast" / "shared.html").read_text()


def test_a_broken_cache_is_begun_anew(cached: Path):
    (cached / "cache" / "fast_build" / "read.sqlite").write_bytes(b"not a database" * 100)
    build(cached, "fast", FAST)
    build(cached, "fast", FAST)


def test_a_cache_that_cannot_be_had_costs_time_and_nothing_else(tmp_path: Path):
    site = minimal_site(tmp_path, 'CACHE_PATH = "cache"', articles=3)
    (site / "cache").write_text("a file where the folder should be")
    build(site, "bare")
    done = pelican(site, "--output", "fast", "--extra-settings", f"PLUGINS={json.dumps([FAST])}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "each build begins with nothing" in done.stdout + done.stderr
    assert tree(site / "fast") == tree(site / "bare")


OWN_READER = """
from pelican.plugins import signals
from pelican.readers import MarkdownReader

class Louder(MarkdownReader):
    file_extensions = ["md"]
    seen = []

    def read(self, path):
        self.seen.append(path)
        content, metadata = super().read(path)
        return content.upper() + str(len(self.seen)), metadata

def add(readers):
    readers.reader_classes["md"] = Louder

def register():
    signals.readers_init.connect(add)
"""


def test_a_reader_of_somebody_elses_reads_the_plain_way_and_that_is_said_once(tmp_path: Path):
    site = minimal_site(tmp_path, articles=20)
    plugin(site, OWN_READER)
    made = assert_same(site, "listener")
    assert b"WORDS OF ARTICLE" in made["article-1.html"]
    done = pelican(site, "--extra-settings", f'PLUGINS=["listener", "{FAST}"]')
    assert done.stdout.count("Louder is not Pelican's own") == 1


def test_an_extension_given_as_an_object_is_said_and_reads_the_plain_way(tmp_path: Path):
    extension = (
        "from markdown.extensions.smarty import SmartyExtension\n"
        'MARKDOWN = {"extensions": [SmartyExtension()], "output_format": "html5"}\n'
    )
    site = minimal_site(tmp_path, extension, articles=3)
    assert_same(site)
    done = pelican(site, "--extra-settings", f'PLUGINS=["{FAST}"]')
    assert done.stdout.count("SmartyExtension is an object") == 1
