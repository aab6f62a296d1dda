"""The theme lint, and the reader that may be chosen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pelican.plugins.fast_build.common_mark import ReaderSettingError, chosen
from pelican.plugins.fast_build.lint import lint

from tests.servers.pelican import minimal_site, pelican

CLONE = Path(__file__).parent.parent.parent
FAST = "pelican.plugins.fast_build"


def theme(folder: Path, **templates: str) -> Path:
    (folder / "templates" / "parts").mkdir(parents=True)
    for name, text in templates.items():
        (folder / "templates" / f"{name.replace('__', '/')}.html").write_text(text)
    return folder


def faults(folder: Path) -> list[tuple[str, int]]:
    return [(str(one.file.relative_to(folder / "templates")), one.line) for one in lint(folder)]


def test_what_shows_the_whole_site_is_named_with_file_and_line(tmp_path: Path):
    folder = theme(
        tmp_path,
        base="<nav>\n{% for p in pages %}{{ p }}{% endfor %}</nav>{% block b %}{% endblock %}",
        article='{% extends "base.html" %}\n{% block b %}\n{% include ["parts/cloud.html"] %}'
        "\n{{ articles|length }}{% endblock %}",
        parts__cloud="{% from 'parts/macros.html' import cloud %}{{ cloud(tags) }}",
        parts__macros="{% macro cloud(tags) %}{% for t in tags %}{{ t }}{% endfor %}{% endmacro %}",
    )
    assert faults(folder) == [("article.html", 4), ("base.html", 2), ("parts/cloud.html", 1)]


def test_what_is_another_page_in_each_build_is_named(tmp_path: Path):
    folder = theme(tmp_path, page="© {{ now().year }}\n{{ ['a', 'b']|random }}\n{{ page.date }}")
    assert faults(folder) == [("page.html", 1), ("page.html", 2)]


def test_lists_may_list_and_names_of_a_templates_own_are_its_own(tmp_path: Path):
    folder = theme(
        tmp_path,
        index="{% for a in articles %}{{ a.title }}{% endfor %}",
        article="{% set tags = article.tags %}{% for t in tags %}{{ t }}{% endfor %}",
    )
    assert faults(folder) == []


def test_a_template_that_does_not_parse_is_named(tmp_path: Path):
    assert faults(theme(tmp_path, page="fine\n{% if %}")) == [("page.html", 2)]


@pytest.mark.parametrize(
    "words",
    [
        "{% for a in edition().articles %}{{ a }}{% endfor %}",
        '{{ editions["es"].tags|length }}',
        "{% set here = edition() %}{{ here.dates[0] }}",
        "{% for each in editions.values() %}{{ each.authors }}{% endfor %}",
        "{% for words in tertulia_site.latest %}{{ words }}{% endfor %}",
    ],
)
def test_lists_inside_what_plugins_give_are_the_whole_sites(tmp_path: Path, words: str):
    assert faults(theme(tmp_path, article="\n" + words)) == [("article.html", 2)]


def test_an_included_template_sees_the_edition_of_who_includes_it(tmp_path: Path):
    folder = theme(
        tmp_path,
        article='{% set here = edition() %}{% include "parts/menu.html" %}',
        parts__menu="{{ here.pages }}{{ here.name }}{{ article.tags }}{{ tertulia_site.accounts }}",
    )
    assert faults(folder) == [("parts/menu.html", 1)]


def test_whether_there_is_any_may_be_asked(tmp_path: Path):
    asked = "{% if tags and not edition().tags %}{{ 1 if articles else 2 }}{% endif %}"
    assert faults(theme(tmp_path, page=asked)) == []
    assert faults(theme(tmp_path / "b", page="{% if tags|length > 9 %}{% endif %}"))


def test_what_the_theme_shows_of_the_whole_site_is_its_menus_and_the_newest_of_a_topic():
    found = {(one.file.name, one.what.split("`")[1]) for one in lint(CLONE / "themes" / "tertulia")}
    assert found == {
        ("menu.html", "here.pages"),
        ("footer.html", "here.pages"),
        ("footer.html", "here.categories"),
        ("rules.html", "here.pages"),
        ("article.html", "here.categories"),
    }


@pytest.mark.parametrize(("template", "code"), [("{{ tags }}", 1), ("{{ page }}", 0)])
def test_the_command_says_it_and_so_does_its_status(tmp_path: Path, template: str, code: int):
    done = command(theme(tmp_path, page=template))
    assert done.returncode == code
    assert ("page.html:1: `tags` is the whole site's" in done.stdout) == bool(code)


def test_a_folder_that_is_no_theme_is_told(tmp_path: Path):
    done = command(tmp_path)
    assert done.returncode == 2
    assert "name the folder of a theme" in done.stderr


def command(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", FAST, "lint", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


COMMON = """Title: Bicycles
Date: 2026-10-01
Tags: one, two
Summary: A *short* one

Say "hello", ~~not~~ <b>raw</b>.

| a | b |
|---|---|
| 1 | 2 |
"""


def test_the_fast_reader_reads_the_same_front_matter_and_common_mark(tmp_path: Path):
    site = minimal_site(
        tmp_path, 'FAST_BUILD_READER = "cmarkgfm"\nCACHE_PATH = "cache"', articles=20
    )
    (site / "content" / "bicycles.md").write_text(COMMON)
    for _ in range(2):
        done = pelican(site, "--extra-settings", f"PLUGINS={json.dumps([FAST])}")
        assert done.returncode == 0, done.stdout
        page = (site / "output" / "bicycles.html").read_text()
        assert "<del>not</del> <b>raw</b>" in page
        assert "<td>1</td>" in page
        assert "A <em>short</em> one" in (site / "output" / "index.html").read_text()
        assert (site / "output" / "tag" / "two.html").exists()


def test_a_reader_that_cannot_be_had_is_told():
    with pytest.raises(ReaderSettingError, match="leave the setting out"):
        chosen({"FAST_BUILD_READER": "mistune"})
    assert not chosen({})
