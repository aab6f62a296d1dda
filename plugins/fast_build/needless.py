"""What Pelican does for each source though nothing can come of it is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def noted_by(original: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """Pelican's `cache_data`, which stamps each file also where Pelican keeps nothing."""

    def cache_data(self: Any, filename: str, data: Any) -> None:
        if self._cache_data_policy:
            original(self, filename, data)

    return cache_data


def disabled_by(original: Callable[..., None]) -> Callable[..., None]:
    """Pelican's `_check_disabled_readers`, which walks through all folders again to name the files
    of readers that miss a library; here only where there is such a reader."""

    def check_disabled_readers(self: Any, paths: Any, exclude: list[str] | None) -> None:
        if self.readers.disabled_extensions:
            original(self, paths, exclude=exclude)

    return check_disabled_readers
