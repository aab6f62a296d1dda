"""A guestbook as a network of Tertulia."""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account, Limits
from syndication.networks.contract import Connection, Credential, Network

SPACE = "guestbook"
LIMITS = Limits(characters=1000, pictures=0)


def connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    """One account, connected; its client is imported when somebody needs it."""
    from .client import Guestbook

    book = Guestbook(account.server, secrets.get("access_token", ""))
    return Connection(
        account=account,
        profile=book.profile,
        publisher=book,
        updater=book,
        collector=book,
        reader=book,
        threader=book,
        close=book.close,
    )


network = Network(
    name="guestbook",
    title="Guestbook",
    space=SPACE,
    limits=LIMITS,
    connect=connect,
    credentials=(Credential(name="access_token", prompt="Token of the house", secret=True),),
)
