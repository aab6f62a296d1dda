"""Compiled templates, kept for all generators and for later builds.

Jinja's own cache knows a template by its name and its words. What becomes of them also depends on
how the environment is set up, and on what filters make of constants while it is compiled: the first
is part of the name here, the second is left to each page. Where the outcome cannot be known before
(extensions of others, `finalize`), nothing is kept.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemBytecodeCache, nodes
from jinja2.bccache import Bucket
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_TESTS

# What the parser and the compiler ask an environment for.
OPTIONS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix"),
    *("line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "optimized", "autoescape", "is_async"),
)
FOLDING = nodes.Filter.__mro__[1]  # what filters and tests have in common


@contextmanager
def templates_kept(settings: Any) -> Iterator[None]:
    """While this lasts a template is compiled once for all generators, and for later builds."""
    own = settings["JINJA_ENVIRONMENT"]
    folder = Path(settings["CACHE_PATH"], "fast_build", "templates")
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    kept = {"bytecode_cache": Compiled(str(folder))} if _is_ours(folder) else {}
    # A build is over before a template changes; the next one makes environments of its own. None
    # is forgotten meanwhile.
    settings["JINJA_ENVIRONMENT"] = {"auto_reload": False, "cache_size": -1, **kept, **own}
    try:
        yield
    finally:
        settings["JINJA_ENVIRONMENT"] = own


def _is_ours(folder: Path) -> bool:
    """Whether nobody else could have put templates there, for they are run."""
    try:
        found = folder.stat(follow_symlinks=False)
    except OSError:
        return False
    mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return mine and stat.S_ISDIR(found.st_mode) and not others and os.access(folder, os.W_OK)


class Compiled(FileSystemBytecodeCache):
    """A folder of compiled templates. What goes wrong with it costs time and nothing else."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """What was compiled of `source` by such an environment; empty if nothing was."""
        setup = _setup(environment)
        key = f"{self.get_cache_key(name, filename)}-{setup}" if setup else ""
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        if key:
            with suppress(OSError):
                self.load_bytecode(bucket)
        return bucket

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, if it may be kept."""
        if bucket.key:
            with suppress(OSError):
                super().dump_bytecode(bucket)


def _setup(environment: Environment) -> str:
    """A short digest of all that decides how a template is compiled; "" where nobody can tell."""
    extensions = [type(one) for one in environment.extensions.values()]
    foreign = any(kind.__module__.split(".")[0] != "jinja2" for kind in extensions)
    if foreign or environment.finalize or callable(environment.autoescape):
        return ""
    told = (
        jinja2.__version__,
        [getattr(environment, option) for option in OPTIONS],
        sorted(kind.__qualname__ for kind in extensions),
        getattr(environment, "newstyle_gettext", False),
        environment.policies["ext.i18n.trimmed"],
        [(name, _passed(value)) for name, value in sorted(environment.filters.items())],
        [(name, _passed(value)) for name, value in sorted(environment.tests.items())],
    )
    return sha256(repr(told).encode()).hexdigest()[:16]


def _passed(function: Any) -> str:
    """What else it is called with: its context, say."""
    return str(getattr(getattr(function, "jinja_pass_arg", None), "name", ""))


def constants_by(original: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's `as_const`: what a filter or test that is not Jinja's own says of a constant may be
    another thing tomorrow, so that it is asked by each page."""

    def as_const(self: Any, eval_ctx: nodes.EvalContext | None = None) -> Any:
        environment = nodes.get_eval_context(self, eval_ctx).environment
        own, offered = (
            (DEFAULT_FILTERS, environment.filters)
            if self._is_filter
            else (DEFAULT_TESTS, environment.tests)
        )
        if offered.get(self.name) is not own.get(self.name):
            raise nodes.Impossible
        return original(self, eval_ctx)

    return as_const
