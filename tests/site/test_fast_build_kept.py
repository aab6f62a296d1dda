"""What a build keeps for the next one is used only where it still holds."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.servers.pelican import minimal_site, pelican

FAST = "pelican.plugins.fast_build"
ON = f"""
import sys
sys.path.insert(0, ".")
PLUGINS = ["{FAST}"]
THEME_TEMPLATES_OVERRIDES = ["overrides"]
"""
SKIP = "FAST_BUILD_SKIP = True\n"
WORDS = "{{ article.content }}"


def site_of(folder: Path, template: str = WORDS, settings: str = "") -> Path:
    """Three articles, each by this template."""
    site = minimal_site(folder, ON + settings, articles=3)
    (site / "overrides").mkdir()
    (site / "overrides" / "article.html").write_text(template)
    return site


def built(site: Path, *options: str) -> str:
    """Build the site; what its first article's page says."""
    done = pelican(site, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return (site / "output" / "article-1.html").read_text()


def add(site: Path, settings: str) -> None:
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write(settings)


def test_a_template_is_compiled_anew_where_jinja_is_told_otherwise(tmp_path: Path):
    site = site_of(tmp_path, "{% if True %}\n\n x\n{% endif %}")
    assert built(site) == "\n x\n"
    add(site, 'JINJA_ENVIRONMENT = {"trim_blocks": False}\n')
    assert built(site) == "\n\n x\n"


@pytest.mark.parametrize("skip", ["", SKIP], ids=["plain", "skipping"])
def test_what_a_filter_makes_of_a_constant_is_made_in_each_build(tmp_path: Path, skip: str):
    filters = "from filters import told\nJINJA_FILTERS = {'told': told}\n"
    site = site_of(tmp_path, "{{ 'word'|told }}", filters + skip)
    (site / "filters.py").write_text("def told(word):\n    return open(word).read()\n")
    (site / "word").write_text("one")
    assert built(site) == "one"
    (site / "word").write_text("two")
    assert built(site) == "two"


def test_a_filter_may_begin_to_ask_for_its_context(tmp_path: Path):
    site = site_of(
        tmp_path,
        "{{ article.title|told }}",
        "from filters import told\nJINJA_FILTERS = {'told': told}\n",
    )
    (site / "filters.py").write_text("def told(word):\n    return word\n")
    assert built(site) == "Article 1"
    (site / "filters.py").write_text(
        "from jinja2 import pass_context\n\n"
        "@pass_context\ndef told(context, word):\n    return context['SITENAME']\n"
    )
    assert built(site) == "Minimal"


def test_a_source_that_shows_the_day_is_read_in_each_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    site = site_of(tmp_path)
    (site / "content" / "1.md").unlink()
    (site / "content" / "1.rst").write_text(
        "Article\n#######\n\n:date: 2026-10-01\n:slug: article-1\n\n"
        ".. |zone| date:: in %Z\n\nBuilt |zone|\n"
    )
    for zone in ("AAA", "BBB"):
        monkeypatch.setenv("TZ", f"{zone}0")
        assert f"Built in {zone}" in built(site, "--extra-settings", 'TIMEZONE="UTC"')


@pytest.mark.parametrize(
    ("file", "source"),
    [("a.md", "Title: A\n\nWords\n"), ("a.rst", "A\n#\n\n:date: 2026-10-01\n\nWords\n")],
    ids=["Markdown", "reStructuredText"],
)
def test_what_was_read_once_is_not_read_again(tmp_path: Path, file: str, source: str):
    site = site_of(tmp_path)
    (site / "content" / file).write_text(source)
    built(site)
    with sqlite3.connect(site / "cache/fast_build/read.sqlite") as cache:
        assert cache.execute("SELECT count(*) FROM readings").fetchone() == (4,)
    cache.close()


def test_what_docutils_is_told_for_all_sites_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    site = site_of(tmp_path)
    (site / "content" / "1.md").unlink()
    (site / "content" / "1.rst").write_text(
        'Article\n#######\n\n:date: 2026-10-01\n:slug: article-1\n\n"Words"\n'
    )
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    assert "&quot;Words&quot;" in built(site)
    (home / ".docutils").write_text("[general]\nsmart_quotes: yes\n")
    assert "\u201cWords\u201d" in built(site)


NOTED = """
from markdown import Extension
from markdown.postprocessors import Postprocessor
from {package}.helper import WORD

class Signing(Postprocessor):
    def run(self, text):
        return text + WORD

class Noted(Extension):
    def extendMarkdown(self, md):
        md.postprocessors.register(Signing(md), "signing", 1)
"""


def test_the_library_of_an_extension_is_looked_at(tmp_path: Path):
    site = site_of(tmp_path, settings='MARKDOWN = {"extensions": ["noted"]}\n')
    package, entry = site / "noting", site / "noting-1.dist-info"
    for folder in (package, entry):
        folder.mkdir()
    (entry / "entry_points.txt").write_text("[markdown.extensions]\nnoted = noting.ext:Noted\n")
    (entry / "METADATA").write_text("Name: noting\nVersion: 1\n")
    (package / "__init__.py").touch()
    (package / "ext.py").write_text(NOTED.format(package="noting"))
    for word in ("one", "three"):
        (package / "helper.py").write_text(f"WORD = {word!r}\n")
        assert word in built(site)


@pytest.mark.parametrize(
    "torn", ["substr(data, 1, 20)", "CAST('[1, 2]' AS BLOB)", "7", "x'ff'", "CAST('null' AS BLOB)"]
)
def test_a_reading_that_is_torn_is_read_again(tmp_path: Path, torn: str):
    site = site_of(tmp_path)
    before = built(site)
    with sqlite3.connect(site / "cache/fast_build/read.sqlite") as cache:
        cache.execute(f"UPDATE readings SET data = {torn}")
    cache.close()
    shutil.rmtree(site / "output")
    assert built(site) == before


def test_a_template_among_the_content_is_looked_at(tmp_path: Path):
    site = site_of(tmp_path, settings=SKIP + 'TEMPLATE_PAGES = {"own.html": "own/index.html"}\n')
    for words in ("Some {{ SITENAME }}", "Other {{ SITENAME }}"):
        (site / "content" / "own.html").write_text(words)
        built(site)
        made = (site / "output/own/index.html").read_text()
        assert made == words.replace("{{ SITENAME }}", "Minimal")


PLUGIN = """
from pathlib import Path
from jinja2 import ChoiceLoader, FileSystemLoader
from pelican import signals
from pelican.contents import Article
from pelican.urlwrappers import Category

def give(generator):
    word = Path("word").read_text()
    {give}

def register():
    signals.{signal}.connect(give)
"""


@pytest.mark.parametrize(
    ("signal", "give", "template"),
    [
        ("generator_init", "generator.env.globals['word'] = word", "{{ word }}"),
        ("generator_init", "Article.word = word", "{{ article.word }}"),
        (
            "article_generator_finalized",
            "[setattr(one.category, 'word', word) for one in generator.articles]",
            "{{ article.category.word }}",
        ),
        (
            "generator_init",
            "Category.word = property(lambda self: word)",
            "{{ article.category.word }}",
        ),
        (
            "article_generator_finalized",
            "[setattr(one, 'word', word) for one in generator.articles]",
            "{{ article.word }}",
        ),
        (
            "generator_init",
            "generator.env.loader = ChoiceLoader([generator.env.loader, FileSystemLoader('.')])",
            "{{ nothing }}{% include 'word' %}",
        ),
    ],
    ids=["global", "kind", "category", "property", "article", "loader"],
)
def test_what_a_plugin_gives_is_looked_at(tmp_path: Path, signal: str, give: str, template: str):
    site = site_of(tmp_path, template, SKIP)
    add(site, "PLUGINS += ['giving']\n")
    (site / "giving.py").write_text(PLUGIN.format(signal=signal, give=give))
    for word in ("one", "two"):
        (site / "word").write_text(word)
        assert built(site) == word


def test_a_template_that_was_replaced_by_one_of_its_size_and_date_is_another(tmp_path: Path):
    site = site_of(tmp_path, "{{ nothing }}one", SKIP)
    assert built(site) == "one"
    template = site / "overrides" / "article.html"
    was = template.stat()
    template.write_text("{{ nothing }}two")
    os.utime(template, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert built(site) == "two"


@pytest.mark.parametrize("name", ["output", "pages", "sources", "owed", "alone"])
@pytest.mark.parametrize("words", ["null", "[1]", '{"a": 1}', "[1, 2, 3, 4, 5, 6]", "\udcff"])
def test_a_memory_of_another_kind_is_none(tmp_path: Path, name: str, words: str):
    site = site_of(tmp_path, settings=SKIP + "DELETE_OUTPUT_DIRECTORY = True\n")
    before = built(site)
    for memory in (site / "cache/fast_build").glob(f"{name}-*"):
        memory.write_text(words, errors="surrogateescape")
    assert built(site) == before


@pytest.mark.parametrize("way", ["../", "{outside}/", "x/../../"])
def test_a_memory_names_no_file_outside_the_output_folder(tmp_path: Path, way: str):
    site = site_of(tmp_path, settings="DELETE_OUTPUT_DIRECTORY = True\n")
    built(site)
    mine = site / "mine.txt"
    mine.write_text("mine")
    os.utime(mine, (1, 1))
    (memory,) = (site / "cache/fast_build").glob("output-*.json")
    memory.write_text(json.dumps([f"{way.format(outside=site)}mine.txt"]))
    built(site)
    assert mine.read_text() == "mine"
