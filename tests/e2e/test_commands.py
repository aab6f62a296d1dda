"""The commands as the web person types them, against a practice network."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.servers.ports import free_port
from tests.servers.practice import Practice
from tests.servers.waiting import HANGS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.practice]

ROOT = Path(__file__).resolve().parents[2]


class Brand:
    """A site made by `tertulia init`, and the commands in its folder."""

    def __init__(self, folder: Path, practice: Practice) -> None:
        self.folder = folder
        self.practice = practice
        self.environment = {**os.environ, "TERTULIA_STAFF": "Nora", "PYTHONPATH": str(ROOT)}
        if practice.verify is not True:
            self.environment["REQUESTS_CA_BUNDLE"] = str(practice.verify)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "syndication.cli", *words]

    def run(self, *words: str, ok: bool = True, **more: Any) -> str:
        """What a command printed; it must succeed, or fail without a trace where `ok` is False."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=2 * HANGS,
            **more,
        )
        printed = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, printed
        assert "Traceback" not in printed, printed
        return printed

    def build(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "pelican", "--fatal", "errors"],
            cwd=self.folder,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def set(self, section: str, *lines: str) -> None:
        """Put lines at the head of a section of the settings."""
        path = self.folder / "tertulia.toml"
        text = path.read_text()
        names = [line.split(" = ")[0] for line in lines]
        for name in names:
            text = re.sub(rf"(?m)^#? ?{name} = .*\n", "", text)
        text = text.replace(f"[{section}]\n", "\n".join([f"[{section}]", *lines, ""]))
        path.write_text(text)

    def connect(self, visitor: Any, *words: str) -> str:
        """`tertulia connect` with a person who fetches the code in a browser."""
        process = subprocess.Popen(
            self.command("connect", "mastodon", self.practice.url, *words),
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        printed = ""
        while not (found := re.search(r"https?://\S+/oauth/authorize\S+", printed)):
            line = process.stdout.readline()
            assert line, printed
            printed += line
        asked = parse_qs(urlsplit(found[0]).query)
        name = visitor.who()["username"]
        code = self.practice.authorisation_code(found[0], name)
        rest, _ = process.communicate(f"{code}\n", timeout=HANGS)
        printed += rest
        assert process.returncode == 0, printed
        self.asked = asked["scope"][0].split()
        return printed


@pytest.fixture
def brand(tmp_path: Path, practice_tls: Practice) -> Brand:
    made = Brand(tmp_path / "site", practice_tls)
    made.folder.mkdir()
    made.run(
        "init", ".", "--name", "Librería Luz", "--url", "https://luz.example", "--language", "es"
    )
    made.build()
    made.set("collect", "loopback = true")
    made.set("publish", 'min_age = "0s"', "confirm = false")
    return made


def write_article(brand: Brand, slug: str, **front_matter: str) -> None:
    lines = [f"Title: {slug.title()}", "Date: 2026-11-22 00:00", f"Slug: {slug}", "Lang: es"]
    lines += [f"{key}: {value}" for key, value in front_matter.items()]
    path = next((brand.folder / "content").rglob("*.md")).parent / f"{slug}.md"
    path.write_text("\n".join(lines) + "\n\nUnas palabras.\n")


def test_the_whole_way_by_hand(brand: Brand, practice_tls: Practice) -> None:
    us, reader = practice_tls.visitor("luz"), practice_tls.visitor("marta", display_name="Marta")
    printed = brand.connect(us, "--name", "main", "--languages", "es", "--yes")
    assert "Be kind." in printed
    assert us.token not in printed
    assert set(brand.asked) <= {
        "read:accounts",
        "read:notifications",
        "read:statuses",
        "read:search",
        "write:statuses",
        "write:media",
    }
    token = brand.folder / "var" / "tokens" / "main.json"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert "fine" in brand.run("check")
    assert "First run" in brand.run("publish")
    write_article(brand, "novedades")
    brand.build()
    plan = brand.run("publish", "--dry-run")
    assert "https://luz.example" in plan
    assert us.statuses() == []
    brand.run("publish")
    (copy,) = us.statuses()
    assert "https://luz.example" in copy["content"]
    reader.say(f"@{us.who()['username']} ¿Abrís el domingo?", reply_to=copy["id"], language="es")
    assert "new 1" in brand.run("collect")
    listed = brand.run("moderate", "list")
    assert "¿Abrís el domingo?" in listed
    number = re.match(r"(\d+)@1 ", listed)
    assert number
    brand.run("moderate", "approve", number[1])
    brand.run("export", "--build")
    page = next((brand.folder / "output").rglob("novedades*/index.html"), None) or next(
        (brand.folder / "output").rglob("novedades*.html")
    )
    assert "¿Abrís el domingo?" in page.read_text()
    brand.run("moderate", "answer", number[1], "Sí, de diez a dos.")
    brand.run("publish")
    assert any("Sí, de diez a dos." in status["content"] for status in us.statuses())
    brand.run("export", "--build")
    assert "Sí, de diez a dos." in page.read_text()
    brand.run("moderate", "undo", number[1])
    brand.run("export", "--build")
    assert "¿Abrís el domingo?" not in page.read_text()
    facts = json.loads(brand.run("status", "--json"))
    assert facts["accounts"][0]["held"] == facts["accounts"][0]["reported"] == 1
    assert facts["messages"] == {"hold": 1}


def test_pause_keeps_everything_in_until_resume(brand: Brand, practice_tls: Practice) -> None:
    us = practice_tls.visitor("luz")
    brand.connect(us, "--name", "main", "--languages", "es", "--yes")
    brand.run("publish")
    brand.run("pause")
    write_article(brand, "novedades")
    brand.build()
    brand.run("publish")
    assert us.statuses() == []
    assert "PAUSED by Nora" in brand.run("status")
    brand.run("resume")
    brand.run("publish")
    assert len(us.statuses()) == 1


def test_an_account_that_is_connected_twice_is_told_of(
    brand: Brand, practice_tls: Practice
) -> None:
    us = practice_tls.visitor("luz")
    brand.connect(us, "--name", "main", "--yes")
    assert "Account main is the same one" in brand.connect(us, "--name", "twin", "--yes")
    assert "and so is account twin: each post would go out twice" in brand.run("check", ok=False)


def test_watches_are_added_listed_and_removed(brand: Brand) -> None:
    assert "hashtag #luz" in brand.run("watch", "add", "#luz")
    assert "words librería luz" in brand.run("watch", "add", "librería luz", "--language", "es")
    listed = brand.run("watch", "list")
    assert "#luz" in listed
    assert "librería luz (es)" in listed
    brand.run("watch", "remove", "1")
    assert "#luz" not in brand.run("watch", "list")
    assert "there is no watch 7" in brand.run("watch", "remove", "7", ok=False)
    assert "one word" in brand.run("watch", "add", "#two words", ok=False)


def test_the_daemon_ends_within_two_seconds_and_goes_on_where_it_was(
    brand: Brand, practice_tls: Practice
) -> None:
    us, reader = practice_tls.visitor("luz"), practice_tls.visitor("marta")
    brand.connect(us, "--name", "main", "--languages", "es", "--yes")
    brand.run("publish")
    write_article(brand, "novedades")
    brand.build()
    port = free_port()
    brand.set("desk", f'listen = "127.0.0.1:{port}"')
    brand.set("collect", "loopback = true", 'every = "1s"')

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            brand.command("run"),
            cwd=brand.folder,
            env=brand.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        wait_until(lambda: desk_answers(port), what="the desk")
        return process

    def end(process: subprocess.Popen[bytes]) -> str:
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=HANGS)
        assert process.returncode == 0, printed
        assert b"Traceback" not in printed
        return printed.decode()

    first = start()
    (copy,) = wait_until(lambda: us.statuses(), what="the copy")
    end(first)
    reader.say("Sin mencionar a nadie", reply_to=copy["id"])
    second = start()
    number = wait_until(lambda: held(brand), what="the reply on the desk")
    assert number == 1
    end(second)
    assert len(us.statuses()) == 1


