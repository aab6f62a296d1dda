"""Learn: the filter follows what people decide here, and forgets what they take back.

Only comments of our own form are learnt from, and only their tokens' keyed hashes are kept.
"""

from __future__ import annotations

from syndication.model import Verdict
from syndication.rules.spam.bayes import tokens
from syndication.steps.site import Site
from syndication.steps.visiting import hashed_tokens, key_of
from syndication.store import Transaction, comments, messages, people, spamwords

AT_ONCE = 100


def learn(site: Site) -> int:
    """Learn from decisions that are not learnt yet; how many."""
    key = key_of(site)
    with site.store.write() as tx:
        found = comments.to_learn(tx, limit=AT_ONCE)
        for message_id, before, verdict in found:
            known = hashed_tokens(key, _tokens(tx, message_id))
            if before:
                spamwords.learn(tx, known, bad=before == Verdict.SPAM, times=-1)
            spamwords.learn(tx, known, bad=verdict == Verdict.SPAM)
            comments.learnt(tx, message_id, verdict)
    return len(found)


def _tokens(tx: Transaction, message_id: int) -> frozenset[str]:
    """Those of its first words: what was learnt once can be taken back exactly."""
    stored = messages.by_id(tx, [message_id])[message_id]
    words = messages.words(tx, [(message_id, 1)])[message_id, 1]
    author = people.by_id(tx, [stored.author_id])[stored.author_id]
    return tokens(words.text, author.name, author.url or "")
