"""A visitor without an account, who writes under the article by the site's own form."""

from __future__ import annotations

import time
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from syndication.demo.forms import fields_of

TIMEOUT = 20.0  # seconds
READING = 3.5
"""Seconds for which a person reads a preview. What is sent sooner is taken for a program's."""


class Commenter:
    """Looks at a preview, then sends it; requests.HTTPError says what was refused.

    `come_from` is the visitor's address as a proxy in front would name it: all who try the
    demonstration share one machine, and nobody may send more than a few comments in ten minutes.
    """

    def __init__(self, article: str, *, come_from: str) -> None:
        self._article = article
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "tertulia-visitor"
        self._session.headers["X-Forwarded-For"] = come_from
        self._preview: Tag | None = None
        self._place, self._since = article, 0.0

    def write(self, name: str, words: str) -> None:
        """Fill in the form under the article and look at the preview; two requests."""
        page = self._session.get(self._article, timeout=TIMEOUT)
        form = _form(page, ".comment-form form")
        self._place = urljoin(page.url, str(form["action"]))
        shown = self._post(fields_of(form, {"name": name, "text": words}))
        self._preview, self._since = _form(shown, "form"), time.monotonic()

    def send(self) -> str:
        """Agree and send, once it was read for as long as a person does; their private page."""
        assert self._preview is not None  # noqa: S101 - it was written before
        time.sleep(max(0.0, self._since + READING - time.monotonic()))
        box = self._preview.select_one("input[name=agree]")
        agreed = str(box["value"]) if box else ""
        return self._post(fields_of(self._preview, {"agree": agreed, "action": "send"})).url

    def _post(self, fields: dict[str, str]) -> requests.Response:
        answer = self._session.post(self._place, data=fields, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer


def _form(page: requests.Response, which: str) -> Tag:
    page.raise_for_status()
    found = BeautifulSoup(page.text, "html.parser").select_one(which)
    if not isinstance(found, Tag):
        raise requests.HTTPError(f"{page.url} has no comment form")
    return found
