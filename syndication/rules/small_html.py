"""HTML that is small and harmless already, known at a glance. Pure; linear in its length.

What is shown is reduced once more (`markup`), and hardly ever is anything left to reduce: the
daemon did it before. The grammar here is a part of what `markup.reduce` writes: paragraphs of
words, line breaks, and elements of words that hold no others. Whatever does not match is read tag
by tag, so nothing is lost by leaving out what is rare.
"""

from __future__ import annotations

import re

# Neither blanks nor marks of direction, controls, what is no character, or the letters of HTML.
_LETTER = (
    r"[^\s<>&\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    r"\ud800-\udfff\U0001fffe-\U0010ffff]"
)
_WORD = rf"(?:{_LETTER}++|&(?:amp|lt|gt);)++"
_WORDS = rf"{_WORD}(?: {_WORD})*+"
_LABEL = "[a-z0-9]++(?:-[a-z0-9]++)*+"
_HOST = rf"(?:{_LABEL}\.)++[a-z][a-z0-9]++"
_WAY = r"/(?:[\w./~@+%=?-]|&amp;){0,1000}+"
_LINK = rf'<a href="https?://(?a:{_HOST}{_WAY})" rel="nofollow ugc noopener">'
_ELEMENT = rf"{_LINK}{_WORDS}</a>|<(em|strong|b|i|del|code)>{_WORDS}</\1>"
_PARAGRAPH = rf"<p>(?! )(?: ?+(?:{_WORD}|{_ELEMENT})|<br>(?! ))++ ?</p>"
_SMALL = re.compile(rf"(?:{_PARAGRAPH})++")


def is_small(html: str) -> bool:
    """Would `markup.reduce` leave `html` as it is? False where only a closer look can tell.

    Cost: 3 µs a message, a twentieth of what reading it takes.
    """
    return _SMALL.fullmatch(html) is not None
