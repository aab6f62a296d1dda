"""Akismet: a service that says whether it takes a comment for advertising.

Follows https://akismet.com/developers/detailed-docs/ (verify-key, comment-check,
submit-spam, submit-ham), by
its documentation alone. Each call is one POST of a form; an answer is a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from syndication.networks.contract import Rejected, Unauthorised, Unavailable
from syndication.networks.punctual import punctual
from syndication.rules.spam.submission import Submission

AGENT = "Tertulia/1 | tertulia/1"
"""As the documentation asks: application/version | what speaks for it/version."""
WHOLE, SILENCE = 20.0, 10.0
"""Seconds for an answer, and between two of its bytes."""
LONGEST_ANSWER = 1_000
FORGOTTEN = "0.0.0.0"  # noqa: S104 - no place to listen: an address has to be sent
"""What stands for an address that is not kept any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Akismet:
    """The service, with the key of one site."""

    site: str  # the site's address
    key: str = field(repr=False)
    server: str = "https://rest.akismet.com"
    name: str = "Akismet"

    def verify(self) -> None:
        """Does it take the key? Raises as `is_spam` does."""
        said, help_ = self._post("verify-key", {})
        if said != "valid":
            raise _refused(said, help_)

    def is_spam(self, comment: Submission) -> bool:
        """Does it take `comment` for advertising?

        Raises `Unavailable` (later), `Unauthorised` (the key), `Rejected` (never).
        """
        said, help_ = self._post("comment-check", _fields(comment))
        if said not in ("true", "false"):
            raise _refused(said, help_)
        return said == "true"

    def tell(self, comment: Submission, *, spam: bool) -> None:
        """A person here decided otherwise than it said. Raises as `is_spam` does."""
        said, help_ = self._post("submit-spam" if spam else "submit-ham", _fields(comment))
        if not said.startswith("Thanks"):
            raise _refused(said, help_)

    def _post(self, call: str, fields: Mapping[str, str]) -> tuple[str, str]:
        """(the answer, what it says of a mistake of ours)"""
        with requests.Session() as session:
            session.trust_env = False
            punctual(session, silence=SILENCE)
            try:
                with session.post(
                    f"{self.server}/1.1/{call}",
                    data={"api_key": self.key, "blog": f"{self.site}/", **fields},
                    headers={"User-Agent": AGENT},
                    timeout=(SILENCE, WHOLE),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    body = next(answer.iter_content(LONGEST_ANSWER), b"")
            except (requests.RequestException, ValueError) as error:
                # What a library says may quote what was sent.
                raise Unavailable(f"Akismet cannot be reached ({type(error).__name__})") from None
        if answer.status_code != 200:
            raise Unavailable(f"Akismet answers {answer.status_code}")
        help_ = answer.headers.get("X-akismet-alert-msg") or answer.headers.get(
            "X-akismet-debug-help", ""
        )
        return body.decode("utf-8", "replace").strip(), help_[:200]


def _fields(comment: Submission) -> dict[str, str]:
    fields = {
        "user_ip": comment.address or FORGOTTEN,
        "permalink": comment.page,
        "comment_type": "comment",
        "comment_author": comment.name,
        "comment_author_url": comment.website,
        "comment_content": comment.text,
        "comment_date_gmt": comment.written.isoformat(),
        "blog_lang": comment.language,
        "blog_charset": "UTF-8",
        "recheck_reason": "edit" if comment.edited else "",
    }
    return {name: value for name, value in fields.items() if value}


def _refused(said: str, help_: str) -> Unauthorised | Rejected:
    if said == "invalid":
        why = f": {help_}" if help_ else ""
        return Unauthorised(f"Akismet does not take the key; see [akismet] in the settings{why}")
    return Rejected(f"Akismet answers {said[:40]!r} {help_}".strip())
