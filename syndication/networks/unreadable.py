"""The border: whatever nonsense a server sent becomes `Unreadable`, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from syndication.rules.text import clean

LONGEST_ID = 2_000  # characters

P = ParamSpec("P")
T = TypeVar("T")


class Unreadable(ValueError):
    """This is no status, no account: it lacks what cannot be guessed. Says no word of it."""


def guarded(function: Callable[P, T]) -> Callable[P, T]:
    """`function`, which raises nothing but `Unreadable`, however odd what it reads is."""

    @wraps(function)
    def read(*given: P.args, **named: P.kwargs) -> T:
        try:
            return function(*given, **named)
        except Unreadable:
            raise
        except KeyError as error:
            raise Unreadable(f"{error} is missing") from error
        except (TypeError, AttributeError, ValueError, ArithmeticError, LookupError) as error:
            raise Unreadable(f"{function.__name__}: {type(error).__name__}") from error

    return read


def name_of(id_: Any) -> str:
    """An id as a string fit to be stored, asked for and compared. Raises `Unreadable`."""
    name = str(id_) if isinstance(id_, str | int) and not isinstance(id_, bool) else ""
    if not name or len(name) > LONGEST_ID or clean(name) != name:
        raise Unreadable("an id that names nothing")
    return name
