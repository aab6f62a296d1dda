"""Comment: what a visitor wrote under an article is kept, judged and given a private page.

1. The `site` network makes a Message of the form; what is wrong with it is named.
2. The page must be there and open, and its sender must not have brought too much already.
3. The rules against advertising, then those of every network, judge the words, with their trace.
4. Message, private link and, where wished, a mail address that `letters` asks to confirm are one
   transaction. The same form sent twice is one comment.

Cost: a score of statements; no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from syndication.model import Message, Ref, Words
from syndication.networks.contract import Request
from syndication.rules import policy
from syndication.rules.discovery import site_paths
from syndication.rules.spam import Signs, verdicts
from syndication.rules.spam.bayes import probability, tokens
from syndication.rules.spam.signs import LEARNT_ENOUGH
from syndication.steps.consult import ask_about
from syndication.steps.conversation import conversation_of
from syndication.steps.site import Site
from syndication.steps.take_in import Taken, take_in, tell
from syndication.steps.visiting import (
    ATTACK,
    DAY,
    MINUTES,
    MOST_IN_A_DAY,
    MOST_IN_MINUTES,
    comment_token,
    hashed_tokens,
    key_of,
)
from syndication.store import Transaction, comments, messages, posts, spamwords, tallies
from syndication.store.posts import StoredPost

VIA = "form"
CLOSED, NO_PAGE = "closed", "no-page"


class CannotComment(Exception):
    """Nothing was kept. `reasons` name why, a word each; whoever shows them says them."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class TooMany(CannotComment):
    """This sender brought enough for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a form came, as far as whoever received it knows."""

    sender: str  # keyed hash of an address prefix
    language: str
    consent: str  # digest of the notice that was agreed to
    reading: timedelta  # since the preview was shown
    trap: bool = False
    worked: bool = False
    reply_to: str = ""  # Ref.id of what it answers
    address: str = ""  # network prefix, where a service is told of it


def page_of(site: Site, tx: Transaction, url: str) -> StoredPost:
    """The post under which is commented. Raises `CannotComment` where nobody can."""
    paths = {path for one in site_paths([url], site.url) for path in (one, f"{one}/")}
    found = posts.ids_of_paths(tx, paths)
    if not found:
        raise CannotComment(NO_PAGE)
    post = posts.by_id(tx, found.values())[next(iter(found.values()))]
    if not post.open_on(site.clock().date()):
        raise CannotComment(CLOSED)
    return post


def draft_of(site: Site, account: str, fields: Mapping[str, str]) -> Message:
    """What this form would become. Raises `CannotComment` with what is wrong."""
    receiver = site.connect(account).receiver
    if receiver is None:
        raise CannotComment(NO_PAGE)
    request = Request(endpoint="comment", fields=fields)
    received = receiver.receive(request, lambda url: any(site_paths([url], site.url)))
    if not received.messages:
        raise CannotComment(*received.answer.text.split())
    return received.messages[0]


def comment(site: Site, account: str, fields: Mapping[str, str], how: How) -> str:
    """Keep a comment; the token of its private page. Raises `CannotComment`."""
    message = draft_of(site, account, fields)
    key = key_of(site)
    token = comment_token(key, message.ref.id)
    with site.store.write() as tx:
        if messages.known(tx, message.ref.space, [message.ref.id]):
            return token
        post = page_of(site, tx, fields["url"])
        _not_too_many(site, tx, how.sender)
        message = replace(
            message, reply_to=_answered(site, tx, post, message.ref.space, how.reply_to)
        )
        signs = _signs(site, tx, key, message, fields, how)
        taken = _take_in(site, tx, account, message, signs)
        stored = messages.known(tx, message.ref.space, [message.ref.id]).get(message.ref.id)
        if stored is None:  # withdrawn before, and sent again by a browser's "back"
            raise CannotComment(NO_PAGE)
        mail = fields.get("mail", "").strip() if site.mail else ""
        tallies.add(tx, tallies.COMMENT, how.sender, now=site.clock())
        comments.add(
            tx,
            stored.id,
            token=token,
            language=how.language,
            consent=how.consent,
            mail=mail,
            source=fields.get("text", ""),
            now=site.clock(),
        )
        ask_about(site, tx, stored.id, address=how.address)
    tell(site, taken)
    site.wake("consult", None)
    if mail:
        site.wake("letters", None)
    return token


def attacked(site: Site, tx: Transaction) -> bool:
    """Do far more comments than usual arrive just now?"""
    return tallies.count_since(tx, tallies.COMMENT, site.clock() - MINUTES) >= ATTACK


def judged_again(site: Site, tx: Transaction, account: str, message: Message, source: str) -> Taken:
    """New words of a known comment, judged like the first ones."""
    key, fields = key_of(site), {"text": source, "website": message.author.ref.url or ""}
    how = How(sender="", language="", consent="", reading=DAY, worked=True)
    return _take_in(site, tx, account, message, _signs(site, tx, key, message, fields, how))


def filter_of(tx: Transaction, key: str, words: Words, name: str, website: str) -> float | None:
    """How likely this is advertising by what was decided here; None before enough was."""
    texts = spamwords.texts(tx)
    if min(texts) < LEARNT_ENOUGH:
        return None
    found = hashed_tokens(key, tokens(words.text, name, website))
    known = spamwords.counts(tx, found)
    return probability({token: known.get(token, (0, 0)) for token in found}, texts)


def _take_in(site: Site, tx: Transaction, account: str, message: Message, signs: Signs) -> Taken:
    rules = (*verdicts(signs), *policy.DEFAULT)
    return take_in(site, tx, [message], account=account, via=VIA, rules=rules)


def _not_too_many(site: Site, tx: Transaction, sender: str) -> None:
    now = site.clock()
    for span, most in ((MINUTES, MOST_IN_MINUTES), (DAY, MOST_IN_A_DAY)):
        if tallies.count_since(tx, tallies.COMMENT, now - span, who=sender) >= most:
            raise TooMany("too-many")


def _answered(site: Site, tx: Transaction, post: StoredPost, space: str, ref_id: str) -> Ref | None:
    """What a comment answers: something that its page shows. Else it answers the page."""
    if not ref_id:
        return None
    shown = conversation_of(site, tx, post).discussion.messages
    found = next((one for one in shown if one.id == ref_id), None)
    return Ref(space=space, id=found.id) if found else None


def _signs(
    site: Site, tx: Transaction, key: str, message: Message, fields: Mapping[str, str], how: How
) -> Signs:
    website = message.author.ref.url or ""
    text, (_, *links) = fields.get("text", ""), message.links
    everything = "\n".join((message.author.name, text, message.words.text, *links))
    return Signs(
        text=text,
        links=len(links),
        trap=how.trap,
        reading=how.reading,
        alike=comments.alike_since(tx, message.words.digest, site.clock() - DAY),
        listed=site.lists.find(everything, website),
        probability=filter_of(tx, key, message.words, message.author.name, website),
        attacked=attacked(site, tx),
        worked=how.worked,
    )
