"""The demonstration's own parts, without its servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup
from click.testing import CliRunner

from syndication.cli.demo import demo
from syndication.demo import director, neighbour
from syndication.demo import stage as stages
from syndication.demo.conversation import Conversation
from syndication.demo.folder import LOCK, LOG, NOTES, FolderError, claim
from syndication.demo.forms import fields_of
from syndication.demo.notebook import Notebook
from syndication.demo.serving import port_of
from syndication.demo.waiting import DemoError
from tests.servers.waiting import HANGS

HOLDER = (
    "import sys; from pathlib import Path; from syndication.demo.folder import claim\n"
    "with claim(Path(sys.argv[1]), fresh=False): print('held', flush=True); sys.stdin.read()"
)


def earlier(folder: Path) -> Path:
    """What an earlier demonstration has left."""
    (folder / "site").mkdir(parents=True)
    (folder / "site" / "page.html").write_text("said")
    (folder / LOG).write_text("log")
    return folder


@pytest.mark.parametrize("options", [[], ["--fresh"], ["--once"]])
def test_a_folder_with_something_else_is_refused_and_left_as_it_is(
    tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = CliRunner().invoke(demo, ["--folder", str(tmp_path), *options])
    assert isinstance(result.exception, FolderError)
    assert "something else than a demonstration" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_second_start_names_the_first_and_deletes_nothing(tmp_path: Path, fresh: bool) -> None:
    folder = earlier(tmp_path / "demo")
    with claim(folder, fresh=False):
        Notebook(folder / NOTES).write(article="http://127.0.0.1:1/first/")
        with (
            pytest.raises(FolderError, match=f"pid {os.getpid()}.: open http://127.0.0.1:1/first/"),
            claim(folder, fresh=fresh),
        ):
            pass
        assert (folder / "site" / "page.html").is_file()


def test_a_start_after_a_kill_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "demo")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(FolderError, match=f"pid {holder.pid}"),
            claim(tmp_path / "demo", fresh=True),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with claim(tmp_path / "demo", fresh=False):
        assert Notebook(tmp_path / "demo" / NOTES).read()["pid"] == os.getpid()


def test_a_fresh_start_forgets_everything(tmp_path: Path) -> None:
    folder = earlier(tmp_path / "demo")
    Notebook(folder / NOTES).write(spoken=True, runs=3)
    with claim(folder, fresh=True):
        assert {path.name for path in folder.iterdir()} == {LOCK, NOTES}
        assert set(Notebook(folder / NOTES).read()) == {"pid", "article"}


def test_visitors_on_bluesky_speak_in_the_first_run_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its network is another one at each start, and the desk would have the same words twice."""
    spoken: list[str] = []

    class Visitors:
        def __init__(self, network: object, seed: str | None) -> None:
            del network, seed

        def speak(self, root: str) -> Conversation:
            spoken.append(root)
            return Conversation()

        def like(self, root: str) -> None:
            pass

    monkeypatch.setattr(director, "BlueskyCast", Visitors)
    Notebook(tmp_path / NOTES).write(spoken=True)
    for run in ("first", "second"):
        demo = director.Demo(tmp_path, tmp_path, say=lambda _: None, stop=threading.Event())
        monkeypatch.setattr(demo, "bluesky", object())
        monkeypatch.setattr(demo, "bluesky_root", lambda run=run: run)
        monkeypatch.setattr(demo, "known", lambda: 0)
        demo.visitors_speak()
    assert spoken == ["first"]


def test_what_is_not_on_the_site_is_answered_with_its_own_page(tmp_path: Path) -> None:
    stage = stages.Stage(
        folder=tmp_path, url="http://127.0.0.1:0", desk="127.0.0.1:0", public="127.0.0.1:0"
    )
    stage.output.mkdir()
    (stage.output / "404.html").write_text("<p>This page has flown: ñ</p>", encoding="utf-8")
    (stage.output / "es").mkdir()
    (stage.output / "es/404.html").write_text("<p>Esta ha volado</p>", encoding="utf-8")
    with stages.served(stage) as url:
        spanish = requests.get(f"{url}/es/nada/", timeout=HANGS)
        answer = requests.get(f"{url}/nothing/", timeout=HANGS)
        head = requests.head(f"{url}/nothing/", timeout=HANGS)
    assert answer.status_code == head.status_code == 404
    answer.encoding = "utf-8"
    assert answer.text == "<p>This page has flown: ñ</p>"
    assert (spanish.status_code, spanish.text) == (404, "<p>Esta ha volado</p>")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_a_port_of_the_site_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    stage = stages.Stage(
        folder=tmp_path, url="http://127.0.0.1:0", desk="127.0.0.1:0", public="127.0.0.1:0"
    )
    with stages.served(stage) as url:
        again = stages.Stage(folder=tmp_path, url=url, desk="127.0.0.1:0", public="127.0.0.1:0")
        with pytest.raises(DemoError, match=f"port {port_of(url)} is taken"), stages.served(again):
            pytest.fail("two sites at one port")


FORM = """<form><input type="hidden" name="page" value="/nido/"><input name="name">
<textarea name="text">
before</textarea><input type="checkbox" name="agree" value="1">
<button name="action" value="send">Send</button></form>"""


def test_a_form_is_filled_in_as_a_browser_does() -> None:
    form = BeautifulSoup(FORM, "html.parser").form
    assert form is not None
    assert fields_of(form) == {"page": "/nido/", "name": "", "text": "before"}
    given = {"name": "Ana", "agree": "1", "action": "send"}
    assert fields_of(form, given) == {"page": "/nido/", "text": "before", **given}


def test_a_neighbour_answers_at_the_same_address_the_next_time(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    about = "http://127.0.0.1:1/nido/"
    with neighbour.open_at(tmp_path / "pages", 0) as there:
        first = there.write("Three <b>at once</b>.", about=about, when=now)
    with neighbour.open_at(tmp_path / "pages", there.port) as again:
        second = again.write("Four.", about=about, when=now)
        entry = BeautifulSoup(requests.get(first, timeout=HANGS).text, "html.parser")
        assert again.url == there.url
        assert requests.get(second, timeout=HANGS).ok
        assert "answer-1" in requests.get(again.url, timeout=HANGS).text
    assert first != second
    assert [link["href"] for link in entry.select(".h-entry .u-in-reply-to")] == [about]
    assert [words.text for words in entry.select(".e-content")] == ["Three <b>at once</b>."]


def test_a_port_of_the_neighbour_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with (
        neighbour.open_at(tmp_path / "pages", 0) as there,
        pytest.raises(DemoError, match=f"port {there.port} is taken"),
        neighbour.open_at(tmp_path / "others", there.port),
    ):
        pass


def test_a_page_without_an_endpoint_cannot_be_told(tmp_path: Path) -> None:
    with neighbour.open_at(tmp_path / "pages", 0) as there:
        page = there.write("Hello.", about="http://127.0.0.1:1/", when=datetime.now(UTC))
        with pytest.raises(requests.HTTPError, match="no endpoint"):
            there.tell(page, page)
