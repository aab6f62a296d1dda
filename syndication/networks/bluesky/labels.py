"""Labels: what moderation services, and authors themselves, say of posts and people. Pure.

A label hides nothing in the API: that is left to whoever shows the words. So whoever carries one
of `ALWAYS`, or one that the account's settings name, is read by staff and shown on no page, until
the label is gone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from syndication.networks.values import JSON, mapping, mappings, text

LOGGED_IN_ONLY = "!no-unauthenticated"
"""An author's wish not to be shown to those who are not logged in to the network."""
ALWAYS = frozenset({"!hide", "!takedown", "!suspend", LOGGED_IN_ONLY})
AUTOMATED = "bot"  # what a program says of its own profile

_MOST = 100  # labels that are read of one thing


def carried(thing: JSON) -> frozenset[str]:
    """The labels on a post or a profile; one that was taken back by its own source is none."""
    standing: dict[tuple[str, str], bool] = {}
    for label in mappings(thing.get("labels"), _MOST):
        key = text(label.get("src")), text(label.get("val"))
        standing[key] = label.get("neg") is not True
    return frozenset(value for (_, value), stands in standing.items() if stands and value)


def of_self(record: JSON) -> tuple[str, ...]:
    """What an author said of a record in the record itself, in that order."""
    values = mappings(mapping(record.get("labels")).get("values"), _MOST)
    found = (text(value.get("val")) for value in values)
    return tuple(dict.fromkeys(value for value in found if value))


def withholds(view: JSON, withhold: Collection[str]) -> bool:
    """Do labels keep this post off the site: its own, its author's, or those in the record?"""
    labels = carried(view) | carried(mapping(view.get("author")))
    labels |= frozenset(of_self(mapping(view.get("record"))))
    return not labels.isdisjoint(ALWAYS | frozenset(withhold))


def named(option: Any) -> frozenset[str]:
    """The setting `withhold_labels`, a list of labels, as a set."""
    listed = option if isinstance(option, list | tuple) else [option]
    return frozenset(label.strip() for label in listed if isinstance(label, str) and label.strip())
