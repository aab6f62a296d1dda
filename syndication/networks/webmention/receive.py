"""Receiving: is this a webmention of one of our pages? Answered without asking anybody."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urldefrag

from syndication.model import Ref
from syndication.networks.contract import Answer, Received, Request
from syndication.rules.mentions import mention_id, same_address, target_path, web_address

SPACE = "web"
LONGEST = 1_000
"""Bytes of what names a webmention: as much as is kept of a name as it is."""
ENDPOINT = "webmention"

TAKEN = Answer(
    status=202,
    text="Thank you. Your page will be read soon; what it says is shown once it was approved.\n",
)


def receive(request: Request, ours: Callable[[str], bool]) -> Received:
    """A hint at the source, or why there is none (https://www.w3.org/TR/webmention/#receiving)."""
    source = request.fields.get("source", "").strip()
    target = request.fields.get("target", "").strip()
    problem = problem_with(source, target, ours)
    if problem:
        return Received(answer=Answer(status=400, text=problem))
    vouch = web_address(request.fields.get("vouch", "").strip()) or ""
    known = vouch if len(vouch.encode()) <= LONGEST else ""
    return Received(answer=TAKEN, hints=(hint(source, target),), vouch=known)


def problem_with(source: str, target: str, ours: Callable[[str], bool]) -> str:
    """Why this pair cannot be a webmention for us, in a sentence; or ""."""
    if not source or not target:
        return "Send source and target: two addresses, as a form does.\n"
    if web_address(source) is None or web_address(target) is None:
        return "source and target must be addresses that begin with https:// or http://.\n"
    if len(hint(source, target).id.encode()) > LONGEST:
        return "source or target is too long.\n"
    if same_address(source, target):
        return "source and target must be two pages.\n"
    if not ours(target):
        return "target is no page of this site.\n"
    if ours(source):
        return "source is a page of this site itself.\n"
    return ""


def hint(source: str, target: str) -> Ref:
    """What is to be looked up."""
    source, target = str(web_address(source)), urldefrag(str(web_address(target))).url
    return Ref(space=SPACE, id=mention_id(source, target_path(target)), url=source, local=target)
