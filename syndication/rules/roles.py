"""Who may do what on the desk: one function, asked before every page and every action."""

from __future__ import annotations

from dataclasses import dataclass

READ = "read"
MANAGE_STAFF = "manage-staff"
DECISIONS = ("approve", "reject", "spam", "undo")
ANSWER = "answer"
JOIN, PART = "join", "part"  # say that two authors are one person, or are not

REPORT = "report"  # answer those who reported a message

_MODERATOR = frozenset({READ, ANSWER, JOIN, PART, REPORT, *DECISIONS})
_MAY = {"moderator": _MODERATOR, "admin": _MODERATOR | {MANAGE_STAFF}}
ROLES = tuple(_MAY)
"""The names of all roles, the smallest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A person who works at the desk."""

    id: int
    name: str  # unique; decisions and answers are signed with it
    role: str  # one of ROLES
    language: str  # of the desk they see: es | en


def may(staff: StaffMember, action: str) -> bool:
    """May this person do `action`? A role or an action that nobody knows may nothing."""
    return action in _MAY.get(staff.role, frozenset())