def desk_answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=HANGS).ok
    except requests.RequestException:
        return False


def held(brand: Brand) -> int:
    facts = json.loads(brand.run("status", "--json"))
    return int(facts["messages"].get("hold", 0))


@pytest.mark.parametrize(
    ("section", "line", "complaint"),
    [
        ("publish", 'min_age = "soon"', r"\[publish\] min_age must be a time"),
        ("site", 'url = "luz.example"', r"\[site\] url must be an absolute address"),
        ("collect", "evry = 3", r"\[collect\] evry is not a setting; there are every"),
    ],
)
def test_a_wrong_setting_is_named_with_file_and_key(
    brand: Brand, section: str, line: str, complaint: str
) -> None:
    brand.set(section, line)
    printed = brand.run("status", ok=False)
    assert re.search(complaint, printed), printed
    assert "tertulia.toml" in printed


def test_without_settings_it_says_how_to_get_them(tmp_path: Path, practice_tls: Practice) -> None:
    printed = Brand(tmp_path, practice_tls).run("status", ok=False)
    assert "tertulia init" in printed


def test_a_dead_server_is_an_answer_not_a_crash(brand: Brand) -> None:
    printed = brand.run("connect", "mastodon", "https://127.0.0.1:1", "--yes", ok=False)
    assert "127.0.0.1" in printed
    assert "[accounts" not in (brand.folder / "tertulia.toml").read_text().replace(
        "[accounts.NAME]", ""
    )


def test_staff_get_links_and_lose_their_access(brand: Brand) -> None:
    assert "/sign-in/" in brand.run("desk", "add", "Nora", "--role", "admin", "--language", "es")
    assert "Nora\tadmin\tes" in brand.run("desk", "list")
    assert "/sign-in/" in brand.run("desk", "link", "nora")
    brand.run("desk", "remove", "Nora")
    assert "Nobody yet" in brand.run("desk", "list")
    assert "nobody is called" in brand.run("desk", "link", "Nora", ok=False)
