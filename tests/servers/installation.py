"""A fresh virtual environment with the wheel and what it declares, without asking a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CLONE = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def build_wheel(target: Path) -> Path:
    """The wheel of this clone, built as `pip install .` would."""
    subprocess.run(
        [
            *(*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(target), str(CLONE)),
        ],
        check=True,
    )
    (wheel,) = target.glob("tertulia-*.whl")
    return wheel


def install_without_extras(wheel: Path, target: Path) -> Path:
    """A new environment holding the wheel and its base dependencies; returns its `bin`.

    The dependencies are copied from the running environment, so that a missing declaration shows
    and nothing is downloaded.
    """
    venv.create(target, with_pip=False, symlinks=True)
    python = target / "bin" / "python"
    subprocess.run(
        [
            *PIP,
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
    )
    (packages,) = (target / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        lines = archive.read(metadata).decode("utf-8").splitlines()
    declared = [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist: ")]
    for needed in closure(declared).values():
        copy(needed, packages)
    return python.parent


def closure(declared: list[str]) -> dict[str, Distribution]:
    """What the requirements lead to, with the extras that they name and no others."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(Requirement(text), frozenset[str]()) for text in declared]
    while waiting:
        requirement, extras = waiting.pop()
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            found[name] = distribution(name)
            inner = found[name].requires or []
            waiting += [(Requirement(text), frozenset({"", *requirement.extras})) for text in inner]
    return found


def copy(needed: Distribution, packages: Path) -> None:
    """Copy a distribution's files; its programs, which lie outside, are not needed."""
    for file in needed.files or []:
        if ".." not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(file.locate())), target)
