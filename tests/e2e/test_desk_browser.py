"""The desk in a browser, without JavaScript of ours: a morning's work at two widths."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from syndication.desk import generate
from syndication.model import Picture, Verdict
from syndication.steps.decide import decide
from syndication.store import context, posts, watches
from syndication.web.serving import Server
from syndication.web.staff import create_app
from tests.servers.browser import page as fresh_page
from tests.unit.desk_site import DeskSite

WIDTHS = [360, 1440]
UNPAINTED = "rgba(0, 0, 0, 0)"  # a page whose stylesheet is still on its way


@dataclass
class Open:
    """A desk that is being served, with people waiting on it."""

    site: DeskSite
    address: str
    question: int
    edited: int

    def link(self, language: str = "en") -> str:
        member = self.site.member("Marta Vidal", role="admin", language=language)
        generate(self.site.site, self.site.desk)
        return f"{self.address}/sign-in/{self.site.link(member)}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Open]:
    site = DeskSite(tmp_path)
    question, edited = people_speak(site)
    from flask import Flask

    later: list[Flask] = []
    server = Server(lambda environ, start: later[0](environ, start), "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.port}"
    later.append(create_app(site.site, directory=site.desk, origin=address))
    server.start()
    try:
        yield Open(site=site, address=address, question=question, edited=edited)
    finally:
        server.stop()


def people_speak(site: DeskSite) -> tuple[int, int]:
    """A question, a complaint, an edit, private words, something found, and hostile words."""
    edited = site.says("<p>I ride mine every day. Two children fit well.</p>")
    decide(site.site, edited, 1, Verdict.APPROVE, by="Luis")
    site.edits(edited, "<p>I rode mine every day. Two children fit, but not well.</p>")
    question = site.says(
        '<p>Does the <a href="https://vencejo.example/nido/">Nido</a> take a dog as well? '
        "Ours weighs 18 kg.</p><p>And does the rain cover fit the long model?</p>",
        pictures=(Picture(url="https://plaza.example/1.png", alt="A brown dog in a box bike"),),
    )
    reply = site.says("<p>Ours does it every day!</p>", by="Pau", under=site.name_of(question))
    site.says(
        "<p>¿Y cuándo contestáis? Llevo <strong>tres semanas</strong> esperando los frenos.</p>",
        by="Inés de la Fuente y Martínez-Bordiú",
        handle="ines.de.la.fuente@una.instancia.con.nombre.largo.example",
        under=site.name_of(reply),
        language="es",
        warning="Enfado",
    )
    site.says("<p>My address is Calle Mayor 3.</p>", by="Luis", visibility="direct")
    with site.store.write() as tx:
        watch = watches.add(tx, kind="words", query="Vencejo", language="", now=site.now)
        posts.refresh(tx, site.post_id, site.article(comments="2026-11-20"), now=site.now)
    site.says(
        "<p>Has anybody tried a Vencejo on steep hills?</p>",
        by="Jonas",
        on_post=False,
        under="",
        via=f"search:{watch}",
    )
    site.says("<p>שלום, אופניים יפים</p>", by="נועה", handle="noa@plaza.example", language="he")
    site.says("<script>alert(1)</script><p>hi</p>", by="<img src=x onerror=alert(1)>")
    return question, edited


def keep(page: Page, name: str) -> None:
    """A screenshot, where somebody asked for them by DESK_SCREENSHOTS=folder."""
    folder = os.environ.get("DESK_SCREENSHOTS")
    if folder:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def fits(page: Page) -> bool:
    """Does nothing stick out at the side?"""
    page.wait_for_load_state()
    # Asked again by Playwright should the page still be on its way to the next one.
    page.wait_for_function(
        "document.readyState === 'complete'"
        " && document.documentElement.scrollWidth <= window.innerWidth"
    )
    return True


@pytest.mark.parametrize("width", WIDTHS)
def test_a_morning_at_the_desk(browser: Browser, desk: Open, width: int):
    with fresh_page(browser, width=width) as page:
        page.goto(desk.link())
        keep(page, "link")
        page.get_by_role("button", name="Come in").click()
        card = page.locator(f"#message-{desk.question}")
        expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
        keep(page, "inbox")
        assert fits(page)

        card.get_by_role("button", name="Approve").click()
        expect(card).to_have_count(0)
        expect(page.get_by_role("status")).to_contain_text("the words of Ana Ruiz will be on")
        assert desk.site.stored(desk.question).verdict == "approve"
        keep(page, "approved")

        page.get_by_role("status").get_by_role("button", name="Undo").click()
        expect(card).to_be_visible()
        assert desk.site.stored(desk.question).verdict == "hold"

        card.get_by_role("button", name="Reject").click()
        expect(card).to_have_count(0)
        assert desk.site.stored(desk.question).verdict == "reject"

        page.get_by_role("link", name="Decided").click()
        keep(page, "decided")
        assert fits(page)
        card.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Waiting").click()

        card.locator("summary").click()
        card.get_by_label("Your answer, in public, to Ana Ruiz").fill("It does, up to 20 kg.")
        keep(page, "answering")
        assert fits(page)
        card.get_by_role("button", name="Send as vencejo@plaza.example").click()
        expect(page.get_by_role("status")).to_contain_text("Your answer to Ana Ruiz is on its way")
        with desk.site.store.read() as tx:
            sent = context.answers_to(tx, [desk.question])[desk.question]
        assert [copy.draft.text for copy in sent] == [
            "@anaruiz@plaza.example It does, up to 20 kg."
        ]
        page.get_by_role("link", name="Answers").click()
        keep(page, "answers")
        page.goto(f"{desk.address}/message/{desk.question}")
        keep(page, "message")
        assert fits(page)
        page.get_by_role("link", name="Marta Vidal").click()
        keep(page, "account")
        page.get_by_role("link", name="Team").click()
        expect(page).to_have_url(f"{desk.address}/team")
        keep(page, "team")
        assert fits(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        keep(page, "door")


def test_words_edited_while_somebody_reads_are_read_again(browser: Browser, desk: Open):
    with fresh_page(browser, width=1440) as page:
        page.goto(desk.link(language="es"))
        page.get_by_role("button", name="Entrar").click()
        desk.site.edits(desk.question, "<p>Something quite different.</p>")
        card = page.locator(f"#message-{desk.question}")
        card.locator("summary").click()
        card.get_by_role("textbox").fill("¡Claro que sí!")
        card.get_by_role("button", name="Enviar").click()
        expect(page.get_by_role("alert")).to_contain_text("se editaron después")
        expect(page.get_by_role("textbox")).to_have_value("¡Claro que sí!")
        keep(page, "edited-meanwhile")


def test_the_desk_is_worked_by_keyboard_and_without_javascript(browser: Browser, desk: Open):
    context_ = browser.new_context(java_script_enabled=False)
    try:
        page = context_.new_page()
        page.goto(desk.link())
        page.get_by_role("button", name="Come in").press("Enter")
        expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        button = page.locator(f"#message-{desk.edited}").get_by_role("button", name="Approve the")
        for _ in range(12):
            page.keyboard.press("Tab")
            if button.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Approved")
        assert desk.site.stored(desk.edited).shown == 2
    finally:
        context_.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_is_legible_in_the_dark(browser: Browser, desk: Open, width: int):
    with fresh_page(browser, width=width) as page:
        page.emulate_media(color_scheme="dark")
        page.goto(desk.link(language="es"))
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_role("button", name="Salir")).to_be_visible()
        expect(page.locator("body")).not_to_have_css("background-color", UNPAINTED)
        keep(page, "dark")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert brightness(ground) < 0.1
        assert (brightness(ink) + 0.05) / (brightness(ground) + 0.05) > 7


def brightness(colour: str) -> float:
    """Relative luminance of ``rgb(…)`` or an opaque ``rgba(…)`` as WCAG defines it."""
    red, green, blue, *opacity = map(float, re.findall(r"[\d.]+", colour))
    assert opacity in ([], [1.0]), f"{colour} lets shine through what is behind it"
    parts = [part / 255 for part in (red, green, blue)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
