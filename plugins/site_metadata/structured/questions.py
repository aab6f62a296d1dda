"""Questions and their answers in an article or page that says `Schema: faq`.

A question is a heading that ends in a question mark, its answer whatever stands until the next
heading of the same rank or a higher one; or a term of a definition list and its definitions.
Both are on the page: nothing is said to machines alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bs4 import Tag

HEADING = re.compile(r"h[1-6]")
ASKS = ("?", "؟", "？", ";")  # also Arabic, East Asian and Greek


def questions(html: str) -> list[tuple[str, str]]:
    """(question, answer) in the order of the page, as plain text.

    Cost: one reading of the article's own HTML, for those few that are such pages.
    """
    from bs4 import BeautifulSoup  # 60 ms, which a site without such pages need not pay

    soup = BeautifulSoup(html, "html.parser")
    found = []
    for element in soup.find_all(re.compile(r"h[1-6]|dt")):
        asked = _words(element)
        if element.name == "dt" or asked.endswith(ASKS):
            answer = " ".join(filter(None, map(_words, _answer(element))))
            if asked and answer:
                found.append((asked, answer))
    return found


def nodes(html: str) -> list[dict[str, Any]]:
    """The same as Questions."""
    return [
        {
            "@type": "Question",
            "name": question,
            "acceptedAnswer": {"@type": "Answer", "text": answer},
        }
        for question, answer in questions(html)
    ]


def _answer(element: Tag) -> list[Tag]:
    answer = []
    for sibling in element.find_next_siblings():
        if element.name == "dt":
            if sibling.name != "dd":
                break
        elif HEADING.fullmatch(sibling.name) and sibling.name <= element.name:
            break
        answer.append(sibling)
    return answer


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
