"""The documents that the two halves exchange; standard library only.

``outbox.json`` goes from the site to the daemon, ``discussion/`` from the daemon to the site.
Both are ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-core/); what AS2 lacks is
prefixed ``tertulia:``. docs/exchange.md shows an example and a JSON Schema of each.

Invariants: the same value is always the same bytes; a file is replaced atomically and only when
its bytes change; whatever cannot be read raises `DocumentError` naming file and field, and no
reader ever returns half a document. An error never repeats what a document says, so that the
words of people stay out of logs.

Rooms: `nouns` (what the documents carry), `files` (where they lie, how they are replaced),
`write`, `read`, `utterances` (one message, for `read`), `node` (a value that knows its place).
"""

from syndication.exchange.files import continued_path, document_path, replace_file
from syndication.exchange.nouns import (
    CONTEXT,
    MESSAGES_PER_PAGE,
    VERSION,
    Discussion,
    DocumentError,
    IndexNow,
    Outbox,
    Site,
    Speaker,
    Syndicated,
    Utterance,
    comments_rule,
    index_now_key,
    picture_paths,
)
from syndication.exchange.read import parse_discussion, parse_outbox, parse_site
from syndication.exchange.write import (
    discussion_files,
    outbox_bytes,
    outbox_of_lines,
    post_line,
    site_bytes,
)

__all__ = [
    "CONTEXT",
    "MESSAGES_PER_PAGE",
    "VERSION",
    "Discussion",
    "DocumentError",
    "IndexNow",
    "Outbox",
    "Site",
    "Speaker",
    "Syndicated",
    "Utterance",
    "comments_rule",
    "continued_path",
    "discussion_files",
    "document_path",
    "index_now_key",
    "outbox_bytes",
    "outbox_of_lines",
    "parse_discussion",
    "parse_outbox",
    "parse_site",
    "picture_paths",
    "post_line",
    "replace_file",
    "site_bytes",
]
