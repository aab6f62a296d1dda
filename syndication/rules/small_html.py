"""HTML that is small and harmless already, known at a glance. Pure; linear in its length.

What is shown is reduced once more (`markup`), and hardly ever is anything left to reduce: the
daemon did it before. The grammar here is a part of what `markup.reduce` writes: paragraphs of
words, line breaks, and elements of words that hold no others. Whatever does not match is read tag
by tag, so nothing is lost by leaving out what is rare.
"""

from __future__ import annotations

import re

# Blanks but the space, marks of direction, controls, what is no character, the letters of HTML.
_NEVER = (
    r"<>&\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2066-\u206f\u3000"
    r"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U0001fffe-\U0010ffff"
)
_WORD = rf"(?:[^ {_NEVER}]++|&(?:amp|lt|gt);)++"
_WORDS = rf"{_WORD}(?: {_WORD})*+"
_LABEL = "[a-z0-9]++(?:-[a-z0-9]++)*+"
_HOST = rf"(?:{_LABEL}\.)++[a-z][a-z0-9]++"
_WAY = r"/(?:[\w./~@+%=?-]|&amp;){0,1000}+"
_LINK = rf'<a href="https?://(?a:{_HOST}{_WAY})" rel="nofollow ugc noopener">'
_ELEMENT = rf"{_LINK}{_WORDS}</a>|<(em|strong|b|i|del|code)>{_WORDS}</\1>"
_PARAGRAPH = rf"<p>(?:[^{_NEVER}]++|&(?:amp|lt|gt);|{_ELEMENT}|<br>)++</p>"
_SMALL = re.compile(rf"(?:{_PARAGRAPH})++")
_NEEDLESS = ("  ", "<p> ", " <br>", "<br> ")  # spaces that nobody would see


def is_small(html: str) -> bool:
    """Would `markup.reduce` leave `html` as it is? False where only a closer look can tell.

    Cost: 1 µs a message, a hundredth of what reading it takes.
    """
    return _SMALL.fullmatch(html) is not None and not any(one in html for one in _NEEDLESS)
