"""What every page of the desk needs: the site, the languages, who looks, and forms for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from flask import Response, abort, current_app, g, request
from markupsafe import Markup

from syndication.catalogues import SOURCE
from syndication.desk.cards import Cards, fill
from syndication.desk.facts import Facts
from syndication.desk.patience import Patience
from syndication.desk.rendering import Pages
from syndication.desk.texts import Texts
from syndication.desk.tokens import Read, Tokens
from syndication.rules.roles import MANAGE_STAFF, may
from syndication.steps.site import Site
from syndication.store import posts, queue
from syndication.store.staff import Session

LISTS = ("inbox", "found", "decided", "answers", "reported", "sorted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The desk of one site, shared by all its requests."""

    site: Site
    directory: Path
    origin: str  # scheme, host and port under which staff reach it
    tokens: Tokens
    zone: tzinfo = UTC
    patience: Patience = field(default_factory=Patience)
    pages: dict[str, Pages] = field(default_factory=dict)
    cards: dict[str, Cards] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.site.catalogues
        for language in known.languages:
            self.pages[language] = Pages(language, self.zone, known)
            self.cards[language] = Cards(self.directory, language, self.zone, known)

    @property
    def now(self) -> datetime:
        """The site's clock."""
        return self.site.clock()


def room() -> Room:
    """The desk that this request is for."""
    found: Room = current_app.extensions["desk"]
    return found


def session() -> Session | None:
    """The session of this request, if somebody signed in."""
    found: Session | None = g.get("session")
    return found


def signed_in() -> Session:
    """The session of this request; without one, it goes to the door (`entrance.turned_away`)."""
    found = session()
    if found is None:
        abort(401)
    return found


def require(action: str) -> Session:
    """The session of somebody who may do `action`; else the request ends here."""
    found = signed_in()
    if not may(found.staff, action):
        abort(403)
    return found


def language() -> str:
    """Of this page: the member's own, or what their browser asks for at the door."""
    found, known = session(), room().pages
    if found is not None and found.staff.language in known:
        return found.staff.language
    asked = request.args.get("language") or g.get("language")
    if asked in known:
        return asked
    return request.accept_languages.best_match(list(known)) or _usual_language()


def _usual_language() -> str:
    """Of a browser that asks for none of ours: the one in which the site mostly writes."""
    here = room()
    with here.site.store.read() as tx:
        usual = posts.usual_language(tx).partition("-")[0]
    return usual if usual in here.pages else SOURCE


def texts() -> Texts:
    """The desk's words in the language of this page."""
    return room().pages[language()].texts


def token(action: str, *, message: int = 0, read: Read | None = None) -> str:
    """A token for a form of this session."""
    owner = signed_in().digest
    return room().tokens.make(action, session=owner, now=room().now, message=message, read=read)


def read_with(action: str, *, message: int = 0) -> Read | None:
    """What the token of the posted form says was read; None: it does not hold."""
    return room().tokens.check(
        request.form.get("token", ""),
        action,
        session=signed_in().digest,
        now=room().now,
        message=message,
    )


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A whole page for whoever looks."""
    here = room()
    found = session()
    common: dict[str, object] = {
        "brand": here.site.name,
        "viewer": found.staff if found else None,
        "here": "",
    }
    if found is not None:
        with here.site.store.read() as tx:
            common["lengths"] = queue.lengths(tx) | queue.attention(tx)
        common["may_manage"] = may(found.staff, MANAGE_STAFF)
        common["sign_out_token"] = token("sign-out")
    html = here.pages[language()].render(template, **{**common, **values})
    return Response(html, status=status, mimetype="text/html")


def problem(reason: str, *, status: int, title: str = "") -> Response:
    """A page that says what is wrong and what to do, and gives back what was typed."""
    return page(
        "problem.html",
        status=status,
        title=title or texts().gettext("That did not work"),
        reason=reason,
        kept_text=request.form.get("text", "") if request.method == "POST" else "",
    )


def served(
    facts: Facts, *, back: str, position: int = 0, text: str = "", opened: bool = False
) -> Markup:
    """A card with the forms of whoever looks; nothing in the place of what they may not do."""
    card = room().cards[language()].html(facts, keep=back in LISTS)
    filled = fill(
        card,
        lambda action: form(facts, action, back=back, position=position, text=text, opened=opened),
    )
    return Markup(filled)  # noqa: S704  escaped when the card was rendered


def form(
    facts: Facts,
    action: str,
    *,
    back: str,
    position: int = 0,
    text: str = "",
    opened: bool = False,
) -> Markup:
    """One form of a card, or nothing if `may` says no."""
    if not may(signed_in().staff, action):
        return Markup("")
    html = (
        room()
        .pages[language()]
        .render(
            "form.html",
            action=action,
            card=facts,
            token=token(action, message=facts.message.id, read=as_read(facts)),
            back=back,
            position=position,
            text=text,
            opened=opened,
        )
    )
    return Markup(html)  # noqa: S704  rendered with escaping


def as_read(facts: Facts) -> Read:
    """What somebody reads who sees this card."""
    return Read(
        revision=facts.message.revision, decision=facts.decision.id if facts.decision else 0
    )


def see(path: str) -> Response:
    """Done; the browser shall look at `path` (303, so that reloading does nothing twice)."""
    return Response(status=303, headers={"Location": path})


def number(name: str) -> int:
    """A whole number from the query or the form; 0 for anything else."""
    value = request.values.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
