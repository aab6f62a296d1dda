"""Who may import whom: imports only go down, by the table below.

Lazy imports and those for types count too: knowing a room is depending on it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CLONE = Path(__file__).parent.parent

# The floors from the ground up: a room may import the rooms of every floor below its own.
MODEL = {"model", "catalogues"}
RULES = MODEL | {"rules"}
SHELVES = RULES | {"archives", "exchange", "store", "networks.contract"}
STEPS = SHELVES | {"steps"}
DESK = STEPS | {"desk"}
RUNNING = DESK | {"daemon", "web"}
SETTINGS = {"settings", "secrets"}
# What any adapter may use.
SHARED = {"asking", "contract", "fetch", "punctual", "unreadable", "values"}
NETWORKS = {"networks", "networks.registry", "networks.fetch"}
WIRING = RUNNING | SETTINGS | NETWORKS | {"bootstrap"}

# Room → the other rooms that it may import. A module belongs to the longest name that fits.
ROOMS: dict[str, set[str]] = {
    "model": set(),
    "catalogues": set(),
    "complaints": set(),
    "sources": set(),
    "errands": set(),
    "foreseeable": set(),
    "remembered": set(),
    "states": set(),
    "rules": MODEL,
    "exchange": RULES,
    "archives": RULES | {"exchange"},
    "networks.contract": RULES,
    "store": RULES,
    "networks.punctual": set(),
    "networks.values": set(),
    "networks.unreadable": RULES,
    "networks.asking": {"networks.contract", "networks.punctual"},
    "networks.fetch": RULES | {"networks.asking", "networks.contract", "networks.punctual"},
    "networks.registry": RULES | {"networks.contract"},
    # Concrete clients (memory, mastodon, …) know the contract, not each other and not the journal.
    "networks": RULES | {f"networks.{name}" for name in SHARED},
    "settings": RULES,
    "secrets": {"settings"},
    "steps": SHELVES,
    "desk": STEPS,
    "daemon": DESK,
    "web": DESK,
    "bootstrap": WIRING - {"bootstrap"},
    "service": WIRING,
    "testing": RULES | {"networks.contract"},
    "starter": {"settings"},
    "cli": WIRING | {"catalogues", "service", "starter", "demo"},
    "demo": WIRING | {"service", "starter"},
}
# Rooms that a site's build or a third party's network brings with it: what they may use besides
# the standard library.
LIBRARIES = {
    "model": set(),
    "exchange": set(),
    "sources": set(),
    "errands": {"blinker"},
    "foreseeable": {"blinker"},
    "remembered": set(),
    "states": {"blinker"},
    "networks.contract": set(),
    "rules": {"nh3", "regex"},
}
PLUGINS_MAY = MODEL | {
    *("complaints", "errands", "exchange", "foreseeable", "remembered", "rules", "sources"),
    "states",
}


def room_of(module: str) -> str | None:
    """`syndication.networks.mastodon.client` → `networks`; None for the package itself."""
    name = module.removeprefix("syndication").lstrip(".")
    fitting = [room for room in ROOMS if name == room or name.startswith(room + ".")]
    return max(fitting, key=len, default=None)


def imports(source: str, module: str, *, package: bool) -> Iterator[str]:
    """The full name of everything that `source`, the text of `module`, imports."""
    base = module.split(".") if package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = base[: len(base) - node.level + 1] if node.level else []
            origin = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def offences(source: str, module: str, *, package: bool = False) -> list[str]:
    """What is wrong with the imports of `module`, as lines for a person."""
    found = []
    for name in imports(source, module, package=package):
        wrong = in_plugin(name, module) if is_plugin(module) else in_syndication(name, module)
        if wrong:
            found.append(f"{module} imports {name}: {wrong}")
    return found


def is_plugin(module: str) -> bool:
    return module.startswith("pelican.plugins.")


def in_plugin(name: str, module: str) -> str | None:
    own = ".".join(module.split(".")[:3])
    if name.startswith("syndication"):
        return None if room_of(name) in PLUGINS_MAY else f"plugins may import {sorted(PLUGINS_MAY)}"
    others = {f"pelican.plugins.{plugin.name}" for plugin in (CLONE / "plugins").iterdir()}
    if ".".join(name.split(".")[:3]) in others - {own} or f"pelican.plugins.{name}" in others:
        return "plugins do not know each other"
    return None


def in_syndication(name: str, module: str) -> str | None:
    room, top = room_of(module), name.split(".")[0]
    if top == "pelican":
        return "syndication runs Pelican as a child, it never imports it"
    if top != "syndication":
        allowed = LIBRARIES.get(room or "")
        if allowed is None or top in sys.stdlib_module_names or top in allowed:
            return None
        return f"{room} uses the standard library and {sorted(allowed) or 'nothing else'}"
    other = room_of(name)
    if room == "networks" and other == "networks":
        same = module.split(".")[:3] == name.split(".")[:3]
        return None if same else "networks do not know each other"
    if room is None or other is None or other in ROOMS[room] | {room}:
        return None
    return f"{room} may import {sorted(ROOMS[room])}"


def modules() -> list[tuple[str, Path]]:
    """Every module of the house with its file, by the name that it has when installed."""
    found = []
    for folder, prefix in (("syndication", "syndication"), ("plugins", "pelican.plugins")):
        for path in sorted((CLONE / folder).rglob("*.py")):
            parts = path.relative_to(CLONE / folder).with_suffix("").parts
            # What `tertulia init` copies is a site's, not ours.
            if parts[:2] != ("starter", "files"):
                found.append((".".join((prefix, *parts)).removesuffix(".__init__"), path))
    return found


@pytest.mark.parametrize(("module", "path"), [pytest.param(*m, id=m[0]) for m in modules()])
def test_imports_only_go_down(module: str, path: Path):
    source = path.read_text(encoding="utf-8")
    assert offences(source, module, package=path.name == "__init__.py") == []


def test_every_module_of_syndication_belongs_to_a_room():
    names = [name for name, _ in modules() if name.startswith("syndication.")]
    assert names
    assert [name for name in names if room_of(name) is None] == []


def test_the_house_on_one_page_names_every_room():
    told = (CLONE / "docs" / "architecture.md").read_text(encoding="utf-8")
    here = [*(CLONE / "plugins").iterdir(), *(CLONE / "syndication").glob("[!_]*")]
    rooms = [one for one in here if one.suffix == ".py" or (one / "__init__.py").is_file()]
    names = sorted(f"{room.parent.name}/{room.name}" for room in rooms)
    assert len(names) > 30
    assert [name for name in names if f"`{name}" not in told] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("syndication.model", "import attrs"),
        ("syndication.rules.text", "import requests"),
        ("syndication.rules.compose", "from ..store import copies"),
        ("syndication.exchange", "def read():\n    import cattrs"),
        ("syndication.steps.publish", "from syndication.settings import Settings"),
        ("syndication.steps.publish", "from syndication.networks import mastodon"),
        ("syndication.steps.publish", "import pelican.utils"),
        ("syndication.desk.pages", "from syndication import web"),
        ("syndication.networks.mastodon.client", "from ..memory import Memory"),
        ("syndication.networks.mastodon.client", "from ...store.copies import Copies"),
        ("pelican.plugins.web_feeds", "from syndication.store import posts"),
        ("pelican.plugins.web_feeds", "from pelican.plugins.output_lock import OutputLock"),
        ("pelican.plugins.web_feeds.write", "from ..output_lock import OutputLock"),
        ("pelican.plugins.web_feeds", "import output_lock"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str):
    assert len(offences(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("syndication.rules.compose", "import re\nfrom ..model import Draft"),
        ("syndication.steps.publish", "from . import attempt\nfrom syndication.store import posts"),
        ("syndication.networks.mastodon.client", "import mastodon\nfrom .convert import message"),
        ("syndication.networks.mastodon.client", "from ..contract import RateLimited"),
        ("syndication.bootstrap", "from .networks.registry import networks"),
        ("pelican.plugins.web_feeds", "from pelican.plugins import signals\nimport feedgen"),
        ("pelican.plugins.web_feeds", "from syndication.exchange import Outbox"),
    ],
)
def test_a_right_import_is_not(module: str, source: str):
    assert offences(source, module) == []
