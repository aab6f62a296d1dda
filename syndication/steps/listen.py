"""Listen: find people who speak about the brand without addressing it, so that a person can help.

What a watch finds stands on the desk beside the rest. It is kept only where its author has agreed
to be found: public, indexable, no #nobot (`rules.people`). One request a watch and account. A
stream that carries what people say anywhere is asked through an `Ear`, which costs no request.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from syndication.model import Message, Watch
from syndication.networks.contract import NetworkError, Searcher
from syndication.rules import query
from syndication.steps.attempt import may_ask, one_by_one, reading_failed
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in, tell
from syndication.store import watches

log = logging.getLogger("tertulia")

FRESH = timedelta(seconds=30)
"""How long an `Ear` believes that the watches are what they were."""


def listen(site: Site, account: str) -> Taken:
    """Ask this account's server for every watch that it can search for."""
    with site.store.read() as tx:
        saved = watches.everything(tx)
    taken = Taken()
    if not saved or may_ask(site, account, now=site.clock()) is None:
        return taken

    def ask(watch: Watch) -> None:
        nonlocal taken
        if searcher is not None and searcher.supports(watch):
            taken += _ask(site, account, searcher, watch)

    try:
        searcher = site.connect(account).searcher
        one_by_one(saved, ask, lambda watch, error: _unheard(account, watch, error))
    except NetworkError as error:
        reading_failed(site, account, error)
    return taken


def _ask(site: Site, account: str, searcher: Searcher, watch: Watch) -> Taken:
    with site.store.read() as tx:
        cursor = watches.cursor(tx, watch.id, account)
    page = searcher.search(watch, cursor)
    found = [message for message in page.messages if _fits(watch, message)]
    with site.store.write() as tx:
        via = f"search:{watch.id}"
        taken = take_in(site, tx, found, account=account, via=via, listening=True)
        watches.advance(tx, watch.id, account, page.cursor or cursor, now=site.clock())
    tell(site, taken)
    return taken


class Ear:
    """The watches, as one account's stream asks for them."""

    def __init__(self, site: Site, account: str) -> None:
        self._site, self._account = site, account
        self._watches: list[Watch] = []
        self._read_at: datetime | None = None

    def wants(self, text: str, tags: Sequence[str], language: str) -> bool:
        """Does any watch fit these words of a stranger?"""
        return any(query.matches(watch, text, tags, language) for watch in self._saved())

    def hear(self, message: Message) -> Taken:
        """Take in what the stream found, for each watch that it fits."""
        site, taken = self._site, Taken()
        with site.store.write() as tx:
            for watch in self._saved():
                if _fits(watch, message):
                    via = f"search:{watch.id}"
                    taken += take_in(
                        site, tx, [message], account=self._account, via=via, listening=True
                    )
        tell(site, taken)
        return taken

    def _saved(self) -> list[Watch]:
        now = self._site.clock()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            with self._site.store.read() as tx:
                self._watches = list(watches.everything(tx))
            self._read_at = now
        return self._watches


def _fits(watch: Watch, message: Message) -> bool:
    return query.matches(watch, message.words.text, message.tags, message.words.language)


def _unheard(account: str, watch: Watch, error: NetworkError) -> None:
    log.info("%s could not search for watch %s: %s", account, watch.id, error)
