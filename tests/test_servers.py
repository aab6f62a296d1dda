"""The fixtures hold what tests/servers/README.md promises."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import requests

from syndication.demo.practice import PracticeError, PracticeNetwork, Profile
from syndication.demo.visitor import Visitor
from tests.servers.waiting import HANGS, wait_until


def test_each_test_has_an_empty_postgresql_database_of_its_own(postgresql, postgresql_cluster):
    with postgresql_cluster.database() as other:
        assert other != postgresql
        with psycopg.connect(postgresql.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE words (id int)")
        with psycopg.connect(other.replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT to_regclass('words')").fetchone()
            assert found == (None,)


def test_fresh_accounts_speak_with_each_other(practice):
    brand, ada = practice.visitor("brand"), practice.visitor("ada")
    post = brand.say("Good morning")
    reply = ada.say("And to you", reply_to=post["id"])
    assert [found["id"] for found in brand.replies(post["id"])] == [reply["id"]]
    assert practice.visitor("ada").who()["acct"] != ada.who()["acct"]


def test_a_profile_can_be_of_another_server_and_indexable(practice):
    found = practice.visitor("eva", domain="elsewhere.example", indexable=True, note="#nobot").who()
    assert found["acct"].endswith("@elsewhere.example")
    assert found["indexable"] is True
    assert found["note"] == "#nobot"


def test_what_the_links_of_statuses_lead_to_is_a_page_with_the_thread(practice):
    brand, ada = practice.visitor("brand"), practice.visitor("ada", display_name="Ada <b>L</b>")
    eva = practice.visitor("eva", domain="elsewhere.example")
    post = brand.say("Good morning")
    reply = ada.say("<script>alert(1)</script> and to you", reply_to=post["id"])
    ada.say("My number is 4711", reply_to=post["id"], visibility="direct")
    deeper = eva.say("I as well", reply_to=reply["id"])
    page = requests.get(post["url"], timeout=HANGS)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "This is a practice network on this machine" in page.text
    places = [page.text.index(words) for words in ("Good morning", "and to you", "I as well")]
    assert places == sorted(places)
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<b>L" not in page.text
    assert "4711" not in page.text
    assert "In answer to" in requests.get(deeper["url"], timeout=HANGS).text
    assert "and to you" in requests.get(reply["account"]["url"], timeout=HANGS).text
    assert "I as well" in requests.get(deeper["account"]["url"], timeout=HANGS).text


def test_a_page_that_is_not_there_says_so(practice):
    ada = practice.visitor("ada")
    private = ada.say("For you alone", visibility="direct")
    nothing = ada.who()["url"] + "/" + "9" * 30
    for address in (private["url"], nothing, practice.url + "/@nobody"):
        page = requests.get(address, timeout=HANGS)
        assert page.status_code == 404, address
        assert "There is no" in page.text
        assert "For you alone" not in page.text


def test_a_fault_lasts_as_long_as_its_block(practice):
    health = practice.url + "/api/v2/instance"
    with practice.fault("/api/v2/instance", type="status", status=503, count=1):
        assert requests.get(health, timeout=HANGS).status_code == 503
        assert requests.get(health, timeout=HANGS).status_code == 200
    with practice.fault("/api/v2/instance", type="ratelimit"):
        assert requests.get(health, timeout=HANGS).status_code == 429
    assert requests.get(health, timeout=HANGS).status_code == 200


def test_the_practice_network_speaks_tls(practice_tls):
    ada = practice_tls.visitor("ada")
    assert ada.say("Over TLS")["uri"].startswith("https://127.0.0.1:")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(practice_tls.url + "/health", timeout=HANGS)


@pytest.mark.practice
def test_a_second_start_goes_on_with_what_was_there(tmp_path: Path):
    with PracticeNetwork(tmp_path, accounts=[Profile(name="brand")]) as network:
        first = network.url, network.token("brand")
        post = network.account(Profile(name="brand")).say("Before the night")
    with PracticeNetwork(tmp_path, accounts=[Profile(name="brand")]) as network:
        assert (network.url, network.token("brand")) == first
        assert network.account(Profile(name="brand")).status(post["id"])["uri"] == post["uri"]


@pytest.mark.practice
def test_a_port_that_is_taken_is_named(practice_network, tmp_path: Path):
    port = int(practice_network.url.rsplit(":", 1)[1])
    with pytest.raises(PracticeError, match=f"Port {port} is taken"):
        PracticeNetwork(tmp_path / "other", port=port).start()


def test_a_broken_memory_says_how_to_start_anew(tmp_path: Path):
    (tmp_path / "practice.json").write_text("{half")
    with pytest.raises(PracticeError, match=r"practice\.json cannot be read: remove .* anew"):
        PracticeNetwork(tmp_path).start()


@pytest.mark.practice
def test_the_server_ends_with_a_parent_that_was_killed(tmp_path: Path):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from syndication.demo.practice import PracticeNetwork\n"
        "print(PracticeNetwork(Path(sys.argv[1])).start().pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not _runs(server), what="the server has ended")


@pytest.mark.practice
def test_stopping_does_not_wait_for_open_streams(practice_network):
    ada = practice_network.visitor("ada")
    stream = requests.get(
        practice_network.url + "/api/v1/streaming/user",
        headers={"Authorization": f"Bearer {ada.token}"},
        stream=True,
        timeout=HANGS,
    )
    assert next(stream.iter_lines()) == b":connected"
    practice_network.network.stop()
    stream.close()


def test_an_answer_is_lost_though_the_work_was_done(practice, unreliable):
    ada = practice.visitor("ada")
    through = Visitor(unreliable.url, ada.token)
    unreliable.fail_next("POST", "/api/v1/statuses", "lose")
    with pytest.raises(requests.ConnectionError):
        through.say("Did you hear me?")
    unreliable.fail_next("POST", "/api/v1/statuses", "refuse")
    with pytest.raises(requests.ConnectionError):
        through.say("And now?")
    assert [status["content"] for status in ada.statuses()] == ["<p>Did you hear me?</p>"]
    assert unreliable.count("POST", "/api/v1/statuses") == 2


def test_an_answer_is_cut_or_comes_late(practice, unreliable):
    through = Visitor(unreliable.url, practice.visitor("ada").token)
    unreliable.fail_next("GET", "/api/v1/accounts/*", "cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        through.who()
    unreliable.fail_next("GET", "/health", "late")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(unreliable.url + "/health", timeout=(HANGS, 0.2))
    assert through.who()["username"].startswith("ada")


def test_the_browser_shows_a_page_of_this_machine(page, practice):
    page.goto(practice.url + "/health")
    assert page.inner_text("body") == "OK"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z (zombie)" not in Path(f"/proc/{process}/status").read_text()
