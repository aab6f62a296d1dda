"""The fixtures hold what tests/servers/README.md promises."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import requests

from syndication.demo import bluesky_pages
from syndication.demo.practice import PracticeError, PracticeNetwork, Profile
from syndication.demo.visitor import Visitor
from tests.servers import install
from tests.servers.install import CLONE
from tests.servers.required import left_out
from tests.servers.waiting import wait_until


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
    page = requests.get(post["url"], timeout=5)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "This is a practice network on this machine" in page.text
    places = [page.text.index(words) for words in ("Good morning", "and to you", "I as well")]
    assert places == sorted(places)
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<b>L" not in page.text
    assert "4711" not in page.text
    assert "In answer to" in requests.get(deeper["url"], timeout=5).text
    assert "and to you" in requests.get(reply["account"]["url"], timeout=5).text
    assert "I as well" in requests.get(deeper["account"]["url"], timeout=5).text


def test_a_page_that_is_not_there_says_so(practice):
    ada = practice.visitor("ada")
    private = ada.say("For you alone", visibility="direct")
    nothing = ada.who()["url"] + "/" + "9" * 30
    for address in (private["url"], nothing, practice.url + "/@nobody"):
        page = requests.get(address, timeout=5)
        assert page.status_code == 404, address
        assert "There is no" in page.text
        assert "For you alone" not in page.text


def test_a_fault_lasts_as_long_as_its_block(practice):
    health = practice.url + "/api/v2/instance"
    with practice.fault("/api/v2/instance", type="status", status=503, count=1):
        assert requests.get(health, timeout=5).status_code == 503
        assert requests.get(health, timeout=5).status_code == 200
    with practice.fault("/api/v2/instance", type="ratelimit"):
        assert requests.get(health, timeout=5).status_code == 429
    assert requests.get(health, timeout=5).status_code == 200


def test_the_practice_network_speaks_tls(practice_tls):
    ada = practice_tls.visitor("ada")
    assert ada.say("Over TLS")["uri"].startswith("https://127.0.0.1:")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(practice_tls.url + "/health", timeout=5)


def test_bluesky_has_pages_where_links_lead(bluesky):
    brand, ana = bluesky.fresh("brand"), bluesky.fresh("ana", display_name="Ana <b>L</b>")
    post = brand.say("Good morning")
    bluesky.process()
    reply = ana.say("<script>alert(1)</script> and to you", reply_to=post)
    bluesky.process()
    key, deeper = (record["uri"].rsplit("/", 1)[1] for record in (post, reply))
    with bluesky_pages.serving(bluesky.appview) as web:
        page = requests.get(f"{web}/profile/{brand.did}/post/{key}", timeout=10)
        below = requests.get(f"{web}/profile/{ana.handle}/post/{deeper}", timeout=10)
        person = requests.get(f"{web}/profile/{ana.handle}", timeout=10)
        nothing = [
            requests.get(web + path, timeout=10).status_code
            for path in (
                f"/profile/{ana.did}/post/3aaaaaaaaaaaa",
                "/profile/no.body.test",
                "/",
                "/x",
            )
        ]
    assert page.text.index("Good morning") < page.text.index("and to you")
    assert "This is a practice network on this machine" in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<b>L" not in page.text
    assert "In answer to" in below.text
    assert "and to you" in person.text
    assert nothing == [404, 404, 404, 404]


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
        "print(PracticeNetwork(Path(sys.argv[1])).start().pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not _runs(server), what="the server has ended", seconds=5)


@pytest.mark.practice
def test_stopping_does_not_wait_for_open_streams(practice_network):
    ada = practice_network.visitor("ada")
    stream = requests.get(
        practice_network.url + "/api/v1/streaming/user",
        headers={"Authorization": f"Bearer {ada.token}"},
        stream=True,
        timeout=5,
    )
    assert next(stream.iter_lines()) == b":connected"
    started = time.monotonic()
    practice_network.network.stop()
    assert time.monotonic() - started < 3
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
        requests.get(unreliable.url + "/health", timeout=0.2)
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


def test_fresh_people_speak_on_a_bluesky_network(bluesky):
    brand, ana = bluesky.fresh("brand"), bluesky.fresh("ana", display_name="Ana <b>T</b>")
    post = brand.say("Buenos días https://vencejo.example/ñ #bici")
    bluesky.process()
    reply = ana.say(f"@{brand.handle} ¡Y a ti!", reply_to=post)
    ana.like(post)
    bluesky.process()
    thread = brand.thread(post["uri"])
    assert thread["post"]["likeCount"] == 1
    (answer,) = thread["replies"]
    assert answer["post"]["uri"] == reply["uri"]
    assert answer["post"]["author"]["displayName"] == "Ana <b>T</b>"
    news = brand.ask("app.bsky.notification.listNotifications")["notifications"]
    assert {found["reason"] for found in news} == {"mention", "like"}, "a mention goes first"


def test_facets_count_bytes(bluesky_alone):
    person = bluesky_alone.fresh()
    text = "¡Añoro la #bici! https://vencejo.example/"
    found = person.record(person.say(text)["uri"])["facets"]
    cut = [text.encode()[f["index"]["byteStart"] : f["index"]["byteEnd"]] for f in found]
    assert cut == [b"#bici", b"https://vencejo.example/"]


def test_words_on_bluesky_change_and_leave(bluesky):
    brand, ana = bluesky.fresh("brand"), bluesky.fresh("ana")
    post = brand.say("Good morning")
    bluesky.process()
    first, second = (ana.say(word, reply_to=post) for word in ("one", "two"))
    changed = ana.edit(first, "three")
    ana.delete(second)
    bluesky.process()
    assert changed["cid"] != first["cid"]
    answers = brand.thread(post["uri"])["replies"]
    assert [answer["post"]["record"]["text"] for answer in answers] == ["three"]


def test_the_moderation_service_labels_and_takes_down(bluesky):
    brand, ana, bruno = (bluesky.fresh(name) for name in ("brand", "ana", "bruno"))
    labelled, taken = brand.say("labelled"), brand.say("taken down")
    bluesky.process()
    bluesky.label(labelled["uri"], "!warn")
    bluesky.takedown_record(taken["uri"])
    bluesky.takedown_account(bruno.did)
    bluesky.process()
    label = ana.thread(labelled["uri"])["post"]["labels"][0]
    assert (label["val"], label["src"]) == ("!warn", bluesky.labeler)
    with pytest.raises(requests.HTTPError):
        ana.thread(taken["uri"])
    with pytest.raises(requests.HTTPError):
        ana.ask("app.bsky.actor.getProfile", actor=bruno.did)


def test_a_pds_that_counts_says_when_to_come_again(bluesky_limited):
    person = bluesky_limited.fresh()
    who = {"identifier": person.handle, "password": "wrong"}
    url = f"{bluesky_limited.pds}/xrpc/com.atproto.server.createSession"
    answers = [requests.post(url, json=who, timeout=10) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {401}
    assert answers[30].status_code == 429
    assert int(answers[30].headers["ratelimit-reset"]) > time.time()


def test_the_pds_loses_an_answer_though_the_work_was_done(bluesky, bluesky_unreliable):
    person = bluesky.fresh()
    path = "/xrpc/com.atproto.repo.createRecord"
    bluesky_unreliable.fail_next("POST", path, "lose")
    with pytest.raises(requests.ConnectionError):
        requests.post(
            bluesky_unreliable.url + path,
            headers={"Authorization": f"Bearer {person.token}"},
            json={
                "repo": person.did,
                "collection": "app.bsky.feed.post",
                "record": {"text": "Heard?", "createdAt": "2026-01-01T00:00:00Z"},
            },
            timeout=10,
        )
    assert [found["value"]["text"] for found in person.records()] == ["Heard?"]


def test_a_bluesky_network_ends_with_a_parent_that_was_killed(bluesky_alone, tmp_path: Path):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from syndication.demo.bluesky_server import running\n"
        "from syndication.demo.servers import installed\n"
        "with running(installed(Path(sys.argv[1])), appview=False) as network:\n"
        "    print(network.pds, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(CLONE)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout is not None
        pds = parent.stdout.readline().strip()
        assert requests.get(f"{pds}/xrpc/_health", timeout=5).ok
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not _answers(pds), what="the network has ended", seconds=15)


def _answers(url: str) -> bool:
    try:
        return bool(requests.get(f"{url}/xrpc/_health", timeout=1))
    except requests.RequestException:
        return False


def test_what_a_machine_lacks_is_said_in_one_line():
    said = list(
        left_out(
            [
                *["Skipped: needs bluesky: make servers"] * 3,
                *["Skipped: needs validators: make servers"] * 2,
                "Skipped: needs postgresql: apt-get install postgresql",
                "Skipped: root may write anywhere",
            ]
        )
    )
    assert said == [
        "skipped 1: root may write anywhere",
        "LEFT OUT: 6 tests, which need bluesky (3), postgresql (1), validators (2)."
        " To get it: apt-get install postgresql; make servers",
    ]
    assert list(left_out([])) == []


@pytest.mark.slow
@pytest.mark.parametrize("demanded", ["", "browser,bluesky"])
def test_a_missing_server_is_skipped_or_fails_where_it_is_demanded(tmp_path: Path, demanded: str):
    test = "tests/test_servers.py::test_facets_count_bytes"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", test],
        cwd=CLONE,
        capture_output=True,
        text=True,
        env=os.environ | {"TERTULIA_SERVERS": str(tmp_path), "TERTULIA_REQUIRE": demanded},
    )
    lacking = "bluesky" in demanded
    assert done.returncode == (1 if lacking else 0), done.stdout
    assert "make servers" in done.stdout
    assert ("LEFT OUT: 1 tests, which need bluesky (1)" in done.stdout) is not lacking


def test_make_servers_names_what_debian_must_bring_and_installs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("TERTULIA_SERVERS", str(tmp_path / "servers"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(install.DEBIAN, "postgresql", lambda: False)
    assert install.main() == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    for package in ("postgresql", "redis-server", "g++", "default-jre-headless", "chromium"):
        assert package in said
    assert not (tmp_path / "servers").exists()


def test_make_servers_leaves_alone_what_is_there_and_renews_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("TERTULIA_SERVERS", str(tmp_path / "servers"))
    made: list[str] = []

    def making(part: str):
        def make(target: Path) -> None:
            (target / part).mkdir(exist_ok=True)
            made.append(part)

        return make

    for package in install.DEBIAN:
        monkeypatch.setitem(install.DEBIAN, package, lambda: True)
    for part in install.PARTS:
        monkeypatch.setitem(install.PARTS, part, making(part))
    assert install.main() == install.main() == 0
    assert made == ["node", "bluesky", "validators"]
    (tmp_path / "servers" / "bluesky" / install.STAMP).write_text("of another recipe")
    assert not install.current("bluesky")
    assert install.main() == 0
    assert made[3:] == ["bluesky"]
    assert "there already" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["bluesky", "validators"])
def test_a_lock_file_is_held_by_digests_and_names_no_registry(part: str):
    lock = json.loads((install.RECIPES / part / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert len(packages) > 200
    for name, facts in packages.items():
        assert facts["integrity"].startswith("sha512-"), name
        assert "resolved" not in facts, name
