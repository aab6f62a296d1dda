"""The demonstration unattended: everything that a person would do, over the same doors.

The desk's own buttons are pressed over HTTP, somebody edits, somebody deletes, and what the page
shows then is told.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from syndication.demo.cast import Cast
from syndication.demo.cast_bluesky import APPROVED as APPROVED_ON_BLUESKY
from syndication.demo.cast_bluesky import BlueskyCast
from syndication.demo.cast_open_web import APPROVED as APPROVED_OF_OPEN_WEB
from syndication.demo.cast_open_web import MENTIONED
from syndication.demo.conversation import Conversation
from syndication.demo.director import Demo
from syndication.demo.moderator import Moderator
from syndication.demo.waiting import DemoError
from syndication.store import marks

APPROVED = ("question", "complaint", "praise", "nested", "edited", "deleted")


@dataclass(slots=True, kw_only=True)
class Report:
    """What an unattended run saw. The last line of its output, as JSON."""

    article_url: str
    page: str
    copies: list[str]
    networks: list[str]
    comment_form: str  # where the form under the article leads
    webmention: str = ""  # the page that told the site of itself
    collected: int = 0
    held: int = 0
    approved: int = 0
    withheld: list[dict[str, str]] = field(default_factory=list)
    edited: int = 0
    deleted: int = 0
    left_out: str = ""  # what is not installed, and how to get it
    seconds: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def rehearse(demo: Demo, seed: int) -> Report:
    """Everything unattended. Raises `DemoError`.

    The visitors' words carry tokens that follow from `seed` and from how many runs there have been
    in this folder, so that no run takes an earlier one's words for its own.
    """
    began = time.monotonic()
    report = Report(
        article_url=demo.article,
        page=str(_page_file(demo)),
        copies=[copy.ref.url or "" for copy in demo.copies.values() if copy.ref],
        networks=list(demo.copies),
        comment_form=demo.site.endpoints["comment"],
        left_out=demo.left_out,
    )
    before = demo.known()
    cast, others, talk = _speak(demo, seed, demo.next_run())
    report.webmention = talk.said[MENTIONED].id
    moderator = Moderator(demo.desk_link())
    demo.say("Waiting for their words on the desk…")
    found = {part: _on_desk(demo, moderator, talk, part) for part in talk.said}
    report.collected = demo.known() - before
    report.held = len(found)
    _decide(moderator, talk, found, report)
    demo.say("Waiting for the approved words under the article…")
    demo.until("the approved words under the article", lambda: _shows(demo, talk))
    demo.say("One visitor edits, others delete…")
    new = cast.edit(talk)
    cast.delete(talk)
    if others:
        others.delete()
    demo.until("the edited words on the desk", lambda: moderator.find(new))
    report.edited = 1
    demo.until("the deleted words leave the page", lambda: _deleted(demo, talk))
    demo.until("the last build", lambda: _at_rest(demo))
    report.deleted = len(_deletions(talk))
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _speak(demo: Demo, seed: int, run: int) -> tuple[Cast, BlueskyCast | None, Conversation]:
    """Everybody, on every network and on none; who they are there, and what they said."""
    demo.say("Visitors speak: on the practice networks, by the form, on a site of their own…")
    mark = f"{seed}:{run}"
    unconnected = demo.open_web(f"{mark}:open web", run=run)
    unconnected.begin()
    cast, others = Cast(demo.network, seed=mark), None
    talk = cast.speak(demo.root())
    cast.like(demo.root())
    if demo.bluesky is not None:
        others = BlueskyCast(demo.bluesky, seed=f"{mark}:bluesky")
        talk.said |= others.speak(demo.bluesky_root()).said
        others.like(demo.bluesky_root())
    talk.said |= unconnected.speak(demo.site.clock()).said
    return cast, others, talk


def _approvals(talk: Conversation) -> list[str]:
    """What a person approves of all that was said."""
    everywhere = (*APPROVED, *APPROVED_ON_BLUESKY, *APPROVED_OF_OPEN_WEB)
    return [part for part in everywhere if part in talk.said]


def _deletions(talk: Conversation) -> list[str]:
    """What is taken back once it stands under the article."""
    return [part for part in _approvals(talk) if part.startswith("deleted")]


def _page_file(demo: Demo) -> Path:
    path = urlsplit(demo.article).path.strip("/")
    return demo.stage.output / path / "index.html"


def _on_desk(demo: Demo, moderator: Moderator, talk: Conversation, part: str) -> str:
    said = talk.said[part]
    return demo.until(f"the {part} of {said.who}", lambda: moderator.find(said.token))


def _decide(
    moderator: Moderator, talk: Conversation, found: dict[str, str], report: Report
) -> None:
    for part in _approvals(talk):
        moderator.act(found[part], "approve")
        report.approved += 1
    moderator.act(found["hostile"], "reject")
    withheld = {
        "private": "written in private: the desk offers no approval",
        "hostile": "rejected",
        "found": "found by a watch: belongs to no article",
    }
    if moderator.offers(found["private"], "approve"):
        raise DemoError("the desk offers to approve private words")
    report.withheld = [
        {"who": talk.said[part].who, "reason": reason} for part, reason in withheld.items()
    ]


def _shows(demo: Demo, talk: Conversation) -> bool:
    text = _served(demo)
    return all(talk.token(part) in text for part in _approvals(talk))


def _deleted(demo: Demo, talk: Conversation) -> bool:
    text = _served(demo)
    return bool(text) and not any(talk.token(part) in text for part in _deletions(talk))


def _served(demo: Demo) -> str:
    try:
        answer = requests.get(demo.article, timeout=10)
    except requests.RequestException:
        return ""  # the page is being written at this moment: Pelican writes in place
    whole = answer.ok and answer.text.rstrip().endswith("</html>")
    return answer.text if whole else ""


def _at_rest(demo: Demo) -> bool:
    """Nothing is to be written or built: ended now, the daemon leaves every page whole."""
    with demo.site.store.read() as tx:
        return all(marks.get(tx, name) is None for name in (marks.BUILD_DUE, marks.SETTLE_DUE))
