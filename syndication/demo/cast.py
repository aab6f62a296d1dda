"""The visitors of the practice network and what they say: a small conversation around a brand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from syndication.demo import portraits
from syndication.demo.practice import PracticeNetwork, Profile
from syndication.demo.visitor import Visitor

BRAND = Profile(name="vencejo", display_name="Vencejo", note="City bicycles from Valencia.")
PEOPLE = (
    Profile(name="ana", display_name="Ana Torres"),
    Profile(name="bruno", display_name="Bruno Ferrándiz"),
    Profile(name="chiara", display_name="Chiara Conti"),
    Profile(name="dilan", display_name="Dilan Öztürk"),
    Profile(name="elena", display_name="Elena Vidal"),
    Profile(name="farid", display_name="Farid <b>Amrani</b>"),
    Profile(name="greta", display_name="Greta Lindqvist"),
    Profile(name="hugo", display_name="Hugo Peris"),
    Profile(name="ines", display_name="Inês Duarte", domain="bici.example", indexable=True),
)


@dataclass(slots=True, kw_only=True)
class Said:
    """One thing that somebody said, and what a test looks for."""

    who: str
    id: str  # the practice server's
    token: str  # stands in the words, nowhere else


@dataclass(slots=True, kw_only=True)
class Conversation:
    """All that was said, by what it shows."""

    said: dict[str, Said] = field(default_factory=dict)

    def token(self, part: str) -> str:
        """The token in what stands for `part`."""
        return self.said[part].token


class Cast:
    """The visitors, ready to speak on one practice network."""

    def __init__(self, network: PracticeNetwork, seed: str | None) -> None:
        """With a seed, all words carry a random token by which they can be found."""
        self._random = None if seed is None else random.Random(seed)  # noqa: S311 - no secret
        self._people: dict[str, Visitor] = {
            profile.name: network.account(replace(profile, picture=portraits.draw(profile.name)))
            for profile in PEOPLE
        }

    def speak(self, root: str) -> Conversation:
        """Everybody speaks under the status `root`, or near it."""
        talk = Conversation()
        question = self._say(
            talk, "question", "ana", "@vencejo Does the child seat fit two children?", root
        )
        self._say(
            talk,
            "complaint",
            "bruno",
            "@vencejo Llevo tres semanas esperando la cesta que pedí y nadie me contesta.",
            root,
            language="es",
        )
        self._say(
            talk, "praise", "chiara", "@vencejo The quietest bicycle I have ever had. Grazie!", root
        )
        self._say(talk, "nested", "dilan", "@ana Ours carries two, three and five.", question)
        self._say(
            talk,
            "private",
            "elena",
            "@vencejo My order number is 4711, can you look it up?",
            root,
            visibility="direct",
        )
        self._say(
            talk,
            "hostile",
            "farid",
            "@vencejo <script>alert(1)</script><img src=x onerror=alert(2)> nice",
            root,
        )
        self._say(talk, "edited", "greta", "@vencejo I would like one in green.", root)
        self._say(talk, "deleted", "hugo", "@vencejo I sold mine and regret it.", root)
        self._say(
            talk, "found", "ines", "Does anybody here ride a #vencejo in the rain? Worth it?", None
        )
        return talk

    def edit(self, talk: Conversation) -> str:
        """Greta changes her words; the token of the new ones."""
        token = self._token()
        self._people["greta"].edit(
            talk.said["edited"].id, f"@vencejo I would like one in yellow instead.{_marked(token)}"
        )
        return token

    def delete(self, talk: Conversation) -> None:
        """Hugo takes his words back."""
        self._people["hugo"].delete(talk.said["deleted"].id)

    def like(self, root: str) -> None:
        """Two people like it, one carries it on."""
        self._people["ana"].like(root)
        self._people["dilan"].like(root)
        self._people["chiara"].boost(root)

    def _say(
        self,
        talk: Conversation,
        part: str,
        who: str,
        text: str,
        reply_to: str | None,
        **more: Any,
    ) -> str:
        token = self._token()
        more.setdefault("language", "en")
        made = self._people[who].say(f"{text}{_marked(token)}", reply_to=reply_to, **more)
        talk.said[part] = Said(who=who, id=str(made["id"]), token=token)
        return str(made["id"])

    def _token(self) -> str:
        if self._random is None:
            return ""
        letters = "bcdfghjkmnpqrstvwxz23456789"
        return "".join(self._random.choice(letters) for _ in range(10))


def _marked(token: str) -> str:
    return f" ({token})" if token else ""
