"""What visitors are told about their data where they give it. Pure.

The same words stand under the form on the page and on the preview; who sends agrees to exactly
these, so their digest is kept with the comment. The texts are looked up in the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable

from syndication.model import digest_of

NOTICE = (
    "We keep your name, your words and, if you give it, your website, to read them, to answer and"
    " to show them here once a person has approved them."
)
LETTERS = (
    "Your mail address is only used to tell you of answers, if you ask for that, and never shown."
)
WHEREFROM = (
    "Where you write from is kept for one day, as a code that cannot be turned back, against floods"
    " of advertising. You can see, change and withdraw your comment with the private link that you"
    " get."
)
SERVICE = (
    "So that advertising is told apart, your name, your words, your website and the part of your"
    " network address that your neighbourhood shares, which is kept for one day for this, are sent"
    " to the service {service}."
)
AGREE = "I have read this, and my name and my words may be shown here."


def text(say: Callable[[str], str], *, letters: bool, service: str = "") -> str:
    """The notice in a visitor's language.

    `letters`: may visitors leave a mail address? `service`: who is told of comments, or "".
    """
    told = [say(NOTICE), say(LETTERS) if letters else "", say(WHEREFROM)]
    if service:
        told.append(say(SERVICE).format(service=service))
    return " ".join(filter(None, told))


def version(say: Callable[[str], str], *, letters: bool, service: str = "") -> str:
    """Names the notice as a visitor of that language reads it."""
    return digest_of([text(say, letters=letters, service=service), say(AGREE)])[:16]
