"""What became of messages, as an archive of ours tells it, put into the store."""

from __future__ import annotations

from syndication.archives.history import History
from syndication.store import Transaction, archived, messages


def put(tx: Transaction, message_id: int, history: History) -> None:
    """A message that was just stored has this history."""
    archived.put_past(
        tx,
        message_id,
        first_seen=history.first_seen,
        versions=[(one.words, one.edited, one.seen) for one in history.versions],
        judgements=[(one.decision, one.version, one.at) for one in history.judgements],
        shown=history.shown,
        verdict=history.verdict,
    )
    agreed = history.consent
    if agreed is not None:
        archived.put_consent(
            tx,
            message_id,
            secret=agreed.link,
            language=agreed.language,
            notice=agreed.notice,
            at=agreed.at,
        )
    if history.names:
        messages.called(tx, message_id, history.names)
