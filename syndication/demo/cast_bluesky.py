"""The visitors who are on Bluesky, and what they say below the same article."""

from __future__ import annotations

from syndication.demo import portraits
from syndication.demo.bluesky import BlueskyNetwork
from syndication.demo.bluesky_person import Person, Strong
from syndication.demo.conversation import Conversation, Said, Tokens

BRAND = "vencejo.test"
PEOPLE = {
    "paula": "Paula Ríos",
    "oriol": "Oriol Mas",
    "nora": "Nora Haddad",
    "sven": "Sven Åberg",
}
APPROVED = ("asked on Bluesky", "answered on Bluesky", "quoted on Bluesky", "deleted on Bluesky")


class BlueskyCast:
    """The visitors, ready to speak on one network."""

    def __init__(self, network: BlueskyNetwork, seed: str | None) -> None:
        """With a seed, all words carry a token by which they can be found."""
        self._network = network
        self._tokens = Tokens(seed)
        self._posts: dict[str, Strong] = {}
        self._people: dict[str, Person] = {
            name: network.person(
                f"{name}.test", display_name=shown, picture=portraits.draw(f"{name} of Bluesky")
            )
            for name, shown in PEOPLE.items()
        }

    def speak(self, root: Strong) -> Conversation:
        """Everybody speaks below our post `root`, or of it."""
        talk = Conversation()
        asked, answered, quoted, deleted = APPROVED
        question = self._say(talk, asked, "paula", "Do you mend children's bikes too?", root)
        self._network.process()
        self._say(talk, answered, "oriol", "They mended ours, twice.", question, root=root)
        self._say(talk, quoted, "nora", "This is how a workshop should speak.", None, quote=root)
        self._say(talk, deleted, "sven", "Too far away for me, sadly.", root, language="en")
        self._network.process()
        return talk

    def like(self, root: Strong) -> None:
        """Two people like it, one carries it on."""
        self._people["paula"].like(root)
        self._people["sven"].like(root)
        self._people["oriol"].repost(root)

    def delete(self) -> None:
        """Sven takes his words back."""
        self._people["sven"].delete(self._posts[APPROVED[3]])
        self._network.process()

    def _say(
        self,
        talk: Conversation,
        part: str,
        who: str,
        text: str,
        reply_to: Strong | None,
        *,
        root: Strong | None = None,
        quote: Strong | None = None,
        language: str = "en",
    ) -> Strong:
        token = self._tokens.next()
        made = self._people[who].say(
            Tokens.marked(text, token),
            reply_to=reply_to,
            root=root,
            quote=quote,
            language=language,
        )
        talk.said[part] = Said(who=who, id=made["uri"], token=token)
        self._posts[part] = made
        return made
