"""Letters: mail to those who asked for it when they commented, and to nobody else.

1. An address is used only after whoever reads its mail confirmed it (double opt-in). What came as
   advertising asks nobody to confirm, and an address that does not answer is asked three times.
2. An answer that stands on the page is told once. Each letter can end this with one click, in the
   mail program too (RFC 8058), and says why it came.
3. The rows hold neither words nor addresses; letters are made when they leave. A mail server that
   is down is tried again, less and less often, for two days.
4. The next try is stored before a letter leaves. Who is killed in between, or cannot store that it
   left, sends it once more, minutes later, and gives up as with a mail server that is down; on a
   full disk nothing leaves.
"""

from __future__ import annotations

from datetime import timedelta
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from gettext import NullTranslations

from syndication.networks.contract import Rejected, Unavailable
from syndication.steps.site import Site
from syndication.steps.visiting import WEEK, comment_token, key_of, mail_token, mailbox_of
from syndication.store import (
    Transaction,
    comments,
    copies,
    letters,
    messages,
    people,
    posts,
    tallies,
)
from syndication.store.comments import CONFIRMED, Comment
from syndication.store.letters import CONFIRM, Letter
from syndication.store.messages import StoredMessage
from syndication.store.posts import StoredPost

AT_ONCE = 20
FIRST_WAIT = timedelta(minutes=5)
MOST_TRIES = 9
"""Five minutes doubled eight times: two days in all."""
MOST_ASKED = 3
"""So often a week an address that confirms nothing is asked to: anybody can give anybody's."""


def post_letters(site: Site) -> int:
    """Write the letters that became due and hand them to the mail server; how many left."""
    if site.mail is None:
        return 0
    now = site.clock()
    with site.store.read() as tx:
        news = letters.unasked(tx) | letters.answered(tx)
    if news:
        with site.store.write() as tx:
            for message_id, about in news.items():
                letters.write(tx, message_id, about, now=now)
    with site.store.read() as tx:
        due = letters.due(tx, now=now, limit=AT_ONCE)
    return sum(_post(site, letter) for letter in due)


def confirm(site: Site, message_id: int, token: str) -> bool:
    """Whoever reads the mail wants it; False for a link that does not hold."""
    return _set(site, message_id, token, CONFIRMED)


def stop(site: Site, message_id: int, token: str) -> bool:
    """No more letters about this comment, and the address is forgotten."""
    return _set(site, message_id, token, "")


def state(site: Site, message_id: int, token: str) -> str | None:
    """ "asked", "confirmed" or "" (nothing is sent); None for a link that does not hold."""
    if token != mail_token(key_of(site), message_id):
        return None
    with site.store.read() as tx:
        comment = comments.of_message(tx, message_id)
    return comment.mail_state if comment else ""


def _set(site: Site, message_id: int, token: str, wanted: str) -> bool:
    known = state(site, message_id, token)
    if known is None or (wanted and not known):
        return False
    key = key_of(site)
    with site.store.write() as tx:
        comment = comments.of_message(tx, message_id)
        if wanted == CONFIRMED and comment and comment.mail:
            tallies.clear(tx, tallies.ASKED, mailbox_of(key, comment.mail))
        comments.set_mail(tx, message_id, wanted)
    return True


