"""The connection of the site with itself. No request leaves; `steps.export` writes the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from syndication.model import Account, Draft, Profile, Ref
from syndication.networks.contract import Answer, Connection, Received, Request
from syndication.rules.text import is_blank

from .convert import LIMITS, NO_WORDS, SPACE, WRONG_PAGE, complaints, message_of


@dataclass(frozen=True, slots=True)
class Here:
    """The roles Publisher, Updater and Receiver of one site."""

    account: Account

    def profile(self) -> Profile:
        """We are whoever the site says."""
        address = str(self.account.options.get("site", ""))
        return Profile(ref=Ref(space=SPACE, id=address), handle="", name="", limits=LIMITS)

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """An answer is published by being in the page's document; its id follows from its key."""
        return Ref(space=SPACE, id=f"urn:uuid:{key}")

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """It is where `publish` puts it."""
        return self.publish(draft, key=key)

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """The document says the new words."""
        return ref

    def delete(self, ref: Ref) -> None:
        """The document leaves it out."""

    def receive(self, request: Request, ours: Callable[[str], bool]) -> Received:
        """A form whose fields `id`, `url` and `written` were set by our own endpoint.

        A message where it can be kept; else an answer 422 that names what is wrong, a word each.
        """
        wrong = complaints(request.fields)
        if not ours(request.fields.get("url", "")):
            wrong = (*wrong, WRONG_PAGE)
        if wrong:
            return Received(answer=Answer(status=422, text=" ".join(wrong)))
        written = datetime.fromisoformat(request.fields["written"]).astimezone(UTC)
        message = message_of(request, written)
        if is_blank(message.words.text):  # nothing but markup was typed
            return Received(answer=Answer(status=422, text=NO_WORDS))
        return Received(answer=Answer(status=202, text=""), messages=(message,))


def connect(account: Account) -> Connection:
    """Our own site, connected."""
    here = Here(account)
    return Connection(
        account=account, profile=here.profile, publisher=here, updater=here, receiver=here
    )
