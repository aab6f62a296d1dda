"""What a service is told of a comment that it shall judge. Pure.

As little as it takes: no mail address, nothing of the browser, and of the network address what a
whole neighbourhood shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One comment, as it leaves this installation."""

    name: str
    website: str
    text: str
    page: str  # URL
    language: str  # tag, or ""
    written: datetime  # aware
    address: str  # network prefix as an address, 192.0.2.0; "" once that was forgotten
    edited: bool = False  # asked again, since the words were changed
