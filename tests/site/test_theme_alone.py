"""The theme without the plugins that it welcomes, and with content that was not made for it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.docs import CLONE
from tests.servers.pelican import minimal_site, pelican
from tests.servers.required import missing

THEME = CLONE / "themes" / "tertulia"
ALONE = 'PLUGINS = ["pelican.plugins.language_indexes"]'


def pages(output: Path) -> dict[str, BeautifulSoup]:
    found = {
        file.relative_to(output).as_posix(): BeautifulSoup(file.read_bytes(), "html.parser")
        for file in sorted(output.rglob("*.html"))
    }
    assert found
    return found


def sound(page: BeautifulSoup) -> bool:
    """Whether a page has its landmarks and one heading above all others."""
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3", "h4"])]
    return bool(
        page.select_one("a.skip + header")
        and page.select_one("main#content")
        and page.select_one("body > footer")
        and page.select_one("title").get_text(strip=True)
        and levels.count(1) == 1
        and all(after <= before + 1 for before, after in pairwise(levels))
    )


def test_a_small_site_needs_one_plugin(tmp_path: Path) -> None:
    settings = f'{ALONE}\nTHEME = "{THEME}"\nDIRECT_TEMPLATES = ["index", "archives", "404"]\n'
    folder = minimal_site(tmp_path, settings, articles=3)
    (folder / "content" / "3.md").write_text(
        "Title: With a picture\nDate: 2026-10-04\nImage: a.png\nImage-Alt: A & B\n\nWords.\n"
    )
    built = pelican(folder, "--fatal", "warnings")
    assert built.returncode == 0, built.stdout + built.stderr
    found = pages(folder / "output")
    assert all(sound(page) for page in found.values())
    image = found["with-a-picture.html"].select_one("img.u-featured")
    assert image["src"] == "https://minimal.example/a.png"
    assert image["alt"] == "A & B"
    lead = found["with-a-picture.html"].select(".p-summary")
    assert lead == [], "no summary was written, and the words are not said twice"
    head = found["with-a-picture.html"].head
    assert head.select_one('meta[name="description"]')["content"] == "Words."
    assert found["404.html"].select_one('meta[name="robots"]')["content"] == "noindex"


@pytest.mark.parametrize(
    "title",
    [
        "A title of three hundred letters " * 9 + "end",
        "عنوان من اليمين إلى اليسار",
        "🚲🌧️ Rain & <em>shine</em> “quoted” 'single' \"double\"",
        "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 6,
    ],
)
def test_no_title_breaks_a_page(tmp_path: Path, title: str) -> None:
    folder = minimal_site(tmp_path, f'{ALONE}\nTHEME = "{THEME}"\n', articles=0)
    (folder / "content" / "a.md").write_text(
        f"Title: {title}\nDate: 2026-10-04\nSlug: a\n\nWords.\n", encoding="utf-8"
    )
    built = pelican(folder, "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    page = pages(folder / "output")["a.html"]
    assert sound(page)
    shown = BeautifulSoup(title, "html.parser").get_text()
    assert page.h1.get_text() == shown
    assert page.title.get_text() == f"{shown} · Minimal"


@pytest.mark.slow
def test_pelican_s_own_samples_look_right(tmp_path: Path) -> None:
    samples = pelican_samples(tmp_path)
    built = pelican(
        samples,
        *("content", "--settings", "pelican.conf.py", "--theme-path", str(THEME)),
        *("--output", str(tmp_path / "output"), "--extra-settings"),
        'PLUGINS=["pelican.plugins.language_indexes"]',
    )
    assert built.returncode == 0, built.stdout + built.stderr
    found = pages(tmp_path / "output")
    assert len(found) > 30
    plain = {"jinja2_template.html"}  # a page of the samples' own make
    assert [path for path, page in found.items() if path not in plain and not sound(page)] == []
    assert found["oh-yeah-fr.html"].html["lang"] == "fr"


def pelican_samples(folder: Path) -> Path:
    """The folder samples/ of the source of the Pelican that is installed."""
    name = f"pelican=={version('pelican')}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, "--no-binary", ":all:", "--dest", str(folder), name],
        capture_output=True,
        text=True,
        check=False,
    )
    archives = list(folder.glob("pelican-*.tar.gz"))
    if done.returncode or not archives:
        missing("samples", f"Pelican's source, from a package index: {done.stderr[-200:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / archives[0].name.removesuffix(".tar.gz") / "samples"
