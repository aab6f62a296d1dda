"""Which networks there are: the entry points of the group ``tertulia.networks``.

Ours register exactly as a third party's package does. Nothing of a network is imported before it
is asked for by name; an entry point names a `Network` record, or a function that returns one.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from syndication.networks.contract import Network

GROUP = "tertulia.networks"


class NoSuchNetwork(LookupError):
    """There is no such network here, or not all of it; the message says what to do."""


def names() -> tuple[str, ...]:
    """The networks that are installed, sorted. Imports none of them."""
    return tuple(sorted(_found()))


@cache
def get(name: str) -> Network:
    """The network called `name`. Raises `NoSuchNetwork`."""
    found = _found().get(name)
    if found is None:
        raise NoSuchNetwork(f"there is no network {name!r}; there are: {', '.join(names())}")
    try:
        loaded = found.load()
        network = loaded() if callable(loaded) else loaded
    except ImportError as error:
        raise NoSuchNetwork(
            f"the network {name!r} needs {error.name or error}: {_remedy(found)}"
        ) from error
    if not isinstance(network, Network):
        raise NoSuchNetwork(f"the entry point {found.value!r} of {name!r} is not a Network")
    return network


def _found() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _remedy(point: EntryPoint) -> str:
    """What to install: an extra of ours, called like the network where there is one."""
    if point.dist is None:
        return "install what it needs"
    extras = point.dist.metadata.get_all("Provides-Extra") or []
    extra = next((e for e in (point.name, "daemon") if e in extras), None)
    wanted = f"{point.dist.name}[{extra}]" if extra else point.dist.name
    return f"pip install '{wanted}'"
