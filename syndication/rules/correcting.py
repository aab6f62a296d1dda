"""What a correction says: the new words below the old ones, where edits are not seen. Pure."""

from __future__ import annotations

import regex

from syndication.model import Draft, Limits, Ref
from syndication.rules import text as letters
from syndication.rules.fitting import measure, shorten_between

_HASHTAGS = regex.compile(r"(?:\s*[#＃][\w·]+)+\s*\Z")
_EMPTY_LINES = regex.compile(r"\s*\n\s*\n\s*")


def words_of(draft: Draft) -> str:
    """What `draft` says in words: without its permalink and the hashtags after it."""
    kept = "".join(
        atom.text
        for atom in letters.atoms(draft.text)
        if not (draft.url and atom.kind == "url" and atom.text == draft.url)
    )
    return _EMPTY_LINES.sub("\n\n", _HASHTAGS.sub("", kept)).strip()


def correction(draft: Draft, below: Ref, limits: Limits, wording: str) -> Draft:
    """An answer to our own post `below` that says what it says by now.

    `wording` holds ``%(words)s``, in the language of the draft; the words are shortened to fit.
    """
    before, _, after = wording.partition("%(words)s")
    room = max(1, min(20, limits.characters - measure(before + after, limits)))
    said = shorten_between(before, words_of(draft), after, limits, least=room)
    return Draft(
        text=f"{before}{said}{after}",
        language=draft.language,
        reply_to=below,
        visibility="unlisted",
    )
