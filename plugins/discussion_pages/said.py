"""What people said, as HTML: the list of messages that `thread.html` has.

Ten messages are made with each page that shows them for the first time, while somebody waits; so
this is Python and no template (a third of the time). Every value that is not called `html` is
escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from syndication.rules.escaping import escaped, quoted
from syndication.rules.lazily import lazy

from .messages import AuthorView, MessageView, PictureView
from .texts import Texts


@dataclass(frozen=True, slots=True)
class Action:
    """A link that each message has."""

    address: str  # up to where the message is named, escaped
    label: str  # escaped
    language: str  # the page's, escaped

    def html(self, which: str, who: str) -> str:
        """The link of message `which`, percent-encoded; `who`, escaped, wrote it."""
        return (
            f'<a href="{self.address}{which}&amp;language={self.language}" rel="nofollow"'
            f' aria-label="{self.label}: {who}">{self.label}</a>'
        )


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a message's HTML depends on besides the message."""

    texts: Texts
    permalink: str  # of the page, absolute
    open: bool  # may people still comment?
    endpoints: Mapping[str, str]  # those of the site; {} where it has none
    site_name: str  # SITENAME, maybe with markup

    @lazy
    def reply(self) -> Action | None:
        """While people may comment."""
        if not self.open:
            return None
        query = f"page={quote(self.permalink)}&amp;reply_to="
        return self._action("comment", query, self.texts.say("Reply"))

    @lazy
    def report(self) -> Action | None:
        """Where the site wants to hear of it."""
        return self._action("report", "message=", self.texts.say("Report"))

    def _action(self, endpoint: str, query: str, label: str) -> Action | None:
        address = self.endpoints.get(endpoint)
        if not address:
            return None
        before = f"{escaped(address)}?{query}"
        return Action(before, escaped(label), escaped(self.texts.language))


def listed(messages: Iterable[MessageView], around: Around) -> Markup:
    """All messages of a part, each with what answers it; "" where nobody spoke."""
    items = "".join(_item(message, around) for message in messages)
    return Markup(f'<ol class="discussion__messages">{items}</ol>' if items else "")  # noqa: S704


def _item(message: MessageView, around: Around) -> str:
    said = message.once(
        "html",
        around.open,
        around.endpoints,
        around.site_name,
        caller=lambda: _said(message, around),
    )
    replies = "".join(_item(reply, around) for reply in message.replies)
    if replies:
        replies = f'<ol class="message__replies">{replies}</ol>'
    ours = " message--ours" if message.ours else ""
    return (
        f'<li id="{escaped(message.id)}" class="message h-entry h-cite u-comment{ours}">\n'
        f"{said}{replies}</li>"
    )


def _said(message: MessageView, around: Around) -> str:
    """One message without what answers it."""
    words = _words(message)
    if warning := escaped(message.warning):
        words = (
            '<details class="message__warning"><summary>'
            f'<bdi class="p-summary">{warning}</bdi></summary>{words}</details>'
        )
    if around.endpoints.get("comment"):
        words += f'<p class="message__actions">{_actions(message, around)}</p>'
    return (
        f'<div class="message__meta">\n{_author(message.author)}{_origin(message, around)}\n'
        f"{_times(message, around.texts)}\n"
        f'<data class="u-in-reply-to" value="{escaped(message.in_reply_to)}"></data>\n</div>{words}'
    )


def _words(message: MessageView) -> str:
    """What was said, in words and in pictures."""
    language = f' lang="{escaped(spoken)}"' if (spoken := message.language) else ""
    words = (
        f'<div class="message__words e-content"{language} dir="{escaped(message.direction)}">'
        f"{message.html}</div>"
    )
    if pictures := message.pictures:
        words += f'<div class="message__pictures">{"".join(map(_picture, pictures))}</div>'
    return words


def _author(author: AuthorView) -> str:
    if picture := author.picture:
        face = (
            f'<img class="message__picture u-photo" src="{escaped(picture)}" alt=""'
            ' width="48" height="48" loading="lazy">'
        )
    else:
        face = (
            '<span class="message__picture message__picture--initials" aria-hidden="true">'
            f"{escaped(author.initials)}</span>"
        )
    if author.url:
        name = (
            f'<a class="message__name p-name u-url" href="{escaped(author.url)}"'
            f' rel="nofollow ugc"><bdi>{author.html}</bdi></a>'
        )
    else:
        name = f'<bdi class="message__name p-name">{author.html}</bdi>'
    handle = author.handle and (
        f' <bdi class="message__handle p-nickname">{escaped(author.nickname)}</bdi>'
    )
    return f'<span class="message__author p-author h-card">{face} {name}{handle}</span>'


def _origin(message: MessageView, around: Around) -> str:
    """Whether we said it, on which network, and where else it was said."""
    say, parts = around.texts.say, []
    if message.ours:
        name = Markup(around.site_name).striptags()  # noqa: S704 (striptags returns text)
        answers = escaped(say("{site} answers", site=name))
        parts.append(f' <strong class="message__badge">{answers}</strong>')
    if title := message.network_title:
        parts.append(f' <span class="message__network">{escaped(title)}</span>')
    for other in message.also:
        also = escaped(say("also on {network}", network=other.network_title))
        parts.append(
            f' <a class="message__also u-url" href="{escaped(other.url)}"'
            f' rel="nofollow ugc">{also}</a>'
        )
    return "".join(parts)


def _times(message: MessageView, texts: Texts) -> str:
    published = _time("dt-published", message.written, texts.date(message.published))
    if message.url:
        published = (
            f'<a class="message__permalink u-url u-uid" href="{escaped(message.url)}"'
            f' rel="nofollow ugc">{published}</a>'
        )
    if message.updated is None:
        return published
    label, edited = escaped(texts.say("edited on")), message.updated
    moment = _time("dt-updated", edited.isoformat(), texts.date(edited))
    return f'{published} <span class="message__edited">{label} {moment}</span>'


def _time(name: str, moment: str, shown: str) -> str:
    return f'<time class="{name}" datetime="{moment}">{escaped(shown)}</time>'


def _picture(picture: PictureView) -> str:
    size = (
        f' width="{picture.width}" height="{picture.height}"'
        if picture.width and picture.height
        else ""
    )
    return (
        f'<img class="u-photo" src="{escaped(picture.url)}" alt="{escaped(picture.alt)}"{size}'
        ' loading="lazy">'
    )


def _actions(message: MessageView, around: Around) -> str:
    who, which = escaped(message.author.name), quoted(message.name)
    reply = f"{around.reply.html(which, who)} " if around.reply else ""
    wanted = around.report if not message.ours else None
    return reply + (wanted.html(which, who) if wanted else "")
