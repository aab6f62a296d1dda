"""Connects one account: the roles that it has, on one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from syndication.model import Account, Limits, Profile, Ref
from syndication.networks.asking import TIMEOUT
from syndication.networks.contract import Connection, NetworkError, Unauthorised
from syndication.networks.fetch import Fetcher
from syndication.rules.compose import DEFAULT_LIMITS
from syndication.rules.text import one_line

from . import SPACE, identity, names
from .gates import Hider
from .listening import listening
from .points import Points
from .publish import Publisher
from .record import Composer
from .repo import Repo
from .session import Session
from .speech import speech_of


def connect(account: Account, secrets: Mapping[str, str]) -> Connection:
    """The account with a kept session, or an app password. Not shared between threads.

    Asks nobody anything. Raises `Unauthorised` without secrets, `Rejected` for an address over
    which a token must not go.
    """
    if not (secrets.get("refresh_jwt") or secrets.get("access_token")):
        raise Unauthorised(f"the account {account.name} has no session")
    speech = speech_of(account)
    session = open_session(account, secrets)
    repo = Repo(session, Points(_budget_of(account), session.now))
    fetch = Fetcher(allow_loopback=account.options.get("loopback") is True)
    composer = Composer(session, repo, fetch, speech, account.languages)
    ears = listening(account, session, fetch)
    publisher = Publisher(session, repo, composer, speech)
    return Connection(
        account=account,
        profile=lambda: profile(session, DEFAULT_LIMITS["bluesky"], web=speech.web),
        publisher=publisher,
        updater=publisher,
        collector=ears.collector,
        reader=ears.reader,
        threader=ears.threader,
        streamer=ears.streamer,
        searcher=ears.searcher,
        introducer=ears.introducer,
        hider=Hider(session, repo) if speech.mirror_hidden else None,
        close=session.close,
    )


def open_session(account: Account, secrets: Mapping[str, str]) -> Session:
    """The session of an account, where it lives now."""
    options = account.options
    loopback = options.get("loopback") is True
    timeout = options.get("timeout", TIMEOUT)
    return Session(
        secrets,
        server=account.server,
        handle=str(options.get("handle") or ""),
        timeout=float(timeout) if isinstance(timeout, int | float) else TIMEOUT,
        loopback=loopback,
        find_server=_server_of(Fetcher(allow_loopback=loopback), options),
    )


def profile(session: Session, limits: Limits, *, web: str) -> Profile:
    """Who we are, asked anew: two requests. The name is the AppView's, which may lag or be down."""
    found = session.verify()
    did, handle = str(found.get("did") or ""), str(found.get("handle") or "")
    if not names.is_did(did):
        raise Unauthorised(f"{session.host} does not say whose session this is")
    who = names.actor(did, handle)
    try:
        shown = session.call("app.bsky.actor.getProfile", {"actor": did})
    except NetworkError:
        shown = {}
    return Profile(
        ref=Ref(space=SPACE, id=did, url=names.profile_url(who, web=web)),
        handle=who,
        name=one_line(str(shown.get("displayName") or "")) or who,
        limits=limits,
    )


def _budget_of(account: Account) -> Path | None:
    """Where what was written is counted."""
    folder = account.options.get("folder")
    return Path(folder) / "points.json" if isinstance(folder, str) and folder else None


def _server_of(fetch: Fetcher, options: Mapping[str, object]) -> Callable[[str], str]:
    return lambda did: identity.server_of(did, fetch, plc=identity.plc_of(options))
