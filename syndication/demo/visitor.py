"""Somebody who speaks on a server of the Mastodon family, over its plain HTTP interface.

Visitors of the demonstration and of the tests. Not a part of the daemon: it shares no code with the
adapter, so that what the one wrote and the other read are two opinions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

TIMEOUT = 30.0  # seconds


class Visitor:
    """One account and its token. Each method is one request and returns the server's JSON.

    Raises requests.HTTPError when the server refuses.
    """

    def __init__(self, server: str, token: str, *, verify: bool | str = True) -> None:
        """`verify`: what to trust, as `requests` takes it."""
        self.server = server
        self.token = token
        self._verify = verify
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["User-Agent"] = "tertulia-visitor"

    def who(self) -> dict[str, Any]:
        """This account, as the server sees it."""
        return dict(self.ask("GET", "/api/v1/accounts/verify_credentials"))

    def say(
        self,
        text: str,
        *,
        reply_to: str | None = None,
        quote: str | None = None,
        visibility: str = "public",
        warning: str = "",
        language: str | None = None,
        media: list[str] | None = None,
    ) -> dict[str, Any]:
        """Post `text`. `reply_to` and `quote` are ids of statuses, `media` those of uploads."""
        return dict(
            self.ask(
                "POST",
                "/api/v1/statuses",
                json={
                    "status": text,
                    "in_reply_to_id": reply_to,
                    "quoted_status_id": quote,
                    "visibility": visibility,
                    "spoiler_text": warning,
                    "language": language,
                    "media_ids": media or [],
                },
            )
        )

    def edit(self, status: str, text: str, *, warning: str = "") -> dict[str, Any]:
        """Say something else in a status of one's own."""
        words = {"status": text, "spoiler_text": warning}
        return dict(self.ask("PUT", f"/api/v1/statuses/{status}", json=words))

    def delete(self, status: str) -> None:
        """Take a status of one's own back."""
        self.ask("DELETE", f"/api/v1/statuses/{status}")

    def like(self, status: str) -> None:
        """Mark a status as a favourite."""
        self.ask("POST", f"/api/v1/statuses/{status}/favourite")

    def boost(self, status: str) -> None:
        """Repeat a status for one's followers."""
        self.ask("POST", f"/api/v1/statuses/{status}/reblog")

    def follow(self, account: str) -> None:
        """Follow the account of that id."""
        self.ask("POST", f"/api/v1/accounts/{account}/follow")

    def upload(self, picture: Path, description: str) -> str:
        """Upload a picture with its alternative text; returns its id for `say`."""
        with picture.open("rb") as file:
            made = self.ask(
                "POST", "/api/v2/media", files={"file": file}, data={"description": description}
            )
        return str(made["id"])

    def status(self, status: str) -> dict[str, Any]:
        """One status, as this account sees it."""
        return dict(self.ask("GET", f"/api/v1/statuses/{status}"))

    def replies(self, status: str) -> list[dict[str, Any]]:
        """Everything under a status, at any depth."""
        return list(self.ask("GET", f"/api/v1/statuses/{status}/context")["descendants"])

    def statuses(self, account: str | None = None) -> list[dict[str, Any]]:
        """What an account (its id; this one by default) has posted, newest first, at most 40."""
        account = account or self.who()["id"]
        return list(self.ask("GET", f"/api/v1/accounts/{account}/statuses", params={"limit": 40}))

    def ask(self, method: str, path: str, **request: Any) -> Any:
        """Any other request of the interface; returns its JSON."""
        # Said with each request: what the environment trusts goes before a session's `verify`.
        request |= {"verify": self._verify, "timeout": TIMEOUT}
        answer = self._session.request(method, self.server + path, **request)
        answer.raise_for_status()
        return answer.json()
