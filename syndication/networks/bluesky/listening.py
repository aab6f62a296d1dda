"""The roles that listen, as one account's options want them."""

from __future__ import annotations

from dataclasses import dataclass

from syndication.model import Account
from syndication.networks.contract import Streamer

from . import labels, names
from .convert import Manner
from .hearing import Hearing
from .identity import Fetch, plc_of, server_of
from .notifications import Collector
from .people import People
from .read import Reader
from .search import Searcher
from .session import Session
from .threads import Threader
from .whereabouts import Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One account's ears."""

    collector: Collector
    reader: Reader
    threader: Threader
    searcher: Searcher
    introducer: People
    streamer: Streamer | None


def listening(account: Account, session: Session, fetch: Fetch) -> Listening:
    """Asks nobody anything. Raises `Rejected` for an option that cannot be used."""
    options = account.options
    manner = Manner(
        web=str(options.get("web") or names.WEB).rstrip("/"),
        withhold=labels.named(options.get("withhold_labels")),
    )
    hearing = Hearing(session, manner)
    people = People(hearing)
    plc = plc_of(options)
    whereabouts = Whereabouts(fetch, lambda did: server_of(did, fetch, plc=plc))
    return Listening(
        collector=Collector(hearing),
        reader=Reader(hearing, whereabouts),
        threader=Threader(hearing),
        searcher=Searcher(hearing, people),
        introducer=people,
        streamer=_streamer(account, hearing, people, session),
    )


def _streamer(
    account: Account, hearing: Hearing, people: People, session: Session
) -> Streamer | None:
    place = str(account.options.get("jetstream") or "").strip()
    if not place:
        return None
    from .jetstream import Streamer as Jetstream
    from .socket import checked

    place = checked(place, loopback=account.options.get("loopback") is True)
    return Jetstream(hearing, people, place, session.now)
