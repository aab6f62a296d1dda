"""Pingback (https://hixie.ch/specs/pingback/pingback), the older way: the same pair as XML-RPC."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from syndication.networks.contract import Answer, Received, Request
from syndication.networks.webmention.receive import TAKEN, hint, problem_with
from syndication.rules.mentions import web_address

ENDPOINT = "pingback"
_FAULT, _NO_TARGET, _NO_METHOD, _NO_XML = 0, 0x21, -32601, -32700
"""Fault codes: of the specification of pingback, and of XML-RPC itself."""


def receive_ping(request: Request, ours: Callable[[str], bool]) -> Received:
    """A hint at the source, as for a webmention; in XML, or what is wrong as a fault."""
    try:
        call = fromstring(request.body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return Received(answer=_fault(_NO_XML, "That is no XML-RPC.", status=400))
    if (call.findtext("methodName") or "").strip() != "pingback.ping":
        return Received(answer=_fault(_NO_METHOD, "There is only pingback.ping here."))
    said = ["".join(value.itertext()).strip() for value in call.findall("params/param/value")]
    source, target = (*said, "", "")[:2]
    problem = problem_with(source, target, ours)
    if problem:
        elsewhere = web_address(target) is not None and not ours(target)
        return Received(answer=_fault(_NO_TARGET if elsewhere else _FAULT, problem.strip()))
    return Received(answer=_said(TAKEN.text.strip()), hints=(hint(source, target),))


def _said(text: str) -> Answer:
    inner = f"<params><param><value><string>{escape(text)}</string></value></param></params>"
    return _xml(inner, status=200)


def _fault(code: int, text: str, *, status: int = 200) -> Answer:
    members = (
        f"<member><name>faultCode</name><value><int>{code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{escape(text)}</string></value></member>"
    )
    return _xml(f"<fault><value><struct>{members}</struct></value></fault>", status=status)


def _xml(inner: str, *, status: int) -> Answer:
    text = f'<?xml version="1.0"?><methodResponse>{inner}</methodResponse>'
    return Answer(status=status, text=text, media_type="text/xml")
