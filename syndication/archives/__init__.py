"""Conversations as files: what other systems export, and an archive of our own.

Each format is read as a stream of records (`nouns`): pages, entries that stood under them, entries
that were deleted. Nothing is held but the record at hand, so a file may be larger than memory.
Everything in a file is hostile: entities and document types are refused, HTML is reduced, what is
broken is named with its place. E-mail addresses of commenters tell people apart and leave this room
only as keyed digests; network addresses are counted.

Rooms: `nouns`, `formats` (which file is what), `wordpress`, `disqus`, `isso`, `lines` (our own),
`files`, `mending` and `elements` (bytes and XML as they are found), `wording` (what was said),
`matching` (which article is meant), `threading` (who answers whom), `writing` and `writing_wxr`
(our own archive, and WordPress's).
"""

from syndication.archives.formats import FORMATS, open_archive
from syndication.archives.nouns import (
    Archive,
    ArchiveError,
    Deleted,
    Entry,
    Page,
    Reading,
    Tombstone,
)

__all__ = [
    "FORMATS",
    "Archive",
    "ArchiveError",
    "Deleted",
    "Entry",
    "Page",
    "Reading",
    "Tombstone",
    "open_archive",
]
