"""Signals reach the same listeners in the same order, found without a new set of them each time.

Some sixty thousand are sent while ten thousand articles are built.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import CO_COROUTINE
from types import FunctionType
from typing import Any
from weakref import ref

import blinker.base
from blinker import Signal

BOOKS = frozenset({"receivers", "is_muted", "_by_sender"})  # what a signal knows of its listeners
TOOLS = frozenset({"ANY_ID", "iscoroutinefunction", "make_id"})  # what it looks them up with
# What receivers say of themselves; anything else may be a mark of one that has to be awaited.
SAID = frozenset({"foreseeable", "may_be_left_out", "renders_apart"})
LOCAL = "<locals>"  # in the name of a function that was made for a while, and may go
Answers = list[tuple[Callable[..., Any], Any]]


def sent_by(original: Callable[..., Answers]) -> Callable[..., Answers]:
    """Blinker's `send`, asked where somebody listens to this sender alone."""
    if not (vars(Signal()).keys() >= BOOKS and vars(blinker.base).keys() >= TOOLS):
        return original  # another version of Blinker
    everybody, id_of = blinker.base.ANY_ID, blinker.base.make_id
    is_awaited = _seen_at_once(blinker.base.iscoroutinefunction)

    def send(self: Any, sender: Any = None, /, **told: Any) -> Answers:
        if not self.receivers or self.is_muted:
            return []
        listening = self._by_sender  # most signals have nobody who listens to one sender alone
        if len(listening) > (everybody in listening) and id_of(sender) in listening:
            return original(self, sender, **told)
        if "_async_wrapper" in told:
            return original(self, sender, **told)
        answers: Answers = []
        for number in list(listening[everybody]):
            receiver = self.receivers.get(number)
            if isinstance(receiver, ref):
                receiver = receiver()
            if receiver is None:
                continue  # another one disconnected it, or it is no more
            if is_awaited(receiver):
                raise RuntimeError("Cannot send to a coroutine function.")
            answers.append((receiver, receiver(sender, **told)))
        return answers

    return send


def _seen_at_once(asked: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Of a function that nobody has marked, its code tells; and a method is its function."""
    plain: set[FunctionType] = set()  # of whose code it is known; Python tells watchers who asks

    def answer(receiver: Any) -> bool:
        function = getattr(receiver, "__func__", receiver)
        if type(function) is not FunctionType or not vars(function).keys() <= SAID:
            return asked(receiver)
        if function in plain:
            return False
        is_awaited = bool(function.__code__.co_flags & CO_COROUTINE)
        if not is_awaited and LOCAL not in function.__qualname__:
            plain.add(function)
        return is_awaited

    return answer
