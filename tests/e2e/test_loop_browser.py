"""The loop as a person lives it: `tertulia demo`, the desk in a browser, the words under the
article."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.servers.install import current
from tests.servers.required import missing
from tests.servers.waiting import HANGS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.practice]

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """`tertulia demo` in a process, with what it printed."""

    def __init__(self, around: Path) -> None:
        self.folder = around / "demo"
        self.output = around / "printed.txt"
        with self.output.open("wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "syndication.cli", "demo", "--folder", str(self.folder)],
                cwd=ROOT,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    def new_link(self) -> str:
        """One more sign-in link, as `tertulia desk link` prints it."""
        settings = self.folder / "site" / "tertulia.toml"
        command = [sys.executable, "-m", "syndication.cli", "--settings", str(settings)]
        done = subprocess.run(
            [*command, "desk", "link", "Demo"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def address(self, label: str) -> str:
        found = re.search(rf"{label}:\s+(\S+)", self.printed())
        assert found, self.printed()
        return found[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("loop"))
    try:
        wait_until(
            lambda: "Ctrl-C" in running.printed() or running.process.poll() is not None,
            what="the invitation of the demonstration",
            seconds=2 * HANGS,
        )
        assert running.process.poll() is None, running.printed()
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def test_a_person_approves_and_sees_the_words_under_the_article(demo: Running, page: Page) -> None:
    article, link = demo.address("The article"), demo.address("The desk")
    page.goto(link)
    page.get_by_role("button").first.click()
    # By the name: the card of an answer shows the words that it answers as well.
    card = page.get_by_role("article", name="Ana Torres")
    expect(card).to_contain_text("Does the child seat fit two children?")
    card.get_by_role("button", name=re.compile("^Approve")).click()
    expect(card).to_have_count(0)

    def shown() -> bool:
        page.goto(article)
        return page.locator(".message", has_text="Ana Torres").count() == 1

    wait_until(shown, what="the approved words under the article")
    message = page.locator(".message", has_text="Ana Torres")
    expect(message.locator("time").first).to_have_attribute("datetime", re.compile(r"\+\d\d:\d\d$"))
    expect(page.locator(".discussion__reply-on")).to_contain_text("Mastodon")
    picture = message.locator("img").first
    expect(picture).to_have_attribute("src", re.compile(r"/discussion/pictures/[0-9a-f]+\.webp$"))
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert "Bruno" not in page.content()


def test_an_answer_goes_to_the_network_and_stands_marked_as_ours(demo: Running, page: Page) -> None:
    article = demo.address("The article")
    page.goto(demo.new_link())
    page.get_by_role("button").first.click()
    card = page.locator("article.card", has_text="Llevo tres semanas")
    card.get_by_role("button", name=re.compile("^Approve")).click()
    page.goto(page.url.replace("/inbox", "/decided"))
    card = page.locator("article.card", has_text="Llevo tres semanas")
    card.locator("summary", has_text="Answer").click()
    card.locator("textarea").fill("Lo siento mucho, Bruno. Sale hoy mismo del taller.")
    card.get_by_role("button", name=re.compile("^Send")).click()

    def shown() -> bool:
        page.goto(article)
        return page.locator(".message--ours", has_text="Sale hoy mismo").count() == 1

    wait_until(shown, what="our answer under the article")
    answered = page.locator(".message", has_text="Bruno").first
    expect(answered.locator(".message--ours")).to_contain_text("Vencejo")
    assert "@bruno" not in page.locator(".message--ours .message__words").inner_text()


def test_words_from_bluesky_join_the_same_conversation(demo: Running, page: Page) -> None:
    if not (current("node") and current("bluesky")):
        missing("bluesky", "make servers")
    article, copy = demo.address("The article"), demo.address("On Bluesky")
    page.goto(demo.new_link())
    page.get_by_role("button").first.click()
    for name in ("Paula Ríos", "Oriol Mas"):
        card = page.get_by_role("article", name=name)
        card.get_by_role("button", name=re.compile("^Approve")).click()
        expect(card).to_have_count(0)

    def shown() -> bool:
        page.goto(article)
        return page.locator(".message", has_text="Oriol Mas").count() > 0

    wait_until(shown, what="the words from Bluesky under the article")
    question = page.locator(".message", has_text="Paula Ríos").first
    expect(question.locator(".message", has_text="They mended ours, twice.")).to_have_count(1)
    expect(page.locator(".discussion__reply-on")).to_contain_text("Bluesky")
    page.goto(copy)
    expect(page.locator("body")).to_contain_text("Do you mend children's bikes too?")
    expect(page.locator("body")).to_contain_text("They mended ours, twice.")


def test_ctrl_c_ends_everything_within_a_few_seconds(demo: Running) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=HANGS) == 0
    assert "Traceback" not in demo.printed()
