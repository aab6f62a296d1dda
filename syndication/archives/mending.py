"""Bytes of an XML file as a parser takes them.

Exports of old databases say UTF-8 and hold bytes of Windows-1252, and control characters that XML
does not know. Both would end the parser; here they are read as what they most likely are, and
counted.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import BinaryIO

_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UNKNOWN_TO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_UTF8 = re.compile("[\udc80-\udcff]")  # bytes, as `surrogateescape` keeps them
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def declared_encoding(start: bytes) -> str:
    """The encoding that an XML file's first bytes tell, in lower case; UTF-8 where none do."""
    if start.startswith(_WIDE):
        return "utf-16"
    found = _DECLARED.search(start[:1024])
    return found[1].decode().lower() if found else "utf-8"


class Mended:
    """A file for `read(size)`, in UTF-8 that is UTF-8. Other encodings pass as they are."""

    def __init__(self, file: BinaryIO, counts: Counter[str]) -> None:
        self._file, self._counts = file, counts
        self._rest = file.read(4096)
        self._mends = declared_encoding(self._rest) in ("utf-8", "utf8")
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")

    def read(self, size: int = 65536) -> bytes:
        """The next bytes, none at the end."""
        while True:
            raw, self._rest = self._rest or self._file.read(size), b""
            if not self._mends:
                return raw
            text = self._mend(self._decoder.decode(raw, final=not raw))
            if text or not raw:
                return text.encode()

    def _mend(self, text: str) -> str:
        text, dropped = _UNKNOWN_TO_XML.subn("", text)
        text, replaced = _NO_UTF8.subn(_as_windows_wrote_it, text)
        if dropped or replaced:
            self._counts["mended"] += dropped + replaced
        return text


def _as_windows_wrote_it(byte: re.Match[str]) -> str:
    return bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace")
