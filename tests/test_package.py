"""What `pip install tertulia` gives to somebody who has a Pelican site already."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.servers.installation import CLONE, build_wheel, install_without_extras
from tests.servers.pelican import minimal_site

pytestmark = pytest.mark.slow

PLUGINS = sorted(path.parent.name for path in (CLONE / "plugins").glob("*/__init__.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the base installation alone."""
    return install_without_extras(wheel, tmp_path_factory.mktemp("base") / "venv")


def run(programs: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def hidden(path: Path) -> bool:
    """Whether a tool's cache lies there."""
    return any(part.startswith((".", "__pycache")) for part in path.relative_to(CLONE).parts)


def test_the_wheel_holds_every_source_file_where_it_belongs(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    homes = {
        "plugins": "pelican/plugins",
        "syndication": "syndication",
        "themes/tertulia": "syndication/starter/theme",
    }
    expected = {
        f"{home}/{path.relative_to(CLONE / source).as_posix()}"
        for source, home in homes.items()
        for path in (CLONE / source).rglob("*")
        if path.is_file() and not hidden(path)
    }
    assert {"pelican/plugins/output_lock/lock.py", "syndication/model.py"} <= names
    assert expected - names == set()
    assert {name for name in names - expected if ".dist-info/" not in name} == set()


def test_the_wheel_leaves_the_namespace_of_plugins_to_pelican(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "pelican/__init__.py" not in names
    assert "pelican/plugins/__init__.py" not in names


def test_the_wheel_says_its_licence_and_registers_its_networks(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.rpartition("/")[2]: name for name in archive.namelist() if "dist-info" in name
        }
        metadata = archive.read(texts["METADATA"]).decode()
        entries = archive.read(texts["entry_points.txt"]).decode()
    assert "License-Expression: AGPL-3.0-or-later" in metadata
    assert "LICENSE" in texts
    networks = entries.partition("[tertulia.networks]\n")[2].partition("\n\n")[0]
    assert {line.partition(" = ")[0] for line in networks.splitlines()} == {
        "bluesky",
        "mastodon",
        "memory",
        "site",
        "webmention",
    }
    assert "tertulia = syndication.cli:main" in entries


def test_an_existing_site_builds_with_the_installed_plugins(programs: Path, tmp_path: Path):
    site = minimal_site(tmp_path / "site", f"PLUGINS = {PLUGINS!r}")
    built = run(programs, site, "python", "-m", "pelican", "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Words of article 1" in (site / "output" / "article-1.html").read_text()
    assert "article-1" in (site / "output" / "outbox.json").read_text()


def test_a_new_site_builds_at_once(programs: Path, tmp_path: Path):
    made = run(
        programs,
        tmp_path,
        *("tertulia", "init", "new", "--name", "Vencejo"),
        *("--url", "https://vencejo.example", "--language", "es"),
    )
    assert made.returncode == 0, made.stdout + made.stderr
    built = run(programs, tmp_path / "new", "python", "-m", "pelican", "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Vencejo" in (tmp_path / "new" / "output" / "index.html").read_text()


@pytest.mark.parametrize("command", ["run", "collect", "status"])
def test_a_command_that_needs_an_extra_names_it(programs: Path, tmp_path: Path, command: str):
    said = run(programs, tmp_path, "tertulia", command)
    assert said.returncode != 0
    assert "pip install 'tertulia[daemon]'" in said.stderr
    assert "Traceback" not in said.stderr


def test_help_needs_no_extra(programs: Path, tmp_path: Path):
    said = run(programs, tmp_path, "tertulia", "--help")
    assert said.returncode == 0
    assert "init" in said.stdout


def test_a_demonstration_names_its_own_extra(programs: Path, tmp_path: Path):
    said = run(programs, tmp_path, "tertulia", "demo", "--once")
    assert said.returncode != 0
    assert "pip install 'tertulia[demo]'" in said.stderr
    assert "Traceback" not in said.stderr
