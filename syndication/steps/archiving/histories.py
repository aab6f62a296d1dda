"""What became of messages, as an archive tells it."""

from __future__ import annotations

from syndication.archives.history import Consent, History, Judgement, Version
from syndication.store.archived import Kept
from syndication.store.messages import StoredMessage


def history_of(stored: StoredMessage, kept: Kept) -> History:
    """All that is known of a message."""
    agreed = kept.consent
    return History(
        first_seen=stored.first_seen,
        versions=tuple(
            Version(words=words, edited=edited, seen=seen) for words, edited, seen in kept.versions
        ),
        judgements=tuple(
            Judgement(decision=decision, version=revision, at=at)
            for decision, revision, at in kept.judgements
        ),
        shown=stored.shown,
        verdict=stored.verdict,
        names=tuple(kept.names),
        consent=agreed
        and Consent(
            notice=agreed.consent,
            language=agreed.language,
            at=agreed.at,
            link=agreed.secret,
        ),
    )
