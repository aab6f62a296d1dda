"""Pictures of discussions: copied to the site while something refers to them, then removed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path

from blinker import signal

from syndication.exchange import replace_file

logger = logging.getLogger(__name__)

OURS = re.compile(r"[0-9a-f]+\.webp")  # what this plugin may write and remove


def copy_pictures(folder: Path, output: Path, names: Iterable[str]) -> None:
    """Put discussion/`names` into the output folder."""
    for name in sorted(names):
        try:
            replace_file(output / "discussion" / name, (folder / name).read_bytes())
            signal("output_confirmed").send(str(output / "discussion" / name))
        except FileNotFoundError:
            logger.warning("%s is missing: initials stand in its place", folder / name)
        except OSError as error:
            logger.error("%s: could not be copied: %s", folder / name, error.strerror)


def copied_pictures(output: Path) -> list[Path]:
    """The pictures of discussions in the output folder."""
    folder = output / "discussion" / "pictures"
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if OURS.fullmatch(file.name)]


def remove_other_pictures(output: Path, names: Iterable[str]) -> None:
    """Remove the pictures of discussions that are not among `names`."""
    wanted = {name.rsplit("/", 1)[-1] for name in names}
    for file in copied_pictures(output):
        if file.name not in wanted:
            file.unlink(missing_ok=True)
