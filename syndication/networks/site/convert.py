"""A form that a visitor filled in → a Message. Pure; every field is hostile.

The words are a small Markdown: paragraphs, emphasis, lists, quotations, code, links; an address
that is written out is a link, as on networks. Its HTML goes through `rules.markup` like that of any
network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline

from syndication.model import Author, Limits, Message, Ref, Words
from syndication.networks.contract import Request
from syndication.rules import markup
from syndication.rules import text as letters
from syndication.rules.addresses import is_mail

SPACE = "site"
LIMITS = Limits(characters=5000, pictures=0)
NAME_GRAPHEMES = 60
ADDRESS_CHARACTERS = 500

# What a field lacks: a word for code, which whoever shows the form says in the visitor's language.
NO_NAME, NO_WORDS, TOO_LONG = "no-name", "no-words", "too-long"
BAD_MAIL, BAD_WEBSITE, WRONG_PAGE = "bad-mail", "bad-website", "wrong-page"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?")
_SCHEME = re.compile(r"(?<![\w@#$/])https?\Z", re.IGNORECASE)
_HOST_BEGINS = re.compile(r"://[^\W_]")
# Where an address ends at the latest: at signs that none has or that mean something to Markdown,
# and where they are escaped; at a line that is broken; at entities but the ampersand's.
_BEYOND = re.compile(r"[\s<>\"“”«»`\[\]]|\\(?![!#-/:;=?@_~])|&(?!amp;)#?\w+;")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 12}).disable(
    ["image", "heading", "lheading", "hr", "reference", "html_block", "html_inline"]
)


def _link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address that is written out, whatever Markdown would make of its signs."""
    if silent or state.linkLevel or not _HOST_BEGINS.match(state.src, state.pos, state.posMax):
        return False  # there is no link in another
    scheme = _SCHEME.search(state.pending[-len(" https") :])
    if scheme is None:
        return False
    start = state.pos - len(scheme[0])
    beyond = _BEYOND.search(state.src, state.pos, state.posMax)
    written = letters.url_at_start(state.src[start : beyond.start() if beyond else state.posMax])
    written = written.rstrip("\\")  # what it escaped is punctuation that follows
    if not written:
        return False
    state.pending = state.pending[: -len(scheme[0])]
    address = unescapeAll(written)
    state.push("link_open", "a", 1).attrs = {"href": address}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos = start + len(written)
    return True


_MARKDOWN.inline.ruler.before("newline", "address", _link_address)


def complaints(fields: Mapping[str, str]) -> tuple[str, ...]:
    """What keeps this form from being sent; () when nothing does."""
    found = []
    if letters.is_blank(name_of(fields)):
        found.append(NO_NAME)
    size = letters.length(words_in(fields))
    if letters.is_blank(words_in(fields)):
        found.append(NO_WORDS)
    if size > LIMITS.characters:
        found.append(TOO_LONG)
    if fields.get("mail", "").strip() and not mail_of(fields):
        found.append(BAD_MAIL)
    if fields.get("website", "").strip() and not website_of(fields):
        found.append(BAD_WEBSITE)
    return tuple(found)


def name_of(fields: Mapping[str, str]) -> str:
    """How the visitor is called: one line of plain text."""
    return letters.one_line(fields.get("name", ""), NAME_GRAPHEMES)


def mail_of(fields: Mapping[str, str]) -> str:
    """Their mail address where it is one that a letter can be sent to, else ""."""
    given = fields.get("mail", "").strip()
    return given if is_mail(given) else ""


def website_of(fields: Mapping[str, str]) -> str:
    """Their own website where it is one, with https:// in front where that was left out."""
    given = fields.get("website", "").strip()
    if given and "://" not in given:
        given = f"https://{given}"
    found = markup.address(given) if len(given) <= ADDRESS_CHARACTERS else None
    return found if found and _HOST.fullmatch(urlsplit(found).hostname or "") else ""


def words_in(fields: Mapping[str, str]) -> str:
    """What was typed, with the line ends of Unix."""
    return fields.get("text", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def words_of(text: str, language: str = "") -> Words:
    """The small Markdown as words that can be judged and shown. Linear in its length."""
    # The parser reads no more than can be said; whatever is longer is refused by `complaints`.
    found = markup.read(_MARKDOWN.render(letters.clean(text[: 8 * LIMITS.characters])))
    known = language if _LANGUAGE.fullmatch(language) else ""
    return Words(html=found.html, text=found.text, language=known)


def message_of(request: Request, written: datetime) -> Message:
    """The comment `id` on the page `url`; both come from us, the other fields from the visitor."""
    fields = request.fields
    words = words_of(words_in(fields), fields.get("language", ""))
    id_, page = fields["id"], fields["url"]
    website = website_of(fields)
    return Message(
        ref=Ref(space=SPACE, id=id_),
        kind="comment",
        author=Author(
            ref=Ref(space=SPACE, id=f"{id_}#writer", url=website or None),
            name=name_of(fields),
            handle="",
        ),
        words=words,
        written=written,
        # The page comes first: it is where the comment belongs, whatever else it links to.
        links=tuple(dict.fromkeys((page, *markup.links(words.html)))),
    )
