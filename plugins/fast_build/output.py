"""The output folder from one build to the next: what stands in it, and what is swept away.

Pelican's DELETE_OUTPUT_DIRECTORY empties the folder before it fills it; whoever visits meanwhile,
or after a build that failed, finds nothing. Here, when the site asks for that deletion,

1. at the beginning goes only what nobody vouches for: files that another plugin writes itself, for
   some of them look whether their file is there and then make none;
2. at the end of a build that went well go the files of the last build that this one neither wrote
   nor found the same.

The Writer and Pelican's own copying vouch for what they write; any plugin that comes by its files
in every build may do so too (the signal `output_confirmed`). A list of them lies in
CACHE_PATH/fast_build; without it everything is like the first time. OUTPUT_RETENTION is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pelican.utils
from pelican.plugins import signals

from .files import OutputError, advice, copy, is_left_over, replace
from .states import absolute
from .write import confirmed

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import StaticGenerator

logger = logging.getLogger(__name__)


class Output:
    """One build's view of its output folder. Paths are absolute, as Pelican gives them."""

    def __init__(self, folder: str, memory: Path, *, sweeping: bool, retained: Iterable[str]):
        """`memory`: the file that remembers what was vouched for. `sweeping`: whether to delete."""
        self.folder = os.path.abspath(folder)  # a link is not followed
        self._inside = os.path.join(self.folder, "")
        self.memory = memory
        self.sweeping = sweeping
        self.retained = frozenset(retained)
        self.former: frozenset[str] = frozenset()
        self.stood: list[str] = []  # files that were there when the build began
        self.linked: set[str] = set()  # folders elsewhere that a link there leads to
        self.confirmed: set[str] = set()
        self.emptied: set[str] = set()  # folders in which there may be nothing
        self.began = 0
        self.statics: StaticGenerator | None = None

    @classmethod
    def of(cls, pelican: Pelican) -> Output:
        """The folder that `pelican` is about to write, with its settings."""
        name = hashlib.sha256(os.path.abspath(pelican.output_path).encode()).hexdigest()[:16]
        return cls(
            pelican.output_path,
            Path(pelican.settings["CACHE_PATH"]) / "fast_build" / f"output-{name}.json",
            sweeping=bool(pelican.delete_outputdir) and not _holds(pelican),
            retained=pelican.output_retention,
        )

    def begin(self) -> None:
        """Remove what a killed build left and, if the site asks, what nobody vouches for."""
        self.began = self._now()
        # A memory that stays as it is knows nothing of this build: nothing there is vouched for.
        if self.sweeping and self.began:
            self.former = self._remembered()
        self.confirmed, self.emptied, self.stood, self.linked = set(), set(), [], set()
        for path, name in self._standing(self.folder):
            self.stood.append(path)
            foreign = self.sweeping and path not in self.former and not self._is_retained(path)
            if foreign or is_left_over(name):
                self._remove(path)

    def _standing(self, folder: str) -> Iterator[tuple[str, str]]:
        """(path, name) of each file below `folder`; folders without any are noted, and links to
        others. `os.walk` asks the system once more for each folder."""
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError:
            return
        if not entries:
            self.emptied.add(folder)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from self._standing(entry.path)
            elif entry.is_symlink() and os.path.isdir(entry.path):
                self.linked.add(entry.path)
            else:
                yield entry.path, entry.name

    def confirm(self, path: str | os.PathLike[str]) -> None:
        """This file is the site's, as it stands now."""
        self.confirmed.add(absolute(path, self._inside))

    def end(self) -> None:
        """Remove what the site no longer has and remember what it has."""
        self._confirm_statics()
        if self.sweeping:
            for path in self.former - self.confirmed:
                if not self._is_retained(path) and not self._is_new(path):
                    self._remove(path)
            self._remove_empty_folders()
        if self.began:
            self.remember(self.confirmed)

    def remember(self, paths: Iterable[str]) -> None:
        """The next build finds these files vouched for, and no others."""
        inside = self.folder + os.sep
        names = sorted(path[len(inside) :] for path in paths if path.startswith(inside))
        try:
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            replace(str(self.memory), json.dumps(names).encode())
        except OSError as error:
            logger.warning(
                "%s: %s. Until it can be written, each build empties the output folder first",
                self.memory,
                error.strerror,
            )

    def tidy(self) -> None:
        """Remove what a process left that was killed while it wrote. Cost: a walk."""
        for path in _files(self.folder):
            if is_left_over(os.path.basename(path)):
                self._remove(path)

    def vouch(self, written: Iterable[str], removed: Iterable[str]) -> None:
        """Between two builds: these files, absolute paths, have come, and those have gone."""
        known = self._remembered()
        now = (known | frozenset(written)) - frozenset(removed)
        if now != known:
            self.remember(now)

    def note_statics(self, generator: StaticGenerator) -> None:
        """Remember who knows the files that are copied as they are."""
        self.statics = generator

    def _confirm_statics(self) -> None:
        """Also those that STATIC_CHECK_IF_MODIFIED spared; names are final once all is written."""
        for static in self.statics.staticfiles if self.statics else ():
            self.confirm(os.path.join(self.folder, static.save_as))

    def _remembered(self) -> frozenset[str]:
        """Nothing where the memory is torn, and never a file that lies elsewhere: it is deleted."""
        try:
            names = json.loads(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return frozenset()
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return frozenset()
        paths = (f"{self._inside}{name}" for name in names)
        return frozenset(path for path in paths if os.path.normpath(path) == path)

    def _is_retained(self, path: str) -> bool:
        return path[len(self.folder) + 1 :].split(os.sep, 1)[0] in self.retained

    def _is_new(self, path: str) -> bool:
        """Whether somebody else has written this file since the build began."""
        try:
            return os.lstat(path).st_mtime_ns >= self.began
        except OSError:
            return False

    def _now(self) -> int:
        """The present by the clock that dates files; 0 where nothing can be kept, which is said."""
        probe = self.memory.with_suffix(".now")
        try:
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            probe.unlink(missing_ok=True)  # whoever may write a file there may not write the folder
            probe.touch()
            return probe.stat().st_mtime_ns
        except OSError as error:
            logger.warning(
                "%s cannot be written (%s): each build begins with nothing. Let the person who"
                " builds write there, or set CACHE_PATH",
                self.memory.parent,
                error.strerror,
            )
            return 0

    def _remove(self, path: str) -> None:
        self.emptied.add(os.path.dirname(path))
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise OutputError(error.errno, advice(error), path) from error

    def _remove_empty_folders(self) -> None:
        for folder in self.emptied:
            while folder != self.folder and not self._is_retained(folder):
                try:
                    os.rmdir(folder)
                except FileNotFoundError:
                    pass
                except OSError:  # it holds something
                    break
                folder = os.path.dirname(folder)


@contextmanager
def kept_whole(pelican_: Pelican) -> Iterator[Output]:
    """While this lasts the folder is written file by file; what is stale goes when it went well."""
    output = Output.of(pelican_)
    copied, deleting = pelican.utils.copy_file, pelican_.delete_outputdir
    confirmed.connect(output.confirm)
    signals.static_generator_finalized.connect(output.note_statics)
    pelican_.delete_outputdir = False
    pelican.utils.copy_file = copy_file
    try:
        output.begin()
        yield output
        output.end()
    finally:
        pelican.utils.copy_file = copied
        pelican_.delete_outputdir = deleting
        signals.static_generator_finalized.disconnect(output.note_statics)
        confirmed.disconnect(output.confirm)


def copy_file(source: str, destination: str) -> None:
    """What Pelican calls for each picture, font and style sheet. A failure is told, as ever."""
    try:
        copy(source, destination)
    except OSError as error:
        logger.warning("%s was not copied to %s: %s", source, destination, error.strerror)
    confirmed.send(destination)


def _holds(pelican_: Pelican) -> bool:
    """Whether the content lies inside the output folder, which is then never emptied."""
    content, output = (Path(path).resolve() for path in (pelican_.path, pelican_.output_path))
    return content.is_relative_to(output)


def _files(folder: str) -> Iterator[str]:
    for where, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(where, name)
