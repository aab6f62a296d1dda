"""A whole network in this process: every role, deterministic, and as unreliable as it is told.

Tests of the steps talk to it; so does the contract suite. `MemoryServer` is the server with its
people, `fail` makes it fail, `Person` speaks. Time is passed in.
"""

from __future__ import annotations

from .client import connect, connect_to, network, network_of
from .server import MemoryServer, Person

__all__ = ["MemoryServer", "Person", "connect", "connect_to", "network", "network_of"]
