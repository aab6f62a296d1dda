"""Akismet: asked behind the visitor's back only where the settings say so, and said so.

The server here answers as https://akismet.com/developers/detailed-docs/ documents it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from syndication.cli import main
from syndication.exchange import parse_site
from syndication.model import Verdict
from syndication.networks.akismet import Akismet
from syndication.steps.consult import consult
from syndication.steps.export import export
from syndication.steps.forget import tidy
from syndication.store import marks, tables
from syndication.store.context import last_decisions
from tests.unit.comments_site import PAGE, PUBLIC, CommentsSite
from tests.unit.desk_site import ORIGIN

KEY = "0123456789ab"


@dataclass
class Service:
    """What was asked of it, and how it answers."""

    address: str = ""
    status: int = 200
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def calls(self) -> list[str]:
        return [call for call, _ in self.asked]

    def answer(self, call: str, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
        if fields.get("api_key") != KEY:
            return "invalid", {"X-akismet-debug-help": "We were unable to parse your API key"}
        if call == "verify-key":
            return ("valid" if fields.get("blog") else "invalid"), {}
        if not {"blog", "user_ip"} <= fields.keys():
            return "invalid", {"X-akismet-debug-help": "Empty required field"}
        if call == "comment-check":
            return ("true" if "viagra" in fields["comment_content"] else "false"), {}
        return "Thanks for making the web a better place.", {}


@pytest.fixture
def service() -> Iterator[Service]:
    known = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            call = self.path.removeprefix("/1.1/")
            known.asked.append((call, fields))
            said, headers = known.answer(call, fields)
            self.send_response(known.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(tmp_path: Path, service: Service) -> CommentsSite:
    akismet = Akismet(site="https://vencejo.example", key=KEY, server=service.address)
    return CommentsSite(tmp_path, service=akismet)


def trace_of(here: CommentsSite) -> list[str]:
    with here.desk.store.read() as tx:
        rows = tx.execute(tables.decisions.select().order_by(tables.decisions.c.id)).all()
    return list(rows[-1].trace)


def opinion(here: CommentsSite) -> Any:
    with here.desk.store.read() as tx:
        return tx.execute(tables.opinions.select()).one_or_none()


def test_a_comment_is_kept_at_once_and_asked_about_behind_it(here: CommentsSite, service: Service):
    here.commented(here.browser(), text="Buy viagra")
    assert (here.comments[0].verdict, service.calls) == (Verdict.HOLD, [])
    assert consult(here.site) == 1
    assert here.comments[0].verdict == Verdict.SPAM
    assert trace_of(here)[-1] == "akismet (says: advertising): spam"
    assert any(line.startswith("honeypot") for line in trace_of(here))
    assert consult(here.site) == 0


def test_it_is_told_the_words_their_place_and_no_more_than_a_neighbourhood(
    here: CommentsSite, service: Service
):
    here.mail = lambda letter: None
    browser = here.browser()
    here.commented(browser, ip="198.51.100.77", mail="ana@example.org", website="ana.example")
    consult(here.site)
    ((call, told),) = service.asked
    assert call == "comment-check"
    told.pop("comment_date_gmt")
    assert told == {
        "api_key": KEY,
        "blog": "https://vencejo.example/",
        "user_ip": "198.51.100.0",
        "permalink": PAGE,
        "comment_type": "comment",
        "comment_author": "Ana",
        "comment_author_url": "https://ana.example",
        "comment_content": "Does it climb?",
        "blog_lang": "en",
        "blog_charset": "UTF-8",
    }


def test_what_it_takes_for_none_waits_for_a_person_with_its_line_in_the_trace(here: CommentsSite):
    here.commented(here.browser())
    consult(here.site)
    assert here.comments[0].verdict == Verdict.HOLD
    assert trace_of(here)[-2:] == ["akismet (says: none): no answer", "hold_everything: hold"]


def test_the_visitor_is_told_why_and_can_have_a_person_read_it(here: CommentsSite):
    browser = here.browser()
    mine = here.commented(browser, text="Buy viagra")
    consult(here.site)
    assert "the service Akismet takes it for advertising" in browser.get(mine).text
    browser.post(f"{mine}/appeal")
    consult(here.site)
    assert here.comments[0].verdict == Verdict.HOLD
    assert "Buy viagra" in here.staff().get("/inbox", base_url=ORIGIN).text


def test_staff_see_by_what_it_was_sorted_out(here: CommentsSite):
    here.commented(here.browser(), text="Buy viagra")
    consult(here.site)
    listed = here.staff().get("/sorted", base_url=ORIGIN).text
    assert "Buy viagra" in listed
    assert "akismet (says: advertising)" in listed


@pytest.mark.parametrize("status", [500, 429, 302, 404])
def test_an_outage_is_no_verdict_and_is_tried_again(
    here: CommentsSite, service: Service, status: int
):
    here.commented(here.browser(), text="Buy viagra")
    service.status = status
    assert consult(here.site) == 0
    assert here.comments[0].verdict == Verdict.HOLD
    with here.desk.store.read() as tx:
        assert str(status) in marks.get(tx, marks.SERVICE_PROBLEM)
    service.status = 200
    assert consult(here.site) == 1
    with here.desk.store.read() as tx:
        assert marks.get(tx, marks.SERVICE_PROBLEM) is None


def test_a_service_that_is_down_loses_and_delays_no_comment(
    here: CommentsSite, caplog: pytest.LogCaptureFixture
):
    here.service = Akismet(site="https://vencejo.example", key=KEY, server="http://127.0.0.1:9")
    here.commented(here.browser(), text="My own words")
    with caplog.at_level(logging.ERROR):
        consult(here.site)
        consult(here.site)
    assert here.comments[0].verdict == Verdict.HOLD
    assert [record.message for record in caplog.records] == [
        "comments wait for a person alone: Akismet cannot be reached (ConnectionError)"
    ]


def test_a_wrong_key_is_said_without_being_told(here: CommentsSite, service: Service):
    here.service = Akismet(site="https://x.example", key="secret-key", server=service.address)
    here.commented(here.browser())
    consult(here.site)
    with here.desk.store.read() as tx:
        problem = marks.get(tx, marks.SERVICE_PROBLEM)
    assert "does not take the key; see [akismet] in the settings" in problem
    assert "secret-key" not in f"{problem} {here.service!r}"


@pytest.mark.parametrize(("key", "said"), [(KEY, "fine   Akismet takes the key"), ("no", "wrong")])
def test_check_asks_whether_the_key_is_taken(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch, key: str, said: str
):
    monkeypatch.setenv("VENCEJO_AKISMET", key)
    settings = tmp_path / "tertulia.toml"
    settings.write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n'
        f'[akismet]\nkey_env = "VENCEJO_AKISMET"\nserver = "{service.address}"\n'
    )
    told = CliRunner().invoke(main, ["--settings", str(settings), "check"]).output
    (line,) = [line for line in told.splitlines() if "Akismet" in line]
    assert line.startswith(said)
    assert service.calls == ["verify-key"]
    assert CliRunner().invoke(main, ["--settings", str(settings), "check", "--offline"])
    assert service.calls == ["verify-key"]


def test_what_a_rule_sorted_out_or_a_person_decided_is_not_told(
    here: CommentsSite, service: Service
):
    browser = here.browser()
    here.send(browser, here.preview(browser, subject="filled in", text="viagra"))
    here.commented(browser, text="viagra, says a doctor")
    here.decide(Verdict.APPROVE)
    consult(here.site)
    assert service.asked == []
    assert here.comments[1].verdict == Verdict.APPROVE


def test_new_words_are_asked_about_again(here: CommentsSite, service: Service):
    browser = here.browser()
    mine = here.commented(browser, text="Does it climb?")
    consult(here.site)
    browser.post(f"{mine}/edit", data={"text": "Buy viagra"})
    consult(here.site)
    assert here.comments[0].verdict == Verdict.SPAM
    assert service.asked[1][1]["recheck_reason"] == "edit"
    assert service.asked[1][1]["user_ip"] == "192.0.2.0"


@pytest.mark.parametrize(
    ("text", "verdict", "call"),
    [
        ("Buy viagra", Verdict.APPROVE, "submit-ham"),
        ("Does it climb?", Verdict.SPAM, "submit-spam"),
    ],
)
def test_it_is_told_once_when_a_person_decides_otherwise(
    here: CommentsSite, service: Service, text: str, verdict: Verdict, call: str
):
    here.commented(here.browser(), text=text)
    consult(here.site)
    here.decide(verdict)
    consult(here.site)
    consult(here.site)
    assert service.calls == ["comment-check", call]
    assert service.asked[1][1]["comment_content"] == text


def test_when_a_person_agrees_it_is_told_nothing(here: CommentsSite, service: Service):
    here.commented(here.browser())
    consult(here.site)
    here.decide(Verdict.APPROVE)
    consult(here.site)
    assert service.calls == ["comment-check"]


def test_where_a_comment_came_from_is_forgotten_after_a_day(here: CommentsSite, service: Service):
    here.commented(here.browser(), ip="2001:db8:1:2345::9")
    assert opinion(here).address == "2001:db8:1:2300::"
    consult(here.site)
    here.wait(hours=25)
    tidy(here.site)
    assert opinion(here).address is None
    here.decide(Verdict.SPAM)
    consult(here.site)
    assert service.asked[1][1]["user_ip"] == "0.0.0.0"


def test_what_got_no_answer_for_a_day_is_not_asked_any_more(here: CommentsSite, service: Service):
    here.commented(here.browser())
    here.wait(hours=25)
    tidy(here.site)
    consult(here.site)
    assert service.asked == []


def test_a_withdrawn_comment_leaves_nothing_to_ask(here: CommentsSite, service: Service):
    browser = here.browser()
    mine = here.commented(browser)
    browser.post(f"{mine}/withdraw", data={"sure": "yes"})
    consult(here.site)
    assert (service.asked, opinion(here)) == ([], None)


@pytest.mark.parametrize(("language", "said"), [("en", "the service Akismet"), ("es", "Akismet")])
def test_the_notice_beside_the_form_names_it_and_is_another_one(
    here: CommentsSite, language: str, said: str
):
    browser = here.browser()
    shown = here.preview(browser, language=language)
    assert said in shown.text
    here.service = None
    plain = here.preview(here.browser(), language=language)
    assert "Akismet" not in plain.text
    # Who read the notice without it did not agree to this one.
    assert here.send(browser, plain).status_code == 422


def test_site_json_tells_the_build(here: CommentsSite):
    export(here.site)
    facts = parse_site((here.site.discussion / "site.json").read_bytes())
    assert facts.spam_service == "Akismet"


def test_without_it_in_the_settings_nothing_is_noted_or_sent(here: CommentsSite, service: Service):
    here.service = None
    sent = here.commented(here.browser())
    assert consult(here.site) == 0
    assert (opinion(here), service.asked) == (None, [])
    assert sent.startswith("/comment/")
    assert PUBLIC not in sent
    with here.desk.store.read() as tx:
        decided = last_decisions(tx, [here.comments[0].id])
    assert decided[here.comments[0].id].rule == "hold_everything"
