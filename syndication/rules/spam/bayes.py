"""A Bayesian filter that knows only what this installation decided. Pure.

The chance that a text is advertising is combined from its most telling tokens by Fisher's method,
as Gary Robinson proposed it for mail: both "it is" and "it is not" are asked, so that a text
without evidence comes out as undecided and not as innocent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import urlsplit

from syndication.rules.text import urls

MOST_TOKENS = 500  # of one text; a longer one has said what it is by then
TELLING = 120  # so many of the most telling ones are combined
STRENGTH = 0.45  # how much is believed before a token was met, and
UNKNOWN = 0.5  # what is believed then
LEAST = 0.1  # tokens nearer to UNKNOWN than this tell nothing

_WORD = re.compile(r"[^\W_][\w'’-]{1,30}")

Counts = tuple[int, int]
"""(texts that a person approved, texts that a person called spam)"""


def tokens(text: str, name: str = "", website: str = "") -> frozenset[str]:
    """What a comment is known by: its words, pairs of them, hosts it links to, its name."""
    addresses = urls(text)
    plain = text
    for address in addresses:
        plain = plain.replace(address, " ")
    words = [word.casefold() for word in _WORD.findall(plain)[:MOST_TOKENS]]
    found = dict.fromkeys(words)
    found |= dict.fromkeys(f"{one} {two}" for one, two in pairwise(words))
    hosts = [_host(address) for address in (*addresses, website)]
    found |= dict.fromkeys(f"host:{host}" for host in hosts if host)
    found |= dict.fromkeys(f"name:{word.casefold()}" for word in _WORD.findall(name))
    found[f"links:{min(len(addresses), 5)}"] = None
    return frozenset(list(found)[: 2 * MOST_TOKENS])


def probability(found: Mapping[str, Counts], texts: Counts) -> float:
    """How likely a text with these tokens is advertising: 0 … 1, 0.5 when nothing tells.

    `found`: how many texts of each kind had the token; `texts`: how many there were.
    """
    chances = [_chance(counts, texts) for counts in found.values()]
    telling = sorted((c for c in chances if abs(c - UNKNOWN) >= LEAST), key=_weakest)[-TELLING:]
    if not telling:
        return UNKNOWN
    bad = 1 - _chi2(-2 * sum(math.log(1 - chance) for chance in telling), 2 * len(telling))
    good = 1 - _chi2(-2 * sum(math.log(chance) for chance in telling), 2 * len(telling))
    return (1 + bad - good) / 2


def _chance(counts: Counts, texts: Counts) -> float:
    good, bad = (count / max(1, of) for count, of in zip(counts, texts, strict=True))
    met = sum(counts)
    raw = bad / (good + bad) if good + bad else UNKNOWN
    return (STRENGTH * UNKNOWN + met * raw) / (STRENGTH + met)


def _weakest(chance: float) -> float:
    return abs(chance - UNKNOWN)


def _chi2(value: float, degrees: int) -> float:
    """The chance that chi-squared with an even number of degrees of freedom exceeds `value`."""
    half = value / 2
    term = total = math.exp(-half) if half < 700 else 0.0
    for i in range(1, degrees // 2):
        term *= half / i
        total += term
    return min(1.0, total)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
