"""Templates say the same by fast_build's contexts and calls as by Jinja's own."""

from __future__ import annotations

from collections import ChainMap
from functools import partial
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, pass_context, pass_environment, pass_eval_context
from jinja2.runtime import Context, missing
from pelican.plugins.fast_build.contexts import Globals
from pelican.plugins.fast_build.run import exchanged

FRAME = {
    "base": "{% set here = 'base' %}{{ shared }} {{ own }} "
    "{% block words %}{% endblock %}{% block other %}{% endblock %}",
    "part": "[{{ here }} {{ inner }} {{ shared }}]",
    "lists": "{% macro named(a, b='b') %}{{ a }}{{ b }}{{ shared }}{{ inner }}{% endmacro %}",
}


@pass_context
def wants_context(context: Any, *arguments: Any, **named: Any) -> str:
    """What it sees of the variables that are set where it is called."""
    seen = {name: context.get(name) for name in ("inner", "here", "shared", "each")}
    return f"{seen} {arguments} {named}"


@pass_eval_context
def wants_eval_context(found: Any, *arguments: Any) -> str:
    return f"{type(found).__name__} {found.autoescape} {arguments}"


@pass_environment
def wants_environment(found: Any, *arguments: Any) -> str:
    return f"{type(found).__name__} {arguments}"


def plain(*arguments: Any, **named: Any) -> str:
    return f"{arguments} {named}"


def ends_early() -> None:
    raise StopIteration


def calls_itself_otherwise(*arguments: Any) -> str:
    return f"never {arguments}"


vars(calls_itself_otherwise)["__call__"] = wants_context


class Thing:
    """Something that a plugin gives to templates."""

    def method(self, *arguments: Any, **named: Any) -> str:
        return f"method {arguments} {named}"

    @pass_context
    def with_context(self, context: Any, *arguments: Any) -> str:
        return f"{context.get('inner')} {arguments}"

    @pass_environment
    def with_environment(self, environment: Any) -> str:
        return type(environment).__name__

    @classmethod
    def of_class(cls, *arguments: Any) -> str:
        return f"{cls.__name__} {arguments}"

    @pass_context
    def __call__(self, context: Any, *arguments: Any) -> str:
        return f"called {context.get('each')} {arguments}"

    def __repr__(self) -> str:
        return "a thing"


OFFERED: dict[str, Any] = {
    "shared": "shared",
    "wants_context": wants_context,
    "wants_eval_context": wants_eval_context,
    "wants_environment": wants_environment,
    "plain": plain,
    "ends_early": ends_early,
    "otherwise": calls_itself_otherwise,
    "thing": Thing(),
    "kind": Thing,
    "part": partial(plain, 1),
    "part_of_context": partial(wants_context, None),
}
CALLS = (
    *(f"{name}()" for name in ("wants_eval_context", "wants_environment", "plain", "ends_early")),
    *("thing.method(1, self=2)", "thing.with_context(1)", "thing.with_environment()"),
    *("thing(1)", "thing.of_class(1)", "kind()", "otherwise(1)", "part(2)", "nothing", "nothing()"),
    *(
        "wants_context(1, context=2, function=3)",
        "'a b'.split()",
        "'{}'.format(1)",
        "plain(*[1, 2])",
    ),
    *("lists.named(1)", "lists.named(b=1)", "lists.named()", "lists.named(1, 2, 3)", "shared()"),
    *("lists.named(1, c=2)", "self.other()", "dict(a=1)", "range(2)|list", "plain(**{'a': 1})"),
)
PLACES = (
    "{{ CALL }}",
    "{% set inner = 1 %}{{ CALL }}",
    "{% for each in 'ab' %}{% set inner = each %}{{ CALL }}{% endfor %}",
    "{% for each in 'ab' %}{{ CALL }}{% include 'part' %}{% endfor %}",
    "{% macro said() %}{{ CALL }}{{ caller() if caller }}{% endmacro %}{{ said() }}"
    "{% call said() %}{{ CALL }}{% endcall %}",
)
WITH_CONTEXT = "{% import 'lists' as lists with context %}"
WITHOUT = "{% import 'lists' as lists %}"


