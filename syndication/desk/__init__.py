"""The desk: pages on which staff read what people said, decide about it and answer.

1. `facts.gather` reads what a card says, for a whole list at a time.
2. `cards` renders each card once a language and keeps it as a file, marked with the digest of
   its facts; `generate` does so ahead, whenever the queue changed.
3. `web.staff` serves lists of cards and fills in what is personal: the forms.

A card is foreign text in our own page. Names, warnings and addresses are escaped, words are
reduced to the small subset, and nothing is loaded from any other machine.
"""

from syndication.desk.generate import DeskError, Generated, generate

__all__ = ["DeskError", "Generated", "generate"]
