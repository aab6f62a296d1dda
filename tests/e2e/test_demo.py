"""`tertulia demo --once`: what it claims is read again from the practice network and the files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syndication.demo.practice import PracticeNetwork
from syndication.demo.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.practice]

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"\(([b-df-hj-kmnp-tv-xz2-9]{10})\)")


@dataclass
class Rehearsal:
    """One unattended run, with what the network still says about it."""

    folder: Path
    result: dict[str, Any]
    lines: list[str]

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def published_files(self) -> list[Path]:
        """Every file that visitors or the build get."""
        return [
            path
            for place in ("output", "discussion")
            for path in (self.site / place).rglob("*")
            if path.is_file()
        ]


def rehearse(folder: Path, seed: int) -> Rehearsal:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "syndication.cli", "demo", "--once", "--json"),
            *("--seed", str(seed), "--folder", str(folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stdout.strip().splitlines()
    return Rehearsal(folder=folder, result=json.loads(lines[-1]), lines=lines)


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    return rehearse(tmp_path_factory.mktemp("demo"), seed=7)


@pytest.fixture(scope="module")
def statuses(rehearsal: Rehearsal) -> dict[str, list[dict[str, Any]]]:
    """handle → what that visitor said, with first words, from the network itself."""
    said: dict[str, list[dict[str, Any]]] = {}
    with PracticeNetwork(rehearsal.folder / "practice") as network:
        for name in ("ana", "bruno", "chiara", "dilan", "elena", "farid", "greta", "hugo", "ines"):
            visitor = Visitor(network.url, network.token(name))
            found = visitor.statuses()
            for status in found:
                status["history"] = visitor.ask("GET", f"/api/v1/statuses/{status['id']}/history")
            said[name] = found
    return said


def tokens(text: str) -> set[str]:
    return set(TOKEN.findall(text))


def first_words(status: dict[str, Any]) -> str:
    return status["history"][0]["content"] if status["history"] else status["content"]


def approved_tokens(statuses: dict[str, list[dict[str, Any]]]) -> set[str]:
    people = ("ana", "bruno", "chiara", "dilan", "greta")
    return {t for name in people for status in statuses[name] for t in tokens(first_words(status))}


def test_the_last_line_is_the_one_json_object(rehearsal: Rehearsal) -> None:
    assert set(rehearsal.result) == {
        "article_url",
        "page",
        "copies",
        "collected",
        "held",
        "approved",
        "withheld",
        "edited",
        "deleted",
        "seconds",
    }


def test_approved_words_stand_under_the_article(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    page = Path(rehearsal.result["page"]).read_text(encoding="utf-8")
    wanted = approved_tokens(statuses)
    assert len(wanted) == 5
    assert wanted <= tokens(page)


def test_nothing_else_that_visitors_said_is_in_any_public_file(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    allowed = approved_tokens(statuses)
    for path in rehearsal.published_files():
        found = tokens(path.read_bytes().decode("utf-8", "replace"))
        assert found <= allowed, path


def test_private_rejected_and_found_words_are_known_to_the_network_and_withheld(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    withheld = {
        t
        for name in ("elena", "farid", "ines")
        for s in statuses[name]
        for t in tokens(s["content"])
    }
    assert len(withheld) == 3
    for path in rehearsal.published_files():
        assert not withheld & tokens(path.read_bytes().decode("utf-8", "replace")), path
    assert {item["who"] for item in rehearsal.result["withheld"]} == {"elena", "farid", "ines"}


def test_an_edit_shows_only_the_words_that_were_approved(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    (status,) = statuses["greta"]
    page = Path(rehearsal.result["page"]).read_text(encoding="utf-8")
    (before,), (now,) = tokens(first_words(status)), tokens(status["content"])
    assert before != now
    assert before in page
    assert now not in page


def test_what_was_deleted_upstream_is_gone(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    assert statuses["hugo"] == []
    for path in rehearsal.published_files():
        assert b"Hugo" not in path.read_bytes(), path


def test_the_answer_to_an_answer_hangs_where_it_belongs(rehearsal: Rehearsal) -> None:
    (document,) = (rehearsal.site / "discussion" / "pages").rglob("index.json")
    items = {i["attributedTo"]["name"]: i for i in json.loads(document.read_text())["items"]}
    assert items["Dilan Öztürk"]["inReplyTo"] == items["Ana Torres"]["id"]


def test_the_copy_is_on_the_network_once_and_links_to_the_article(rehearsal: Rehearsal) -> None:
    with PracticeNetwork(rehearsal.folder / "practice") as network:
        said = Visitor(network.url, network.token("vencejo")).statuses()
    carrying = [s for s in said if rehearsal.result["article_url"] in s["content"]]
    assert [s["url"] for s in carrying] == rehearsal.result["copies"]


def test_a_second_run_goes_on_from_what_was_there(rehearsal: Rehearsal) -> None:
    again = rehearse(rehearsal.folder, seed=7)
    assert again.result["copies"] == rehearsal.result["copies"]
    assert again.result["approved"] == 6
    page = Path(again.result["page"]).read_text(encoding="utf-8")
    assert page.count("Ana Torres") >= 2
    assert len(tokens(page)) == 10, "no two runs say the same words, even with one seed"


def test_no_secret_is_in_the_log_or_the_public_files(rehearsal: Rehearsal) -> None:
    secrets = json.loads((rehearsal.folder / "practice" / "practice.json").read_text())["tokens"]
    log = (rehearsal.folder / "demo.log").read_text()
    for token in secrets.values():
        assert token not in log
        for path in rehearsal.published_files():
            assert token.encode() not in path.read_bytes()
