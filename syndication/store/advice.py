"""What a person can do about a database that cannot be used. Names no password."""

from __future__ import annotations

from sqlalchemy.engine import URL

_HINTS = (
    (
        ("connection to server", "could not connect", "closed the connection", "could not receive"),
        "is the server running, and may this user sign in?",
    ),
    (
        ("locked", "lock timeout"),
        "another process holds it for long: is a backup or a second program at work?",
    ),
    (
        ("disk is full", "No space left", "disk I/O error"),
        "the disk is full or failing: make room; nothing that was stored is lost",
    ),
    (
        ("readonly", "read-only", "unable to open", "ermission", "Is a directory", "Not a dir"),
        "the file or its folder cannot be written by this user",
    ),
    (
        ("not a database", "malformed", "Could not decode to UTF-8"),
        "the file is damaged or not a database: restore a backup or move it away",
    ),
    (("already exists",), "it holds the tables of another program: name another database"),
)


def place_of(url: URL) -> str:
    """Where the database is, for a person: a file, or an address without secrets."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string()


def advice(url: URL, error: Exception) -> str:
    """The database's own complaint in one line, and what to do about it."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    reason = reason.partition(" with text ")[0]  # SQLite quotes what it cannot decode: words
    known = (hint for signs, hint in _HINTS if any(sign in reason for sign in signs))
    return f"database {place_of(url)}: {reason} ({next(known, 'check [store] url')})"
