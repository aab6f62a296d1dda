"""`make benchmark`: every benchmark of this folder, each in a process of its own.

`python -m benchmarks [NAME [NUMBER | --OPTION]…]…`. What follows a name is its own: numbers, and
whatever begins with a dash (`--site=FOLDER`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def calls(arguments: list[str]) -> list[list[str]]:
    """Each benchmark's name, and what it is told. All of them where none is named."""
    found: list[list[str]] = []
    told: list[str] = []
    for argument in arguments:
        if not argument.isdecimal() and not argument.startswith("-"):
            found.append([argument])
        else:
            (found[-1] if found else told).append(argument)
    return [[*call, *told] for call in found or ([name] for name in known())]


def known() -> list[str]:
    """The names of all benchmarks."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    """Run those that were named, or all; the number of those that failed."""
    todo = calls(sys.argv[1:])
    if unknown := {name for name, *_ in todo} - {*known()}:
        sys.stderr.write(f"{', '.join(sorted(unknown))}? There are: {', '.join(known())}\n")
        return 2
    failed = 0
    for name, *told in todo:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", f"benchmarks.{name}", *told]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
