"""Whoever takes part in rendering and has not said what its answers depend on.

A helper that a plugin gives the templates may count, look at the clock or ask a server. It is
taken at its word, `foreseeable = True`: "what I answer follows from my arguments, the settings,
and what I look at of articles, lists and variables, or announce by the signal `rendering_saw`".
Pelican's and Jinja's own need not say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, update_wrapper
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any
from weakref import ref

from jinja2 import Environment, pass_context
from jinja2.filters import do_random
from jinja2.runtime import Context
from jinja2.utils import generate_lorem_ipsum
from pelican.contents import Content
from pelican.plugins import signals
from pelican.urlwrappers import URLWrapper

from ..fingerprint import Unforeseeable
from ..lists import is_alone
from .seen import Looking, note_template, spoil
from .told import VOUCHED, Teller

CHANCE = (do_random, generate_lorem_ipsum)
FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, partial)
KNOWN = ("jinja2", "markupsafe", "builtins", "operator", "_operator", "pelican")
OURS = (__name__.rsplit(".", 2)[0], "pelican.plugins._utils")
ANNOUNCING = (signals.article_generator_write_article, signals.page_generator_write_page)


def watch(environment: Environment) -> Iterator[str]:
    """Make an environment note what its templates look at; why no page of it can be foreseen."""
    if environment.context_class not in (Context, Looking):
        yield "JINJA_ENVIRONMENT has a context_class of its own"
    environment.context_class = Looking
    _note_templates(environment)
    for extension in environment.extensions.values():
        if not is_known(type(extension)):
            yield f"the Jinja extension {type(extension).__name__} {UNSAID}"
    for table in (environment.globals, environment.filters, environment.tests):
        for name, value in list(table.items()):
            if is_known(value):
                continue
            if isinstance(value, FUNCTIONS):
                table[name] = _spoiling(value, f"{name} {UNSAID}")
                _ask_each_time(environment)
            elif not is_plain(value):
                yield f"{name} {UNSAID}"


def _note_templates(environment: Environment) -> None:
    """Templates that others include, import or extend ask for their names."""
    join = environment.join_path

    def joining(template: str, parent: str) -> str:
        name = join(template, parent)
        note_template(environment, name)
        return name

    environment.join_path = joining  # type: ignore[method-assign]


def forget_modules(environment: Environment) -> None:
    """Macros that are imported without context are evaluated by the first page that has them, for
    all: each page is to do it for itself, so that it is seen what they look at."""
    for template in (environment.cache or {}).values():
        template._module = None


def _ask_each_time(environment: Environment) -> None:
    """What was compiled before in this environment asks the function itself."""
    if environment.cache is not None:
        environment.cache.clear()


UNSAID = "does not say what it depends on (foreseeable = True)"


def announced() -> Iterator[str]:
    """Whoever is told before a page is written may change what it will say; nobody sees who asks a
    tag or a category for what a plugin gave to all of them; and what a page looked at is kept in
    sets, where each article has to be equal to itself alone."""
    for kind in _kinds(Content):
        if not is_alone(kind):
            yield f"{kind.__name__}, which may be equal to another"
    for kind, name, value in _given(URLWrapper):
        if not is_known(_function(value)) and not is_plain(value):
            yield f"{kind.__name__}.{name} {UNSAID}"
    for signal in ANNOUNCING:
        for receiver in list(signal.receivers.values()):
            listener: Any = receiver() if isinstance(receiver, ref) else receiver
            turns = getattr(listener, "renders_apart", False)  # it turns the context, that is all
            if listener is not None and not turns and not is_known(listener):
                yield f"{listener.__module__}.{listener.__qualname__} {UNSAID}"


def attributes() -> dict[str, str]:
    """Attributes that plugins gave all articles and pages and nobody vouches for, with reasons."""
    return {
        name: f"{kind.__name__}.{name} {UNSAID}"
        for kind, name, value in _given(Content)
        if not (is_known(_function(value)) or is_plain(value))
    }


def given() -> frozenset[str]:
    """What plugins gave all articles and pages, whether they vouch for it or not."""
    return frozenset(name for _, name, value in _given(Content) if not _is_own(_function(value)))


def constants() -> dict[str, Any]:
    """Plain data that all articles, pages, tags or categories have."""
    return {
        f"{kind.__module__}.{kind.__qualname__}.{name}": value
        for every in (Content, URLWrapper)
        for kind, name, value in _given(every)
        if is_plain(value)
    }


def _given(every: type[Any]) -> Iterator[tuple[type[Any], str, Any]]:
    for kind in _kinds(every):
        for name, value in list(vars(kind).items()):
            if not name.startswith("__"):
                yield kind, name, value


def is_known(value: Any) -> bool:
    """Whether it vouches for itself, or is Pelican's or Jinja's."""
    if getattr(value, VOUCHED, False):
        return True
    if isinstance(value, partial):
        return is_known(value.func) and all(map(_may_hold, value.args))
    if value in CHANCE:
        return False
    if _module(value).startswith("pelican.plugins."):
        return _is_own(value)
    return _is_own(value) and all(map(_may_hold, _held(value)))


def _is_own(value: Any) -> bool:
    """Whether it is Pelican's, Jinja's, Python's, or of here."""
    module = _module(value)
    if module.startswith("pelican.plugins."):
        return module.startswith(OURS)
    return module.split(".")[0] in KNOWN


def _module(value: Any) -> str:
    return str(getattr(value, "__module__", None) or type(value).__module__)


def _held(value: Any) -> Iterator[Any]:
    for cell in getattr(value, "__closure__", None) or ():
        yield cell.cell_contents


def _may_hold(value: Any) -> bool:
    return not callable(value) or is_known(value)


def _function(value: Any) -> Any:
    """What is called when an attribute is asked for."""
    for name in ("fget", "func", "__func__"):
        if (function := getattr(value, name, None)) is not None:
            return function
    return value


def is_plain(value: Any) -> bool:
    try:
        Teller(strict=True).told(value)
    except Unforeseeable:
        return False
    return True


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for below in list[type[Any]](kind.__subclasses__()):
        yield from _kinds(below)


def _spoiling(function: Any, reason: str) -> Callable[..., Any]:
    wanted = getattr(getattr(function, "jinja_pass_arg", None), "name", "")
    first = {
        "context": lambda context: [context],
        "eval_context": lambda context: [context.eval_ctx],
        "environment": lambda context: [context.environment],
    }.get(wanted, lambda context: [])

    def spoiling(context: Context, *arguments: Any, **named: Any) -> Any:
        spoil(reason)
        return function(*first(context), *arguments, **named)

    # With a context it is asked when a page is rendered, not once when a template is compiled.
    return pass_context(update_wrapper(spoiling, function))
