"""Jinja's contexts, of which a page has one for itself and one for each template that it includes,
and what templates call by them.

Each asks which globals there are, and a page's own has them all. A template keeps them in a
`ChainMap`, which is slow to go through: here it is one that knows that it is short. What a template
calls is looked at from all sides for whether it wants the context: here for macros, functions and
methods it is known where to look.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template, pass_context
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing

MARK = "jinja_pass_arg"  # what pass_context and its like leave in a function
WANTS_CONTEXT = getattr(pass_context(lambda context: context), MARK, None)
USUAL = frozenset({BuiltinFunctionType, FunctionType, MethodType})
WITHIN = ("_loop_vars", "_block_vars")  # what is set there, for whoever wants the context


class Globals(ChainMap[str, Any]):
    """What a template sees of its environment: its own names, mostly none, over everybody's."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.flat())

    def flat(self) -> MutableMapping[str, Any]:
        """All of them at once, to be read."""
        own, *others = self.maps
        return others[0] if not own and len(others) == 1 else {**ChainMap(*others), **own}


def globals_by(original: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's `Environment.make_globals`."""

    def make_globals(self: Environment, own: MutableMapping[str, Any] | None) -> Any:
        made = original(self, own)
        return Globals(*made.maps) if type(made) is ChainMap else made

    return make_globals


def contexts_by(original: Callable[..., Context]) -> Callable[..., Context]:
    """Jinja's `Template.new_context`."""

    def new_context(
        self: Template,
        vars: Any = None,  # noqa: A002
        shared: bool = False,
        locals: Any = None,  # noqa: A002
    ) -> Context:
        if type(self.globals) is not Globals:
            return original(self, vars, shared, locals)
        known, variables = self.globals.flat(), vars or {}
        context = self.environment.context_class(
            self.environment,
            variables if shared else _over(known, variables),
            self.name,
            self.blocks,
            globals=known,
        )
        # Found before the others, of which no copy is needed so.
        for name, value in (locals or {}).items():
            if value is not missing:
                context.vars[name] = value
        return context

    return new_context


def _over(known: MutableMapping[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """`dict(known, **own)`, where `own` are ten times as many: a dictionary that grows by one name
    after the other is built several times."""
    try:
        "".join(own)  # the fastest way to see that all are names
    except TypeError:
        return dict(known, **own)
    both = dict(own)
    for name in known:
        if name not in own:
            both[name] = known[name]
    return both


def gets_by(original: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's `Context.get`, without an error that is raised and caught for what is not there."""
    del original

    def get(context: Context, key: str, default: Any = None) -> Any:
        found = context.resolve_or_missing(key)
        return default if found is missing else found

    return get


def calls_by(original: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's `Context.call`, where its marks are those that are known here."""
    if WANTS_CONTEXT is None:
        return original

    @internalcode
    def call(context: Context, function: Any, /, *arguments: Any, **named: Any) -> Any:
        kind = type(function)
        if kind is Macro:
            arguments = (context.eval_ctx, *arguments)
        elif kind not in USUAL or (kind is FunctionType and "__call__" in vars(function)):
            return original(context, function, *arguments, **named)
        elif (wanted := getattr(function, MARK, None)) is not None:
            if wanted is not WANTS_CONTEXT or (named and any(map(named.get, WITHIN))):
                return original(context, function, *arguments, **named)
            arguments = (context, *arguments)
        for name in WITHIN if named else ():
            named.pop(name, None)
        try:
            return function(*arguments, **named)
        except StopIteration:
            return original(context, _stop)

    return call


def _stop() -> None:
    raise StopIteration
