"""How an account speaks: its options, read once. A wrong one is named with what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from syndication.model import Account
from syndication.networks.contract import Unavailable

from .names import WEB

_RULE = "app.bsky.feed.threadgate#"
MAY_REPLY: dict[str, tuple[str, ...] | None] = {
    "everybody": None,
    "mentioned": ("mentionRule",),
    "following": ("mentionRule", "followingRule"),
    "followers": ("mentionRule", "followerRule"),
    "nobody": (),
}
"""Option → rules of the gate; None: no gate."""

EMBEDS = ("auto", "card", "pictures")
_LABEL = re.compile(r"!?[a-z][a-z-]{0,99}")
_LABELS = 10  # more a record does not take


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What the options say about speaking."""

    may_reply: str = "everybody"
    embed: str = "auto"  # auto: a card for one picture or none, pictures for more
    labels: tuple[str, ...] = ()
    mirror_hidden: bool = False
    web: str = WEB

    @property
    def gate(self) -> list[dict[str, str]] | None:
        """Who may reply, as the network says it; None: everybody."""
        rules = MAY_REPLY[self.may_reply]
        return None if rules is None else [{"$type": _RULE + rule} for rule in rules]


def speech_of(account: Account) -> Speech:
    """The options of an account.

    Raises `Unavailable` for one that cannot be used: it is mended in a file, and found then.
    """
    options = account.options
    labels = options.get("labels", [])
    if not isinstance(labels, list) or len(labels) > _LABELS or not all(map(_is_label, labels)):
        raise _wrong(account, "labels", f'a list of at most {_LABELS} labels like ["nudity"]')
    hidden = options.get("mirror_hidden", False)
    if not isinstance(hidden, bool):
        raise _wrong(account, "mirror_hidden", "true or false")
    return Speech(
        may_reply=_one_of(account, "who_may_reply", tuple(MAY_REPLY)),
        embed=_one_of(account, "embed", EMBEDS),
        labels=tuple(labels),
        mirror_hidden=hidden,
        web=str(options.get("web") or WEB).rstrip("/"),
    )


def _one_of(account: Account, name: str, allowed: tuple[str, ...]) -> str:
    said = account.options.get(name, allowed[0])
    if said not in allowed:
        raise _wrong(account, name, " | ".join(f'"{one}"' for one in allowed))
    return str(said)


def _is_label(label: object) -> bool:
    return isinstance(label, str) and _LABEL.fullmatch(label) is not None


def _wrong(account: Account, name: str, allowed: str) -> Unavailable:
    said = account.options.get(name)
    return Unavailable(f"[accounts.{account.name}.options] {name} must be {allowed}, not {said!r}")
