"""What the daemon remembers: one database for one site, SQLite or PostgreSQL.

A file per noun. Every function takes a transaction first, so that a step says what belongs
together::

    with store.write() as tx:
        copies.claim(tx, copy_id, now=now)

Rows are the work: a step claims a row by a conditional UPDATE, so two processes never do the
same thing, and a claim that its process did not live to finish is found by its age.
"""

from syndication.store.database import Store, StoreError, Transaction

__all__ = ["Store", "StoreError", "Transaction"]
