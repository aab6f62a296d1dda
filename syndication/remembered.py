"""What was worked out in one build, for the next: values that JSON can write, by key.

For plugins; standard library only. The file lies in a cache folder and may be deleted at any time:
what cannot be read or written costs time and nothing else. What a build does not ask for is
forgotten, so that the file grows no larger than its site.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any


class Remembered:
    """An open memory; `keep` it when the build has ended well.

    It is read when it is first asked: nothing of another `stamp`.
    """

    def __init__(self, file: Path, stamp: Callable[[], str]) -> None:
        """`stamp`: what else the values depend on, such as `program_stamp`."""
        self._file, self._stamp_of = file, stamp
        self._stamp = ""
        self._former: dict[str, Any] | None = None
        self._asked: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value that was put under `key`; None where there is none."""
        if key not in self._asked:
            value = self._read().get(key)
            if value is None:
                return None
            self._asked[key] = value
        return self._asked[key]

    def put(self, key: str, value: Any) -> None:
        """Remember `value`, which is not None, for this build and the next."""
        self._asked[key] = value

    def keep(self) -> None:
        """Write down what this build asked for or put; nothing where that is what was read."""
        asked, self._asked = self._asked, {}
        if asked == self._read():
            return
        self._former = asked
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                values = json.dumps(asked).encode()
                beside.write_bytes(f"{self._seal(values)}\n".encode() + values)
                beside.replace(self._file)
            finally:
                beside.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        if self._former is None:
            self._former, self._stamp = {}, self._stamp_of()
            with suppress(OSError, ValueError):
                seal, _, values = self._file.read_bytes().partition(b"\n")
                if seal.decode() == self._seal(values):
                    self._former = json.loads(values)
        return self._former

    def _seal(self, values: bytes) -> str:
        """What only this program writes before these values, so that nobody doubts their shape."""
        told = f"{self._stamp}\n".encode("utf-8", "surrogateescape")
        return blake2b(told + values, digest_size=16).hexdigest()


def program_stamp(modules: Iterable[str], libraries: Iterable[str] = ()) -> str:
    """A digest of the source of `modules` (a package's with all that is in it) and the versions of
    `libraries`, as pip calls them. Reads those files, some milliseconds for a hundred."""
    digest = blake2b(digest_size=16)
    for library in libraries:
        digest.update(f"{library} {_version(library)}\0".encode())
    for name in modules:
        spec = find_spec(name)
        origin = Path(spec.origin) if spec and spec.origin else None
        if spec is None or origin is None:
            continue
        package = spec.submodule_search_locations
        for file in sorted(origin.parent.rglob("*.py")) if package else [origin]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"
