"""One account on a `MemoryServer`: what all its roles share."""

from __future__ import annotations

from contextlib import AbstractContextManager

from syndication.model import Profile, Ref

from .server import MemoryServer, Person
from .status import Status


class Member:
    """Somebody who may ask the server."""

    def __init__(self, server: MemoryServer, me: Person) -> None:
        self._server, self._me = server, me

    def profile(self) -> Profile:
        """Who we are there."""
        with self._serving("profile"):
            author = self._me.author
            return Profile(
                ref=author.ref, handle=author.handle, name=author.name, limits=self._server.limits
            )

    def _serving(self, operation: str) -> AbstractContextManager[None]:
        return self._server.serving(operation, self._me.handle)

    def _alive(self, ref: Ref | None) -> Status | None:
        return self._server.alive(ref, reader=self._me.handle)

    def _is_ours(self, status: Status) -> bool:
        return status.message.author.ref == self._me.author.ref
