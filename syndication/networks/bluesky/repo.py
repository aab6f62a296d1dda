"""Our own records: read, created, replaced and deleted, each write within the budget.

A key names a record for ever. `create` writes only where there is none: with other content there
it raises `Swapped`, and with the same content it was done before, which is as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syndication.networks.contract import OutcomeUnknown, Unavailable

from .errors import Missing
from .names import AtUri
from .points import CREATE, DELETE, UPDATE, Points
from .session import Session

JSON = Mapping[str, Any]

_GET = "com.atproto.repo.getRecord"
_PUT = "com.atproto.repo.putRecord"
_DELETE = "com.atproto.repo.deleteRecord"
_APPLY = "com.atproto.repo.applyWrites"
_BLOB = "com.atproto.repo.uploadBlob"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is now."""

    uri: AtUri
    cid: str
    value: JSON


class Repo:
    """What one account has written."""

    def __init__(self, session: Session, points: Points) -> None:
        self._session, self._points = session, points

    @property
    def did(self) -> str:
        """Whose records these are."""
        return self._session.did

    def uri(self, collection: str, rkey: str) -> AtUri:
        """The address of a record of ours."""
        return AtUri(self.did, collection, rkey)

    def get(self, uri: AtUri) -> Record:
        """A record, of anybody: our server asks for those of others. Raises `Missing`."""
        answer = self._session.call(
            _GET, {"repo": uri.repo, "collection": uri.collection, "rkey": uri.rkey}
        )
        cid, value = answer.get("cid"), answer.get("value")
        if not isinstance(cid, str) or not isinstance(value, dict):
            raise Unavailable(f"{self._session.host} sent something unreadable")
        return Record(uri, cid, value)

    def create(self, collection: str, rkey: str, record: JSON) -> str:
        """The cid of the new record, or of the same one that was there.

        Raises `Swapped` where another one is.
        """
        self._points.spend(CREATE)
        # null says: only where there is none. Left out, it would say: whatever is there.
        return self._put(collection, rkey, record, swap=None, repeatable=False)

    def replace(self, there: Record, record: JSON) -> str:
        """The cid of `record`, which is now where `there` was.

        Raises `Swapped` if something else is there by now.
        """
        self._points.spend(UPDATE)
        uri = there.uri
        return self._put(uri.collection, uri.rkey, record, swap=there.cid, repeatable=True)

    def create_together(self, records: Sequence[tuple[str, str, JSON]]) -> str:
        """The cid of the first of several new records, all or none: (collection, key, record).

        Where one of them is already there, a server answers with an error of its own: so nobody
        knows then, and `get` tells.
        """
        self._points.spend(CREATE * len(records))
        writes = [
            {"$type": f"{_APPLY}#create", "collection": kind, "rkey": rkey, "value": record}
            for kind, rkey, record in records
        ]
        answer = self._session.write(_APPLY, {"repo": self.did, "writes": writes})
        results = answer.get("results")
        first = results[0] if isinstance(results, list) and results else {}
        return self._cid(first if isinstance(first, dict) else {})

    def delete(self, uri: AtUri) -> None:
        """Take a record away; one that is not there is no error."""
        self._points.spend(DELETE)
        body = {"repo": self.did, "collection": uri.collection, "rkey": uri.rkey}
        try:
            self._session.write(_DELETE, body, repeatable=True)
        except Missing:
            return

    def upload(self, data: bytes, media_type: str) -> JSON:
        """A blob, to be named in a record."""
        answer = self._session.write(_BLOB, data, media_type=media_type, repeatable=True)
        blob = answer.get("blob")
        if not isinstance(blob, dict):
            raise Unavailable(f"{self._session.host} took a picture and gave it no name")
        return blob

    def _put(
        self, collection: str, rkey: str, record: JSON, *, swap: str | None, repeatable: bool
    ) -> str:
        body = {
            "repo": self.did,
            "collection": collection,
            "rkey": rkey,
            "record": record,
            "swapRecord": swap,
        }
        return self._cid(self._session.write(_PUT, body, repeatable=repeatable))

    def _cid(self, answer: JSON) -> str:
        cid = answer.get("cid")
        if not isinstance(cid, str):
            raise OutcomeUnknown(f"{self._session.host} took it and sent something unreadable back")
        return cid
