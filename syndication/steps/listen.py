"""Listen: find people who speak about the brand without addressing it, so that a person can help.

What a watch finds stands on the desk beside the rest. It is kept only where its author has agreed
to be found: public, indexable, no #nobot (`rules.people`). One request a watch and account.
"""

from __future__ import annotations

from syndication.model import Watch
from syndication.networks.contract import NetworkError, Searcher
from syndication.rules import query
from syndication.steps.attempt import reading_failed
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in
from syndication.store import accounts, watches


def listen(site: Site, account: str) -> Taken:
    """Ask this account's server for every watch that it can search for."""
    now = site.clock()
    with site.store.read() as tx:
        row = accounts.all_accounts(tx).get(account)
        saved = watches.everything(tx)
    if not saved or row is None or row.paused_reason or (row.poll_at and row.poll_at > now):
        return Taken()
    taken = []
    try:
        searcher = site.connect(account).searcher
        for watch in saved if searcher else ():
            if searcher is not None and searcher.supports(watch):
                taken.append(_ask(site, account, searcher, watch))
    except NetworkError as error:
        reading_failed(site, account, error)
    return Taken(
        new=sum(t.new for t in taken),
        edited=sum(t.edited for t in taken),
        left_out=sum(t.left_out for t in taken),
    )


def _ask(site: Site, account: str, searcher: Searcher, watch: Watch) -> Taken:
    with site.store.read() as tx:
        cursor = watches.cursor(tx, watch.id, account)
    page = searcher.search(watch, cursor)
    found = [
        message
        for message in page.messages
        if query.matches(watch, message.words.text, message.tags, message.words.language)
    ]
    with site.store.write() as tx:
        via = f"search:{watch.id}"
        taken = take_in(site, tx, found, account=account, via=via, listening=True)
        watches.advance(tx, watch.id, account, page.cursor or cursor, now=site.clock())
    return taken
