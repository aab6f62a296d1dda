"""The visitors of the practice network and what they say: a small conversation around a brand.

Those who are on Bluesky are in `cast_bluesky`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syndication.demo import portraits
from syndication.demo.conversation import Conversation, Said, Tokens
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


class Cast:
    """The visitors, ready to speak on one practice network."""

    def __init__(self, network: PracticeNetwork, seed: str | None) -> None:
        """With a seed, all words carry a random token by which they can be found."""
        self._tokens = Tokens(seed)
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
        token = self._tokens.next()
        words = Tokens.marked("@vencejo I would like one in yellow instead.", token)
        self._people["greta"].edit(talk.said["edited"].id, words)
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
        token = self._tokens.next()
        more.setdefault("language", "en")
        made = self._people[who].say(Tokens.marked(text, token), reply_to=reply_to, **more)
        talk.said[part] = Said(who=who, id=str(made["id"]), token=token)
        return str(made["id"])
