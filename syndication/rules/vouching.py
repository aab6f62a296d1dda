"""Vouch (https://indieweb.org/Vouch): somebody known links to whoever is unknown. Pure.

A link that its page does not answer for (``rel`` nofollow, ugc or sponsored, as under comments)
vouches for nobody.
"""

from __future__ import annotations

from html.parser import HTMLParser

from syndication.model import Verdict
from syndication.rules.mentions import host_of
from syndication.rules.policy import DEFAULT, Facts, Rule

_RULE = "vouched ("
_NOT_MEANT = frozenset({"nofollow", "ugc", "sponsored"})


def links_to_host(html: str, host: str) -> bool:
    """Does a page link to `host`, and mean it?"""
    finder = _Finder(host)
    try:
        finder.feed(html)
        finder.close()
    except AssertionError:  # the parser's own word for what it cannot read
        return False
    return finder.found


class _Finder(HTMLParser):
    """Comments and escaped markup are no elements to it."""

    def __init__(self, host: str) -> None:
        super().__init__(convert_charrefs=True)
        self._host, self.found = host, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        meant = _NOT_MEANT.isdisjoint((given.get("rel") or "").lower().split())
        if tag == "a" and meant and host_of(given.get("href") or "") == self._host:
            self.found = True


def rules_of(voucher: str, *, approves: bool) -> tuple[Rule, ...]:
    """The policy for first words of somebody for whom the host `voucher` vouches.

    A person decides all the same, and reads who vouches; unless that `approves`.
    """

    def rule(facts: Facts) -> Verdict | None:
        return Verdict.APPROVE if approves else Verdict.HOLD

    rule.__name__ = f"{_RULE}{voucher})"
    *before, last = DEFAULT
    return (*before, rule, last)


def voucher_in(rule: str) -> str:
    """The host that vouched, by the name of the rule that decided; "" where another one did."""
    return rule.removeprefix(_RULE).removesuffix(")") if rule.startswith(_RULE) else ""
