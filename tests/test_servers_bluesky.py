"""The practice network for Bluesky holds what tests/servers/README.md promises."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from syndication.demo import bluesky_pages
from tests.servers.install import CLONE
from tests.servers.waiting import HANGS, wait_until


def test_bluesky_has_pages_where_links_lead(bluesky):
    brand, ana = bluesky.fresh("brand"), bluesky.fresh("ana", display_name="Ana <b>L</b>")
    post = brand.say("Good morning")
    bluesky.process()
    reply = ana.say("<script>alert(1)</script> and to you", reply_to=post)
    bluesky.process()
    key, deeper = (record["uri"].rsplit("/", 1)[1] for record in (post, reply))
    with bluesky_pages.pages_of(bluesky.appview) as web:
        page = requests.get(f"{web}/profile/{brand.did}/post/{key}", timeout=HANGS)
        below = requests.get(f"{web}/profile/{ana.handle}/post/{deeper}", timeout=HANGS)
        person = requests.get(f"{web}/profile/{ana.handle}", timeout=HANGS)
        nothing = [
            requests.get(web + path, timeout=HANGS).status_code
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
    answers = [requests.post(url, json=who, timeout=HANGS) for _ in range(31)]
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
            timeout=HANGS,
        )
    assert [found["value"]["text"] for found in person.records()] == ["Heard?"]


def test_a_bluesky_network_ends_with_a_parent_that_was_killed(bluesky_alone, tmp_path: Path):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from syndication.demo.bluesky_server import running\n"
        "from syndication.demo.servers import installed\n"
        "with running(installed(Path(sys.argv[1])), appview=False) as network:\n"
        "    print(network.pds, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(CLONE)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as parent:
        assert parent.stdout is not None
        pds = parent.stdout.readline().strip()
        assert requests.get(f"{pds}/xrpc/_health", timeout=HANGS).ok
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not _answers(pds), what="the network has ended")


def _answers(url: str) -> bool:
    try:
        return bool(requests.get(f"{url}/xrpc/_health", timeout=1))
    except requests.RequestException:
        return False
