"""`tertulia import` and `tertulia archive` as a person uses them."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from syndication import starter
from syndication.bootstrap import open_site
from syndication.cli import main
from syndication.model import Post
from syndication.settings import load
from syndication.store import posts
from tests.golden.test_archives import FOLDER

URL = "https://vencejo.example"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A new site whose articles are known."""
    folder = tmp_path / "site"
    starter.create(folder, name="Vencejo", url=URL, language="es")
    opened = open_site(load(folder / "tertulia.toml"))
    with opened.store.write() as tx:
        for slug in ("zapatas", "frenos"):
            now = datetime(2026, 11, 1, tzinfo=UTC)
            post = Post(
                url=f"{URL}/{slug}/",
                kind="article",
                title=slug,
                summary="",
                language="es",
                published=now,
            )
            posts.insert(tx, post, now=now)
    opened.store.close()
    return folder


def tertulia(site: Path, *words: object) -> Result:
    return CliRunner().invoke(
        main, ["--settings", str(site / "tertulia.toml"), *(str(word) for word in words)]
    )


def test_an_import_says_what_it_did_and_what_is_left_to_do(site: Path):
    told = tertulia(site, "import", FOLDER / "wordpress.xml", "--dry-run")
    assert "Would be new: 5 (3 approved, 1 rejected, 1 spam)" in told.output
    done = tertulia(site, "import", FOLDER / "wordpress.xml")
    assert done.output.replace("New: ", "Would be new: ") == told.output
    assert "Not taken in, without an article: 1\n" in done.output
    assert "In the file: 4 e-mail addresses, which are kept nowhere\n" in done.output
    assert "      1  https://taller.example/?p=14  Un borrador\n" in done.output
    assert "Aliases: /old/path/" in done.output
    again = tertulia(site, "import", FOLDER / "wordpress.xml")
    assert "New: 0\n" in again.output
    assert "Not taken in, known before: 5\n" in again.output


def test_what_a_file_does_not_have_is_not_told(site: Path, tmp_path: Path):
    path = tmp_path / "archive.jsonl"
    path.write_text('{"type": "tertulia:Archive", "tertulia:version": 1}\n', encoding="utf-8")
    assert tertulia(site, "import", path).output == "New: 0\n"


def test_facts_of_an_archive_are_counted(site: Path, tmp_path: Path):
    lines = (
        {"type": "tertulia:Archive", "tertulia:version": 1},
        {"type": "tertulia:Watch", "content": "vencejo", "tertulia:kind": "words"},
    )
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert "Would be new, watches: 1\n" in tertulia(site, "import", path, "--dry-run").output
    assert "New, watches: 1\n" in tertulia(site, "import", path).output
    assert tertulia(site, "import", path).output == "New: 0\n"


def test_imported_words_are_in_the_documents_after_an_export(site: Path):
    tertulia(site, "import", FOLDER / "wordpress.xml")
    assert "/zapatas/" in tertulia(site, "export").output
    document = json.loads((site / "discussion/pages/zapatas/index.json").read_text("utf-8"))
    assert [one["attributedTo"]["name"] for one in document["items"]] == [
        "Amparo",
        "Marta",
        "Rueda Libre",
    ]


def test_imported_comments_can_be_answered_where_visitors_comment(site: Path):
    with (site / "tertulia.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accounts.comments]\nnetwork = "site"\n')
    tertulia(site, "import", FOLDER / "wordpress.xml")
    answered = tertulia(site, "moderate", "answer", "1", "Con agua, despacio.")
    assert answered.exit_code == 0, answered.output


@pytest.mark.parametrize("format_", ["json", "wxr"])
def test_an_archive_is_written_whole_for_its_owner_alone(site: Path, format_: str, tmp_path: Path):
    tertulia(site, "import", FOLDER / "wordpress.xml")
    file = tmp_path / "all"
    done = tertulia(site, "archive", file, "--format", format_)
    assert f"{file}: messages 5, pages 1\n" in done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "known before: 5" in tertulia(site, "import", file).output
    assert [path.name for path in tmp_path.iterdir() if "all" in path.name] == ["all"]


def test_what_no_terminal_should_obey_is_not_printed(site: Path, tmp_path: Path):
    text = (FOLDER / "archive.jsonl").read_text(encoding="utf-8")
    file = tmp_path / "hostile.jsonl"
    text = text.replace("/frenos", "/otro\\u001b[2J")
    file.write_text(text, encoding="utf-8")
    done = tertulia(site, "import", file)
    assert "/otro" in done.output
    assert "\x1b" not in done.output


def test_a_file_that_cannot_be_read_is_one_sentence(site: Path, tmp_path: Path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear all", encoding="utf-8")
    done = tertulia(site, "import", file)
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {file}: is none of wxr, disqus, isso, json")
