"""What an address says about where it leads: to the world, or only to this machine. Pure."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

# What reads as something else in the header of a letter ("=?utf-8?q?=0a?=") is none.
_NAME = r"(?!.*=\?)[\w.!#$%&'*+/=?^`{|}~-]{1,64}"
_MAIL = re.compile(rf"{_NAME}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{{2,24}}")


def is_mail(address: str) -> bool:
    """Can a letter be sent there, as far as it can be seen?"""
    return len(address) <= 254 and _MAIL.fullmatch(address) is not None


def lacks_scheme(address: str) -> bool:
    """Is it a web address whose ``https://`` was forgotten, as "nandu.example/blog"?"""
    return bool(re.fullmatch(r"(?:[\w-]+\.)+[a-zA-Z][\w-]+(?:/.*)?", address))


def is_web(site: str) -> bool:
    """An absolute http(s) address?"""
    try:
        parts = urlsplit(site)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_loopback(site: str) -> bool:
    """localhost, *.localhost, 127.*, [::1] and other spellings of this machine."""
    host = (urlsplit(site).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or (mapped or address).is_unspecified


def is_public(site: str) -> bool:
    """May what is built for this address be published: an absolute web address elsewhere?"""
    return is_web(site) and not is_loopback(site)
