"""Who registered a host name: by the public suffix list, as it stands in the library."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


def domain_of(host: str) -> str:
    """What somebody registered: "a.example" of "x.y.a.example", "a.co.uk" of "x.a.co.uk", and
    "a.github.io" of itself, for there everybody has a name of their own.

    An address, or a name below which others register, is its own. The list is as old as the
    library, so this is for limits, not for trust. Cost: 30 ms once, then 2 µs.
    """
    try:
        ip_address(host)
    except ValueError:
        return _list().privatesuffix(host) or host
    return host


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()
