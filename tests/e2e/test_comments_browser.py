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

from syndication.model import Verdict
from syndication.steps.export import export
from syndication.steps.site import Site
from syndication.store import posts, tables
from syndication.web.public import create_public_app
from syndication.web.serving import Server
from tests.site.discussed_site import SiteFolder
from tests.unit.comments_site import CommentsSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Talk:
    """A built site on one address, its public endpoints on another."""

    comments: CommentsSite
    folder: Path
    home: str
    endpoints: dict[str, str]

    @property
    def page(self) -> str:
        return f"{self.home}/nido/"

    @property
    def site(self) -> Site:
        """The daemon's site, as it stands behind these addresses."""
        folder = self.folder / "discussion"
        plain = self.comments.site
        return replace(plain, url=self.home, endpoints=self.endpoints, discussion=folder)

    def build(self, front_matter: str = "") -> None:
        """Write the documents, and the pages from them."""
        site = SiteFolder(self.folder, f'SITEURL = "{self.home}"\n')
        site.article(slug="nido", front_matter=front_matter)
        export(self.site)
        site.build()


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
    endpoints = {"comment": f"{talk}/comment", "report": f"{talk}/report"}
    made = Talk(CommentsSite(tmp_path), tmp_path / "www", home, endpoints)
    later.append(create_public_app(made.site, url=talk))
    with made.comments.desk.store.write() as tx:
        tx.execute(tables.posts.update().values(url=made.page))
        posts.mark_for_export(tx, [made.comments.desk.post_id], now=made.comments.desk.now)
    made.build()
    threading.Thread(target=static.serve_forever, daemon=True).start()
    public.start()
    try:
        yield made
    finally:
        public.stop()
        static.shutdown()
        static.server_close()


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


def approved(talk: Talk, name: str, text: str) -> None:
    """Somebody said this, and it stands on the page."""
    url = {"page": talk.page}
    client = create_public_app(talk.site, url="https://talk.example").test_client()
    sent = talk.comments.send(client, talk.comments.preview(client, name=name, text=text, **url))
    assert sent.status_code == 303
    talk.comments.decide(Verdict.APPROVE)
    talk.build()


@pytest.mark.parametrize("javascript", [False, True])
def test_a_visitor_answers_a_comment_and_the_answer_hangs_on_it(
    browser: Browser, talk: Talk, javascript: bool
):
    approved(talk, "Bea", "Sube lo que haga falta.")
    page = opened(browser, talk, javascript=javascript)
    page.get_by_role("link", name="Responder: Bea").click()
    expect(page.get_by_text("como respuesta a un comentario de allí")).to_be_visible()
    write(page, "¿También con lluvia?")
    talk.comments.wait(seconds=20)
    page.get_by_label("Lo he leído").check()
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("heading", name="Gracias, Ana")).to_be_visible()
    talk.comments.decide(Verdict.APPROVE)
    talk.build()
    page.goto(talk.page)
    replies = page.locator(".message__replies .message__words")
    expect(replies).to_have_text("¿También con lluvia?")
    assert page.context.cookies() == []


def test_a_visitor_reports_a_message_without_javascript(browser: Browser, talk: Talk):
    approved(talk, "Eve", "Sois todos tontos.")
    page = opened(browser, talk, javascript=False)
    page.get_by_role("link", name="Avisar: Eve").click()
    expect(page.get_by_text("Sois todos tontos.")).to_be_visible()
    page.get_by_label("¿Qué tiene de malo?").fill("Insulta.")
    page.get_by_role("button", name="Avisar").click()
    expect(page.get_by_text("Gracias. Lo leerá una persona.")).to_be_visible()
    assert page.context.cookies() == []


def test_a_closed_conversation_says_so_and_has_no_form(browser: Browser, talk: Talk):
    approved(talk, "Bea", "Sube lo que haga falta.")
    talk.build("Comments: closed\n")
    page = opened(browser, talk, javascript=False)
    expect(page.get_by_text("Esta conversación está cerrada.")).to_be_visible()
    assert page.locator("form").count() == 0
    assert page.get_by_role("link", name="Responder: Bea").count() == 0
    expect(page.get_by_role("link", name="Avisar: Bea")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_visitors_fit_their_screen_and_load_nothing_from_elsewhere(
    browser: Browser, talk: Talk, width: int, scheme: str
):
    context = browser.new_context(
        viewport={"width": width, "height": 700}, color_scheme=scheme, locale="es-ES"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(talk.page)
    write(page, "Una-palabra-" * 30)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    hosts = {url.split("/")[2].partition(":")[0] for url in asked}
    assert hosts == {"127.0.0.1"}
    context.close()
