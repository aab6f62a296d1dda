"""The docs do not lie: every setting of every plugin is told on some page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from pelican.settings import DEFAULT_CONFIG

from tests.docs import CLONE, PAGES, text_of

NAME = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*")
ASKING = {"get", "setdefault"}
# What one plugin leaves for another; what Pelican itself leaves; what every article may say.
NOBODY_SETS = {"FURTHER_LISTS", "NAME_SAVE_AS", "NAME_URL", "PELICAN_SETTINGS_FILE"}
PELICANS = {*DEFAULT_CONFIG, "ARCHIVES_URL", "ARCHIVES_SAVE_AS", "AUTHOR", "INDEX_URL", "TIMEZONE"}


def is_settings(node: ast.expr) -> bool:
    return ast.unparse(node).endswith("settings")


def asked_for(tree: ast.AST) -> Iterator[str]:
    """The names in ``settings["NAME"]``, ``settings.get("NAME")`` and the like."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=table, slice=ast.Constant(value=str(name))):
                pass
            case ast.Call(
                func=ast.Attribute(value=table, attr=verb), args=[ast.Constant(value=str(name)), *_]
            ) if verb in ASKING:
                pass
            case _:
                continue
        if is_settings(table) and NAME.fullmatch(name):
            yield name


def declared(docstring: str) -> Iterator[str]:
    """The names after the word "Settings" in a plugin's own description."""
    _, _, said = docstring.partition("Settings")
    yield from (name for name in re.findall(r"`(\w+)`", said) if NAME.fullmatch(name))


@cache
def settings_of_plugins() -> dict[str, str]:
    """Each setting and the plugin that asks for it."""
    found: dict[str, str] = {}
    for path in sorted((CLONE / "plugins").rglob("*.py")):
        tree = ast.parse(text_of(path))
        plugin = path.relative_to(CLONE / "plugins").parts[0]
        names = {*asked_for(tree)}
        if path.name == "__init__.py":
            names |= {*declared(ast.get_docstring(tree) or "")}
        found |= dict.fromkeys(names - PELICANS - NOBODY_SETS, plugin)
    return found


def test_every_setting_of_a_plugin_is_told():
    told = {name for page in PAGES for name in re.findall(r"\b[A-Z][A-Z_]+\b", text_of(page))}
    untold = {name: plugin for name, plugin in settings_of_plugins().items() if name not in told}
    assert untold == {}


def test_settings_are_found_however_they_are_asked_for():
    assert {"ORGANIZATION", "HOST_RULES", "OUTPUT_LOCK_TIMEOUT", "SEARCH_URL"} <= {
        *settings_of_plugins()
    }
    assert [*declared("Words.\n\nSettings: `MENU`, a list; `x`.")] == ["MENU"]
