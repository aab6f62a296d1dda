"""The example of docs/networks.md: installed as anybody would, it works and holds the contract."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

CLONE = Path(__file__).parents[2]
EXAMPLE = CLONE / "docs" / "examples" / "guestbook"
PAGE = (CLONE / "docs" / "networks.md").read_text(encoding="utf-8")
PART = PAGE.partition("\n## Adding a network\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^ *```\w+\n(.*?)^ *```", PART, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a Python in which the example is installed."""
    folder = tmp_path_factory.mktemp("guestbook")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
    where = ["--target", str(folder), str(EXAMPLE)]
    pip = [sys.executable, "-m", "pip", "install", *offline, *where]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(CLONE)])}


def run(
    installed: dict[str, str], folder: Path, *command: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=installed,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_suite_passes_on_the_example(installed: dict[str, str]):
    done = run(installed, EXAMPLE, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 25


@pytest.mark.slow
def test_the_daemon_speaks_to_it_and_hears_it_without_a_change_of_ours(
    installed: dict[str, str], tmp_path: Path
):
    guestbook = _module(EXAMPLE / "tests" / "guestbook.py")
    (tmp_path / "tertulia.toml").write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n'
    )
    tertulia = ["-c", "from syndication.cli import main; main()"]
    with guestbook.open_book() as (book, address):
        made = run(
            installed,
            tmp_path,
            *tertulia,
            *["connect", "guestbook", address, "--name", "book"],
            typed=f"{guestbook.TOKEN}\n",
        )
        assert made.returncode == 0, made.stdout + made.stderr
        assert "Connected vencejo as account book." in made.stdout
        book.write(2, "What a lovely bell!")
        heard = run(installed, tmp_path, *tertulia, "collect")
        assert heard.returncode == 0, heard.stdout + heard.stderr
        status = run(installed, tmp_path, *tertulia, "status")
    assert "messages hold: 1" in status.stdout


def test_the_page_shows_how_each_step_looks():
    assert len(BLOCKS) > 5


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_page_shows_stands_in_the_example(block: str):
    wanted = textwrap.dedent(block).strip()
    texts = (file.read_text() for file in EXAMPLE.rglob("*") if file.suffix in (".py", ".toml"))
    assert any(wanted in _without_margin(text, wanted) for text in texts)


def _without_margin(text: str, wanted: str) -> str:
    """`text` with the margin taken off at the place where `wanted` begins."""
    first = wanted.partition("\n")[0]
    margins = re.findall(rf"^( *){re.escape(first)}$", text, re.MULTILINE)
    return "\n".join(re.sub(rf"^{margin}", "", text, flags=re.M) for margin in set(margins))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
