"""A member of staff of the demonstration, who uses the desk's own forms over HTTP."""

from __future__ import annotations

from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from syndication.demo.forms import fields_of

TIMEOUT = 20.0  # seconds


class Moderator:
    """Signs in by a one-time link and decides by the buttons that the page shows.

    Raises requests.HTTPError for an answer that is not a success.
    """

    def __init__(self, link: str) -> None:
        self._desk = urljoin(link, "/")
        self._session = requests.Session()
        door = self._get(link)
        form = door.find("form", action=True)
        if not isinstance(form, Tag):
            raise requests.HTTPError("the sign-in page has no form")
        self._submit(link, form)

    def find(self, words: str) -> str | None:
        """The address of the waiting message that contains `words`, from any page of the lists."""
        for place in ("inbox", "found"):
            page: str | None = urljoin(self._desk, place)
            while page:
                soup = self._get(page)
                for card in soup.select("article.card"):
                    said = card.select_one(".words")
                    if said and words in said.get_text():
                        link = card.select_one("h2 a[href]")
                        return urljoin(self._desk, str(link["href"])) if link else None
                following = soup.select_one('a[rel="next"]')
                page = urljoin(page, str(following["href"])) if following else None
        return None

    def offers(self, message: str, action: str) -> bool:
        """Does the page of a message have a button for `action`?"""
        return self._form(self._get(message), action) is not None

    def act(self, message: str, action: str) -> None:
        """Press the button for `action` (approve, reject, spam, undo) of a message."""
        form = self._form(self._get(message), action)
        if form is None:
            raise requests.HTTPError(f"the desk offers no {action!r} there")
        self._submit(message, form)

    def _form(self, page: BeautifulSoup, action: str) -> Tag | None:
        found = page.select_one(f'form[method="post"][action$="/{action}"]')
        return found if isinstance(found, Tag) else None

    def _get(self, url: str) -> BeautifulSoup:
        answer = self._session.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        return BeautifulSoup(answer.text, "html.parser")

    def _submit(self, page: str, form: Tag) -> None:
        origin = self._desk.rstrip("/")
        answer = self._session.post(
            urljoin(page, str(form["action"])),
            data=fields_of(form),
            headers={"Origin": origin},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
