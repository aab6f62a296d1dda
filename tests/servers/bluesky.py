"""The practice network for Bluesky as tests use it: a fresh account for whoever speaks.

A network that runs already is used, and left running, where TERTULIA_BLUESKY_NETWORK names the file
with the line that it said when it was up: for a quick loop while writing tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from syndication.demo.bluesky import BlueskyNetwork
from syndication.demo.bluesky_person import Person
from syndication.demo.bluesky_server import running
from syndication.demo.servers import ServerMissing, installed
from tests.servers.install import CLONE, current
from tests.servers.required import missing

RUNNING = "TERTULIA_BLUESKY_NETWORK"


class Bluesky(BlueskyNetwork):
    """One running network, for many tests."""

    def fresh(self, name: str = "person", **profile: Any) -> Person:
        """A new account whose handle starts with `name`, at most 9 letters, and is unique.

        `profile`: `display_name`, `about`, `picture`.
        """
        named = {"display_name": name.title(), **profile}
        return self.person(f"{name}-{uuid.uuid4().hex[:8]}.test", **named)


@contextlib.contextmanager
def network(*, appview: bool = True, rate_limits: bool = False) -> Iterator[Bluesky]:
    """A network while the block runs; skips the test where it is not installed."""
    reused = os.environ.get(RUNNING)
    if reused and appview and not rate_limits:
        yield Bluesky.of(json.loads(Path(reused).read_text(encoding="utf-8")))
        return
    if not (current("node") and current("bluesky")):
        missing("bluesky", "make servers")
    with contextlib.ExitStack() as ends:
        try:
            started = ends.enter_context(
                running(installed(CLONE), appview=appview, rate_limits=rate_limits)
            )
        except ServerMissing as error:
            missing(error.what, error.how)
        yield Bluesky(**{name: getattr(started, name) for name in BlueskyNetwork.__slots__})
