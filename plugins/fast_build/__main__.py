"""`python -m pelican.plugins.fast_build lint THEME`: what makes pages depend on the whole site."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .lint import lint


def main(arguments: list[str] | None = None) -> int:
    """0 when nothing was found, 1 when something was, 2 when there was nothing to look at."""
    parser = argparse.ArgumentParser(prog="python -m pelican.plugins.fast_build")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    of_lint = commands.add_parser("lint", help="name what makes each page depend on the whole site")
    of_lint.add_argument("theme", type=Path, help="the theme's folder")
    chosen = parser.parse_args(arguments)
    try:
        findings = lint(chosen.theme)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
