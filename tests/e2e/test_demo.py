"""`tertulia demo --once`: what it claims is read again from the practice network and the files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syndication.demo.cast_bluesky import APPROVED as ON_BLUESKY
from syndication.demo.cast_open_web import APPROVED as ON_THE_OPEN_WEB
from syndication.demo.conversation import Tokens
from syndication.demo.practice import PracticeNetwork
from syndication.demo.visitor import Visitor
from tests.servers.required import missing

pytestmark = [pytest.mark.slow, pytest.mark.practice]

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"\(([b-df-hj-kmnp-tv-xz2-9]{10})\)")


@dataclass
class Rehearsal:
    """One unattended run, with what the network still says about it."""

    folder: Path
    result: dict[str, Any]
    lines: list[str]
    seed: int = 7

    def said_on_bluesky(self, run: int = 1) -> dict[str, str]:
        """Part → token of what was said there, which follows from the seed; the network itself
        has forgotten it by now. Empty where it is not installed."""
        if "bluesky" not in self.result["networks"]:
            return {}
        tokens = Tokens(f"{self.seed}:{run}:bluesky")
        return {part: tokens.next() for part in ON_BLUESKY}

    def shown_of_bluesky(self, run: int = 1) -> set[str]:
        """The tokens that stand under the article in the end."""
        said = self.said_on_bluesky(run)
        return {token for part, token in said.items() if not part.startswith("deleted")}

    def said_on_the_open_web(self, run: int = 1) -> dict[str, str]:
        """Part → token of what was said by the form and on a site of a visitor's own."""
        tokens = Tokens(f"{self.seed}:{run}:open web")
        return {part: tokens.next() for part in ON_THE_OPEN_WEB}

    def shown_of_others(self, run: int = 1) -> set[str]:
        """The tokens of whoever does not speak on the practice network for Mastodon."""
        return self.shown_of_bluesky(run) | set(self.said_on_the_open_web(run).values())

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


def rehearse(folder: Path, seed: int, **environment: str) -> Rehearsal:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "syndication.cli", "demo", "--once", "--json"),
            *("--seed", str(seed), "--folder", str(folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stdout.strip().splitlines()
    return Rehearsal(folder=folder, result=json.loads(lines[-1]), lines=lines, seed=seed)


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
        "networks",
        "comment_form",
        "webmention",
        "left_out",
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
    wanted |= rehearsal.shown_of_others()
    assert wanted <= tokens(page)


def test_nothing_else_that_visitors_said_is_in_any_public_file(
    rehearsal: Rehearsal, statuses: dict[str, list[dict[str, Any]]]
) -> None:
    allowed = approved_tokens(statuses) | rehearsal.shown_of_others()
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


def test_a_comment_by_the_form_and_an_answer_by_webmention_stand_beside_the_others(
    rehearsal: Rehearsal,
) -> None:
    (document,) = (rehearsal.site / "discussion" / "pages").rglob("index.json")
    items = {i["attributedTo"]["name"]: i for i in json.loads(document.read_text())["items"]}
    comment, mention = items["Lucía Prats"], items["Mara Lindt"]
    assert (comment["tertulia:network"], mention["tertulia:network"]) == ("site", "webmention")
    by_form, by_webmention = rehearsal.said_on_the_open_web().values()
    assert by_form in str(comment)
    assert "<em>market</em>" in str(comment)
    assert by_webmention in str(mention)
    page = Path(rehearsal.result["page"]).read_text(encoding="utf-8")
    assert f'href="{rehearsal.result["webmention"]}"' in page
    assert f'action="{rehearsal.result["comment_form"]}"' in page


def test_nobody_out_there_is_told_of_links(rehearsal: Rehearsal) -> None:
    settings = tomllib.loads((rehearsal.site / "tertulia.toml").read_text(encoding="utf-8"))
    assert settings["accounts"]["web"]["options"]["tell"] is False


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
    assert [s["url"] for s in carrying] == rehearsal.result["copies"][:1]


@pytest.fixture
def both(rehearsal: Rehearsal) -> Rehearsal:
    """The run, if it had both networks."""
    if "bluesky" not in rehearsal.result["networks"]:
        missing("bluesky", "make servers")
    return rehearsal


def test_the_words_of_two_networks_are_one_conversation(both: Rehearsal) -> None:
    assert both.result["networks"] == ["mastodon", "bluesky"]
    (document,) = (both.site / "discussion" / "pages").rglob("index.json")
    items = {i["attributedTo"]["name"]: i for i in json.loads(document.read_text())["items"]}
    assert items["Oriol Mas"]["inReplyTo"] == items["Paula Ríos"]["id"]
    assert {items[name]["tertulia:network"] for name in ("Paula Ríos", "Nora Haddad")} == {
        "bluesky"
    }
    assert items["Ana Torres"]["tertulia:network"] == "mastodon"
    page = Path(both.result["page"]).read_text(encoding="utf-8")
    assert both.shown_of_bluesky() <= tokens(page)
    assert all(copy in page for copy in both.result["copies"])


def test_who_spoke_on_bluesky_has_a_portrait(both: Rehearsal) -> None:
    (document,) = (both.site / "discussion" / "pages").rglob("index.json")
    items = {i["attributedTo"]["name"]: i for i in json.loads(document.read_text())["items"]}
    picture = items["Paula Ríos"]["attributedTo"]["icon"]["url"]
    assert (both.site / "output" / "discussion" / picture).is_file()


def test_what_was_deleted_on_bluesky_is_gone(both: Rehearsal) -> None:
    token = both.said_on_bluesky()["deleted on Bluesky"]
    for path in both.published_files():
        content = path.read_bytes()
        assert token.encode() not in content, path
        assert "Sven Åberg".encode() not in content, path


def test_without_the_servers_it_shows_one_network_and_says_how_to_get_the_other(
    tmp_path: Path,
) -> None:
    alone = rehearse(tmp_path / "demo", seed=3, TERTULIA_SERVERS=str(tmp_path / "none"))
    assert alone.result["networks"] == ["mastodon"]
    assert len(alone.result["copies"]) == 1
    assert alone.result["approved"] == 8
    assert "make servers" in alone.result["left_out"]


def test_a_second_run_goes_on_from_what_was_there(rehearsal: Rehearsal) -> None:
    again = rehearse(rehearsal.folder, seed=7)
    assert again.result["copies"][0] == rehearsal.result["copies"][0]
    assert again.result["approved"] == 8 + len(rehearsal.said_on_bluesky())
    others = again.shown_of_others(run=1) | again.shown_of_others(run=2)
    page = Path(again.result["page"]).read_text(encoding="utf-8")
    assert page.count("Ana Torres") >= 2
    assert len(tokens(page) - others) == 10, "no two runs say the same words, even with one seed"


def test_no_secret_is_in_the_log_or_the_public_files(rehearsal: Rehearsal) -> None:
    secrets = json.loads((rehearsal.folder / "practice" / "practice.json").read_text())["tokens"]
    kept = [
        json.loads(file.read_text()) for file in (rehearsal.site / "var").rglob("tokens/*.json")
    ]
    private = {
        value for one in kept for key, value in one.items() if "jwt" in key or "token" in key
    }
    assert kept
    log = (rehearsal.folder / "demo.log").read_text()
    for token in {*secrets.values(), *private}:
        assert token not in log
        for path in rehearsal.published_files():
            assert token.encode() not in path.read_bytes()
