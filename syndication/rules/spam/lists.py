"""Lists of words and domains: one a line, or as hosts files have them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import urlsplit

from syndication.rules.text import urls

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
_HOSTS = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Lists:
    """What a comment may not contain."""

    words: frozenset[str] = frozenset()  # casefolded, blanks single
    domains: frozenset[str] = frozenset()  # their subdomains too

    def find(self, text: str, website: str = "") -> str:
        """The first listed domain or word in a comment, or ""."""
        for address in (*urls(text), website):
            if listed := self._domain_of(address):
                return listed
        plain = f" {_plain(text)} "
        return next((word for word in sorted(self.words) if f" {word} " in plain), "")

    def _domain_of(self, address: str) -> str:
        try:
            labels = (urlsplit(address).hostname or "").split(".")
        except ValueError:
            return ""
        tails = (".".join(labels[i:]) for i in range(len(labels)))
        return next((tail for tail in tails if tail in self.domains), "")


def read(lines: Iterable[str]) -> Lists:
    """The lists in these lines; what follows # is a remark."""
    words, domains = set(), set()
    for line in lines:
        entry = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip().casefold()
        if hosts := _HOSTS.fullmatch(entry):
            entry = hosts[1]
        if _DOMAIN.fullmatch(entry):
            domains.add(entry)
        elif entry := _plain(entry):
            words.add(entry)
    return Lists(frozenset(words), frozenset(domains))


def _plain(text: str) -> str:
    """The words alone, with single blanks; however they are drawn, and without what is not seen."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if category(c) != "Cf")
    return " ".join(re.findall(r"[^\W_]+", seen.casefold()))
