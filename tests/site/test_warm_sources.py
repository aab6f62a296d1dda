"""The warm child writes pages of the site that was built, and of no other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.pelican import minimal_site, pelican

ON = """
import os
import sys
from datetime import datetime
sys.path.insert(0, "libraries")
PLUGINS = ["pelican.plugins.fast_build", "extra", "package"]
BUILT_AT = datetime.now()
BUILT_IN = os.environ.get("BUILT_IN", "")
"""
WARM = (sys.executable, "-m", "pelican.plugins.fast_build.warm")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """With two plugins that stand among the libraries."""
    site = minimal_site(tmp_path, ON)
    (site / "libraries" / "package").mkdir(parents=True)
    for plugin in ("extra.py", "package/__init__.py"):
        (site / "libraries" / plugin).write_text("def register():\n    pass\n")
    (site / "libraries/package/helper.py").write_text("")
    return site


def answer(site: Path, *options: str) -> dict[str, object]:
    """What a child says first, to whom nobody speaks."""
    done = subprocess.run(
        [*WARM, *options], cwd=site, input="", capture_output=True, text=True, timeout=60
    )
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[0])
    return answer


def build(site: Path, *options: str) -> None:
    done = pelican(site, *options)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--extra-settings", "DEFAULT_PAGINATION=3"),
        ("--extra-settings", 'MINE=["one"]'),
        ("--relative-urls",),
    ],
    ids=["Pelican's", "the theme's", "option"],
)
def test_what_was_said_on_the_command_line_makes_another_site(
    site: Path, options: tuple[str, ...]
) -> None:
    build(site, *options)
    assert "was not built" in str(answer(site)["error"])
    assert answer(site, *options)["ready"]


def test_what_the_environment_says_to_the_settings_makes_another_site(
    site: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BUILT_IN", "here")
    build(site)
    monkeypatch.setenv("BUILT_IN", "there")
    assert "was not built" in str(answer(site)["error"])


def test_how_a_build_goes_about_it_makes_no_other_site(site: Path) -> None:
    build(site, "--delete-output-directory", "--ignore-cache", "--port", "8001")
    assert answer(site)["ready"]


@pytest.mark.parametrize("file", ["extra.py", "package/helper.py"])
def test_a_plugin_that_is_replaced_where_it_was_installed_makes_another_site(
    site: Path, file: str
) -> None:
    build(site)
    (site / "libraries" / file).write_text("def register():\n    print('new')\n")
    assert "was not built" in str(answer(site)["error"])
