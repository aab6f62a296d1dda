"""The visitors who are on no network: one writes by the site's form, one on a site of her own."""

from __future__ import annotations

from datetime import datetime

from syndication.demo.commenter import Commenter
from syndication.demo.conversation import Conversation, Said, Tokens
from syndication.demo.neighbour import NAME, Neighbour

COMMENTER = "Lucía Prats"
COMMENTED, MENTIONED = APPROVED = ("commented by the form", "answered by webmention")


class OpenWebCast:
    """Both of them, ready to speak of one article."""

    def __init__(self, article: str, neighbour: Neighbour, seed: str | None, *, run: int) -> None:
        """With a seed, all words carry a token by which they can be found. `run`: which one."""
        self._article, self._neighbour = article, neighbour
        tokens = Tokens(seed)
        self._tokens = {part: tokens.next() for part in APPROVED}
        self._commenter = Commenter(article, come_from=f"198.51.{run % 256}.7")

    def begin(self) -> None:
        """Lucía fills in the form, and reads the preview while the others speak."""
        self._commenter.write(
            COMMENTER, self._words(COMMENTED, "Will you ride it at the *market* on Sunday?")
        )

    def speak(self, now: datetime) -> Conversation:
        """Mara answers on her own site and tells ours; Lucía sends what she has read."""
        talk = Conversation()
        answer = self._words(MENTIONED, "Three at once, on one of these, all of last summer.")
        page = self._neighbour.write(answer, about=self._article, when=now)
        self._neighbour.tell(page, self._article)
        talk.said[MENTIONED] = Said(who=NAME, id=page, token=self._tokens[MENTIONED])
        private = self._commenter.send()
        talk.said[COMMENTED] = Said(who=COMMENTER, id=private, token=self._tokens[COMMENTED])
        return talk

    def _words(self, part: str, text: str) -> str:
        return Tokens.marked(text, self._tokens[part])
