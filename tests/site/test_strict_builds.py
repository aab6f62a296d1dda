"""With `--fatal errors` a build that stops says where and what to do, without a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.pelican import minimal_site, pelican

SETTINGS = 'THEME = "simple"\nPLUGINS = ["pelican.plugins.{plugin}"]\n'
OURS = (
    f"THEME = {str(Path(__file__).parents[2] / 'themes' / 'tertulia')!r}\n"
    'CSS_FILE = "tertulia.css"\n'
    'PLUGINS = ["pelican.plugins.language_indexes", "pelican.plugins.brand_style"]\n'
)


def stopped(site: Path) -> str:
    built = pelican(site, "--fatal", "errors")
    said = built.stdout + built.stderr
    assert built.returncode == 1, said
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("matter", "line"),
    [
        ("Date: 2026-11-20", "1: Title: is missing: write a line such as 'Title: Why steel'"),
        ("Titel: A\nDate: 2026-11-20", "1: Title: is missing: write a line such as"),
        ("Title: A", "1: Date: is missing: write a line such as 'Date: 2026-11-22'"),
        ("Title: A\nDate: 2026-13-45", "2: Date: is no date"),
        ("Title: A\nDate: 2026-11-20\nModified: soon", "3: Modified: is no date"),
    ],
)
def test_front_matter_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, matter: str, line: str
):
    site = minimal_site(tmp_path, SETTINGS.format(plugin="site_metadata"))
    (site / "content" / "odd.md").write_text(f"{matter}\n\nWords.\n", encoding="utf-8")
    assert f"content/odd.md:{line}" in stopped(site)


def test_a_file_that_is_no_text_is_named(tmp_path: Path):
    site = minimal_site(tmp_path, SETTINGS.format(plugin="site_metadata"))
    (site / "content" / "odd.md").write_bytes(b"Title: A\nDate: 2026-11-20\n\n\xff\xfe\n")
    assert "content/odd.md: " in stopped(site)


@pytest.mark.parametrize(
    ("site", "setting", "said"),
    [
        (
            SETTINGS.format(plugin="site_metadata"),
            'BRAND_LOGO = "none.svg"',
            "pelicanconf.py: BRAND_LOGO: there is no file",
        ),
        (
            SETTINGS.format(plugin="site_metadata"),
            "ORGANIZATION = []",
            "pelicanconf.py: ORGANIZATION: write a table",
        ),
        (OURS, "MENU = 5", "pelicanconf.py: MENU: write a list of entries"),
        (
            OURS,
            'BRAND_COLOURS = {"paper": "red"}',
            "'red' is no colour: write one such as",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, site: str, setting: str, said: str
):
    assert said in stopped(minimal_site(tmp_path, site + setting))
