"""The bytes of an archive, packed (gzip, as some systems send their exports) or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from syndication.archives.nouns import ArchiveError


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """`path` to be read from its start, unpacked as it is read.

    Raises `ArchiveError` where what was packed is not whole, `OSError` where there is no such file.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise ArchiveError(path, "", "is not whole; get it once more") from None