def rendered(source: str, given: dict[str, Any], **options: Any) -> str:
    """The text, or what went wrong, of a template in an environment of its own."""
    environment = Environment(loader=DictLoader(FRAME | {"page": source}), **options)
    environment.globals.update(OFFERED)
    try:
        template = environment.get_template("page", globals={"own": "its own"})
        return template.render(given)
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__} {error}"


def page(call: str, place: str, imports: str) -> str:
    """A template that is like those of themes."""
    words = place.replace("CALL", call)
    return f"{{% extends 'base' %}}{imports}{{% block words %}}{words}{{% endblock %}}"


@pytest.mark.parametrize(("imports", "autoescape"), [(WITH_CONTEXT, False), (WITHOUT, True)])
@pytest.mark.parametrize("place", PLACES)
def test_a_template_says_and_complains_of_the_same(
    place: str, imports: str, autoescape: bool
) -> None:
    for call in CALLS:
        source = page(call, place, imports)
        given = {"inner": "<given>"}
        own = rendered(source, given, autoescape=autoescape)
        with exchanged():
            assert rendered(source, given, autoescape=autoescape) == own, source


def test_what_a_page_is_given_goes_before_globals_and_its_own_before_shared_ones() -> None:
    with exchanged():
        assert rendered("{{ shared }} {{ own }}", {"shared": "given"}) == "given its own"
        assert rendered("{{ shared }} {{ own }}", {"own": "given"}) == "shared given"


def test_a_context_has_the_names_that_templates_share_and_is_nobody_elses() -> None:
    given = {"own": "given", "more": 1}
    part = {"page": "{% include 'part' %}", "part": "{{ own }}{% set more = 2 %}{{ more }}"}
    with exchanged():
        environment = Environment(loader=DictLoader(part))
        environment.globals["shared"] = "shared"
        template = environment.get_template("page")
        context = template.new_context(given)
        assert dict(context.get_all()) == {**environment.globals, **given}
        assert context.globals_keys == set(environment.globals)
        inner = template.new_context(given, shared=True, locals={"own": "inner", "more": missing})
        assert dict(inner.get_all()) == {"own": "inner", "more": 1}
        assert inner.parent is given  # an include copies nothing
        assert template.render(given) == "given2"
    assert given == {"own": "given", "more": 1}


def test_globals_that_come_later_are_seen() -> None:
    with exchanged():
        environment = Environment()
        template = environment.from_string("{{ late }} {{ own }}")
        environment.globals["late"] = "late"
        assert template.render() == "late "
        template.globals["own"] = "own"
        assert template.render() == "late own"
        assert isinstance(template.globals, Globals)
        assert set(template.globals) == set(ChainMap(*template.globals.maps))


def test_what_is_no_name_is_refused_as_ever() -> None:
    given: dict[Any, Any] = {1: 2}
    own = rendered("{{ shared }}", given)
    with exchanged():
        assert rendered("{{ shared }}", given) == own


def test_a_context_that_finds_variables_in_its_own_way_is_asked_for_each() -> None:
    class Own(Context):
        def resolve_or_missing(self, key: str) -> Any:
            return missing if key == "nothing" else f"its own {key}"

    @pass_context
    def asks(context: Context) -> list[Any]:
        return [context.get("shared"), context.get("nothing"), context.get("nothing", 1)]

    environment = Environment()
    environment.context_class = Own
    with exchanged():
        context = environment.from_string("").new_context()
        assert context.call(asks) == ["its own shared", None, 1]


def test_an_environment_that_keeps_its_globals_otherwise_is_left_alone() -> None:
    class Own(Environment):
        def make_globals(self, d: Any) -> Any:
            return {"shared": "its own way"} | dict(d or {})

    with exchanged():
        template = Own().from_string("{{ shared }}")
        assert not isinstance(template.globals, Globals)
        assert template.render() == "its own way"


def test_what_is_set_around_an_included_template_is_not_seen_by_the_next_one() -> None:
    templates = {
        "page": "{% set top = 1 %}{% for each in 'ab' %}{% include 'outer' %}{% endfor %}"
        "{% include 'inner' %}",
        "outer": "{% for part in 'xy' %}{% include 'inner' %}{% endfor %}{% include 'inner' %}",
        "inner": "[{{ top }}{{ each }}{{ part }}]",
    }
    with exchanged():
        page = Environment(loader=DictLoader(templates)).get_template("page")
        assert page.render() == "[1ax][1ay][1a][1bx][1by][1b][1]"
