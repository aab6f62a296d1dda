"""What an object works out when it is first asked for it. Pure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")


class lazy(cached_property[T]):
    """`functools.cached_property` as it is from Python 3.12 on: without a lock.

    For what is made a hundred times a page, where taking the lock costs more than the value. Two
    threads that ask for it at once both work it out.
    """

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
