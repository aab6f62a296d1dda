"""The roles over a `MemoryServer`. Each call is one request, as `MemoryServer.requests` counts."""

from __future__ import annotations

from collections.abc import Mapping

from syndication.model import Account, Limits
from syndication.networks.contract import Connection, Network

from .listening import Listener
from .server import MemoryServer
from .speaking import Speaker
from .status import SPACE

_SERVERS: dict[str, MemoryServer] = {}


def connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account on this process's server of that address; made where there is none."""
    return connect_to(_SERVERS.setdefault(account.server, MemoryServer()), account, secrets)


def connect_to(server: MemoryServer, account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account `secrets["access_token"]`, or of the same name, on `server`."""
    me = server.person(secrets.get("access_token") or account.name)
    speaker, listener = Speaker(server, me), Listener(server, me)
    return Connection(
        account=account,
        profile=speaker.profile,
        publisher=speaker,
        updater=speaker if server.edits else None,
        collector=listener,
        reader=listener,
        threader=listener,
        streamer=listener if server.streams else None,
        receiver=listener if server.receives else None,
        searcher=listener if server.searches else None,
        hider=speaker if server.hides else None,
        introducer=listener if server.introduces else None,
    )


def network_of(server: MemoryServer) -> Network:
    """A network that is this one server."""
    return Network(
        name="memory",
        title="Memory",
        space=SPACE,
        limits=server.limits,
        connect=lambda account, secrets: connect_to(server, account, secrets),
        endpoints=lambda account: ("memory",) if server.receives else (),
        reply_url=lambda url: url,
        address=lambda handle: f"@{handle} ",
    )


network = Network(
    name="memory",
    title="Memory",
    space=SPACE,
    limits=Limits(characters=500),
    connect=connect,
    reply_url=lambda url: url,
    address=lambda handle: f"@{handle} ",
)
