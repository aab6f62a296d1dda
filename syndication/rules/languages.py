"""Languages as people and programs tag them (BCP 47)."""

from __future__ import annotations

import re


def same_language(one: str, other: str) -> bool:
    """Do both tags name the same language, whatever the region or script (``es``, ``es-MX``)?"""
    return _language(one) == _language(other)


def _language(tag: str) -> str:
    return re.split("[-_]", tag.strip().lower())[0]
