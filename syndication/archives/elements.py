"""XML, one element after the other, without holding the file.

Document types, entities and external references are refused (defusedxml): no export has them, and
they are how a small file becomes a large one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from syndication.archives.files import unpacked
from syndication.archives.mending import Mended
from syndication.archives.nouns import ArchiveError, Reading

DEPTH = 50
"""Elements within elements: exports have six."""


def elements(
    path: Path, wanted: Collection[str], reading: Reading
) -> Iterator[tuple[str, Element]]:
    """(path of names, element) for each of these paths (``rss/channel/item``), at its end.

    What lies in a wanted element is in it, unless it is wanted itself: then it came before and is
    forgotten. Names are without their namespace. Raises `ArchiveError`.
    """
    with unpacked(path) as file:
        try:
            yield from _walk(path, Mended(file, reading.counts), wanted)
        except ParseError as error:
            line, column = error.position
            raise ArchiveError(
                path,
                f"line {line}, column {column}",
                f"this is no whole XML ({str(error).partition(':')[0]}); export it anew",
            ) from None
        except DefusedXmlException:
            raise ArchiveError(
                path, "", "declares a document type or entities, which no export has: not read"
            ) from None
        except (LookupError, ValueError) as error:
            raise ArchiveError(path, "", f"its encoding is not known here ({error})") from None


def _walk(path: Path, file: Mended, wanted: Collection[str]) -> Iterator[tuple[str, Element]]:
    frames = _frames(wanted)
    open_: list[Element] = []
    names: list[str] = []
    keeping = 0
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            if len(open_) >= DEPTH:
                raise ArchiveError(path, "", f"elements lie more than {DEPTH} deep: not an export")
            open_.append(element)
            names.append(local(element))
            keeping += "/".join(names) in wanted
            continue
        place = "/".join(names)
        open_.pop()
        names.pop()
        if place in wanted:
            yield place, element
            keeping -= 1
        if open_ and (not keeping or "/".join(names) in frames):
            open_[-1].remove(element)


def _frames(wanted: Collection[str]) -> set[str]:
    """What wanted elements lie in: it is passed through, and wanted for its end at most."""
    parts = (place.split("/") for place in wanted)
    return {"/".join(names[:count]) for names in parts for count in range(1, len(names))}


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def texts(element: Element) -> dict[str, str]:
    """The texts of an element's children by their names; the first of each counts."""
    found: dict[str, str] = {}
    for child in element:
        found.setdefault(local(child), (child.text or "").strip())
    return found


def attribute(element: Element | None, name: str) -> str:
    """An attribute, whatever its namespace; "" where it is not."""
    attributes = element.attrib if element is not None else {}
    return next((v for k, v in attributes.items() if k.rpartition("}")[2] == name), "")