class _WholeHeader(UnstructuredHeader, BaseHeader):
    """A header that is written as it is: a long address in parts, or encoded, is none any more."""

    def fold(self, *, policy: Policy) -> str:
        """One line, however long the address is (RFC 5322 allows 998 characters)."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _WholeHeader)
_POLICY = EmailPolicy(header_factory=_HEADERS)


def written(to: str, subject: str, text: str) -> EmailMessage:
    """A letter that lacks nothing but its sender. Raises `Rejected` for what cannot be one."""
    letter = EmailMessage(_POLICY)
    try:
        letter["To"] = to
        letter["Subject"] = " ".join(subject.split())
        letter.set_content(text + "\n")
    except ValueError:  # its text would quote the address
        raise Rejected("no letter can be written to this address") from None
    letter["Auto-Submitted"] = "auto-generated"
    return letter


def wait_after(tries: int) -> timedelta:
    """How long after so many tries, before the next one."""
    return FIRST_WAIT * 2 ** min(tries, MOST_TRIES)


def _post(site: Site, letter: Letter) -> bool:
    now, left = site.clock(), False
    with site.store.write() as tx:
        if letter.tries > MOST_TRIES:  # and nobody could store what came of the last one
            letters.give_up(tx, letter)
            return False
        if not letters.claim(tx, letter, again=now + wait_after(letter.tries)):
            return False
        comment = comments.of_message(tx, letter.message_id)
    mailbox = mailbox_of(key_of(site), comment.mail or "") if comment else ""
    try:
        with site.store.read() as tx:
            mail = _made(site, tx, letter, comment, mailbox)
        if mail is not None and site.mail is not None:
            site.mail(mail)
            left = True
    except Unavailable:
        if letter.tries >= MOST_TRIES:
            with site.store.write() as tx:
                letters.give_up(tx, letter)
        return False
    except Rejected:  # the address does not exist: it is not kept
        with site.store.write() as tx:
            comments.set_mail(tx, letter.message_id, "")
    with site.store.write() as tx:
        letters.sent(tx, letter, now=now)
        if left and letter.about == CONFIRM:
            tallies.add(tx, tallies.ASKED, mailbox, now=now)
    return left


def _made(
    site: Site, tx: Transaction, letter: Letter, comment: Comment | None, mailbox: str
) -> EmailMessage | None:
    """The letter, or None where it is not wanted any more."""
    stored = messages.get(tx, letter.message_id)
    if comment is None or stored is None or stored.post_id is None or not comment.mail:
        return None
    if letter.about != CONFIRM and comment.mail_state != CONFIRMED:
        return None
    post = posts.by_id(tx, [stored.post_id])[stored.post_id]
    words = site.to_visitors.get(comment.language)
    if letter.about == CONFIRM:
        asked = tallies.count_since(tx, tallies.ASKED, site.clock() - WEEK, who=mailbox)
        if asked >= MOST_ASKED:
            return None
        return _asking(site, comment, post, words)
    said = _said(site, tx, letter.about)
    return _telling(site, comment, stored, post, words, *said) if said else None


def _said(site: Site, tx: Transaction, about: str) -> tuple[str, str] | None:
    """(who, what) of an answer that still stands on the page."""
    kind, _, id_ = about.partition(":")
    if kind == "copy":
        copy = copies.get(tx, int(id_))
        return (site.name, copy.draft.text) if copy and copy.ref else None
    reply = messages.get(tx, int(id_))
    if reply is None or not reply.visible or reply.shown is None:
        return None
    author = people.by_id(tx, [reply.author_id])[reply.author_id]
    words = messages.words(tx, [(reply.id, reply.shown)])[reply.id, reply.shown]
    return author.shown_name or author.handle, words.text


def _asking(
    site: Site, comment: Comment, post: StoredPost, words: NullTranslations
) -> EmailMessage:
    _ = words.gettext
    text = _(
        "Somebody commented on “{title}” at {site} and gave this address to be told of answers."
        " If that was you, confirm it here:\n\n{link}\n\nIf it was not, do nothing: the address is"
        " forgotten within a week, and nothing else is sent."
    ).format(title=post.title, site=site.name, link=_link(site, comment.message_id))
    return _letter(site, comment, _("Shall we tell you of answers?"), text)


def _telling(
    site: Site,
    comment: Comment,
    stored: StoredMessage,
    post: StoredPost,
    words: NullTranslations,
    who: str,
    said: str,
) -> EmailMessage:
    _ = words.gettext
    text = _(
        "{name} answered your comment on “{title}”:\n\n{said}\n\nThe conversation: {page}\nYour"
        " comment: {comment}\n\nYou get this because you asked to be told of answers. No more of"
        " it: {stop}"
    ).format(
        name=who,
        title=post.title,
        said="\n".join(f"> {line}" for line in said.splitlines()),
        page=f"{post.url}#discussion",
        comment=f"{site.endpoints['comment']}/{comment_token(key_of(site), stored.ref_id)}",
        stop=f"{_link(site, comment.message_id)}/stop",
    )
    subject = _("An answer to your comment on “{title}”").format(title=post.title)
    return _letter(site, comment, subject, text)


def _letter(site: Site, comment: Comment, subject: str, text: str) -> EmailMessage:
    letter = written(comment.mail or "", subject, text)
    stop = f"{_link(site, comment.message_id)}/stop"
    letter["List-Unsubscribe"] = f"<{stop}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return letter


def _link(site: Site, message_id: int) -> str:
    token = mail_token(key_of(site), message_id)
    return f"{site.endpoints['comment']}/mail/{message_id}/{token}"
