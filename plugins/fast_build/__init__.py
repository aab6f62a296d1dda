"""A site that is built fast, and whose pages are never seen half written.

* Source files are read in parallel, and what was read is kept for the next build: `read`.
* Pelican's lists are searched once, its addresses made of what they need: `lists`, `addresses`.
* Pages are rendered by further processes while this one writes: `twin`.
* What plugins work out without any page is worked out meanwhile: `errands`.
* Pages are replaced whole, and those whose bytes are the same are left alone: `write`, `files`.
* A build that would find nothing to do is left out, where it was asked for: `standing`.
* DELETE_OUTPUT_DIRECTORY removes what the site no longer has when the build has ended well,
  instead of emptying the folder before it begins: `output`.

Everything lasts from the first step of `pelican.run()` to its last and is undone then: `run`.
docs/fast_build.md tells what it does for a site and what it asks of one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any

from pelican.plugins import signals

from . import common_mark
from .crew import check_processes
from .errands import errands
from .files import OutputError
from .output import kept_whole
from .run import quicken_lists, quickened
from .skip import skipping, wanted, writer_for
from .standing import Standing, look_from_now_on, standing_of
from .twin import accompanied
from .warm.sources import noted
from .write import Writer

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import Generator

__all__ = ["OutputError", "Writer", "register"]

may_be_left_out = True  # a build, when nothing has changed: see `standing`


def register() -> None:
    """Called by Pelican once."""
    look_from_now_on()
    signals.initialized.connect(begin)
    signals.readers_init.connect(common_mark.offer)
    signals.all_generators_finalized.connect(note_generators)
    signals.get_writer.connect(offer_writer)


def begin(pelican: Pelican) -> None:
    """Make `pelican.run()` a fast one.

    No pair of signals would do: `finalized` is sent before its last receiver has written, and not
    at all by a build that failed.
    """
    common_mark.chosen(pelican.settings)
    standing = standing_of(pelican, wanted=wanted(pelican.settings))
    check_processes(pelican.settings)
    pelican.run = _fast(pelican, pelican.run, standing)


_generators: list[Generator] = []


def note_generators(generators: list[Generator]) -> None:
    """Remember who is about to write; other plugins may still change their lists."""
    _generators[:] = generators


def offer_writer(pelican: Pelican) -> type[Writer]:
    """The Writer of this build, asked for when the last plugin has had its say on the lists."""
    generators, _generators[:] = list(_generators), []
    quicken_lists(generators)
    return writer_for(pelican, generators)


def _fast(pelican: Pelican, run: Callable[[], Any], standing: Standing) -> Callable[[], Any]:
    @wraps(run)
    def fast_run() -> Any:
        # Where another plugin guards the folder, its lock is held from before the first look.
        with getattr(pelican, "output_lock", nullcontext()):
            if standing.holds():
                return None
            with (
                standing.remembering(),
                noted(pelican),
                standing.watching(),
                kept_whole(pelican) as standing.output,
                quickened(pelican),
                skipping(pelican) as standing.skipping,
                errands(pelican) as send_out,
                accompanied(pelican, send_out),
            ):
                return run()

    return fast_run
