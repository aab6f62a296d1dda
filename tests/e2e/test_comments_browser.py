"""A visitor comments under a built page, in a browser with and without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from syndication.exchange import Site as SiteFacts
from syndication.exchange import replace_file, site_bytes
from syndication.model import Verdict
from syndication.store import tables
from syndication.web.public import create_public_app
from syndication.web.serving import Server
from tests.site.test_discussion_pages import SiteFolder
from tests.unit.comments_site import CommentsSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Talk:
    """A built site on one address, its public endpoints on another."""

    comments: CommentsSite
    page: str


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: what failed is said by the test."""


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    output = tmp_path / "www" / "output"
    output.mkdir(parents=True)
    static = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(output)))
    home = f"http://127.0.0.1:{static.server_port}"
    later: list[Flask] = []
    public = Server(lambda environ, start: later[0](environ, start), "127.0.0.1", 0)
    talk = f"http://127.0.0.1:{public.port}/talk"  # below a path, as behind a proxy
    comments = CommentsSite(tmp_path)
    endpoints = {"comment": f"{talk}/comment", "report": f"{talk}/report"}
    later.append(create_public_app(replace(comments.site, url=home, endpoints=endpoints), url=talk))
    with comments.desk.store.write() as tx:
        tx.execute(tables.posts.update().values(url=f"{home}/nido/"))
    build(tmp_path / "www", home, endpoints)
    threading.Thread(target=static.serve_forever, daemon=True).start()
    public.start()
    try:
        yield Talk(comments, f"{home}/nido/")
    finally:
        public.stop()
        static.shutdown()
        static.server_close()


def build(folder: Path, home: str, endpoints: dict[str, str]) -> None:
    site = SiteFolder(folder, f'SITEURL = "{home}"\n')
    site.article(slug="nido")
    replace_file(folder / "discussion" / "site.json", site_bytes(SiteFacts(endpoints=endpoints)))
    site.build()


def opened(browser: Browser, talk: Talk, *, javascript: bool) -> Page:
    context = browser.new_context(java_script_enabled=javascript, locale="es-ES")
    page = context.new_page()
    page.goto(talk.page)
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Nombre", exact=True).fill("Ana")
    page.get_by_label("Tus palabras", exact=True).fill(text)
    page.get_by_role("button", name="Vista previa").click()
    expect(page.get_by_role("heading", name="¿Está bien así?")).to_be_visible()


@pytest.mark.parametrize("javascript", [False, True])
def test_a_visitor_writes_corrects_and_withdraws(browser: Browser, talk: Talk, javascript: bool):
    page = opened(browser, talk, javascript=javascript)
    write(page, "¿Sube la *cuesta*? <img src=x onerror=alert(1)>")
    expect(page.locator(".preview em")).to_have_text("cuesta")
    assert page.locator(".preview img").count() == 0
    talk.comments.wait(seconds=20)
    page.get_by_label("Lo he leído").check()
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("heading", name="Gracias, Ana")).to_be_visible()
    page.get_by_text("Cambiarlo").click()
    page.get_by_label("Tus palabras", exact=True).fill("¿Sube la cuesta con dos niños?")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator(".preview")).to_contain_text("con dos niños")
    page.get_by_role("button", name="Retirarlo para siempre").click()
    page.get_by_role("button", name="Sí, borrarlo").click()
    expect(page.get_by_text("Ese comentario ya no está aquí")).to_be_visible()
    assert talk.comments.comments == []
    assert page.context.cookies() == []


@pytest.mark.parametrize(("javascript", "verdict"), [(True, Verdict.HOLD), (False, Verdict.SPAM)])
def test_under_attack_a_browser_works_while_its_visitor_reads(
    browser: Browser,
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    javascript: bool,
    verdict: Verdict,
):
    monkeypatch.setattr("syndication.steps.comment.ATTACK", 0)
    monkeypatch.setattr("syndication.rules.spam.work.HARDEST", 500)
    page = opened(browser, talk, javascript=javascript)
    write(page, "Mira https://ana.example/nido, que lo cuento ahí")
    if javascript:
        page.wait_for_function("document.querySelector('[name=work]').value")
    talk.comments.wait(seconds=20)
    page.get_by_label("Lo he leído").check()
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("heading", name="Gracias, Ana")).to_be_visible()
    assert [one.verdict for one in talk.comments.comments] == [verdict]
    if verdict == Verdict.SPAM:
        page.get_by_role("button", name="No es así: que lo lea una persona").click()
        expect(page.get_by_text("Lo leerá una persona.", exact=True)).to_be_visible()
        assert talk.comments.comments[0].verdict == Verdict.HOLD
