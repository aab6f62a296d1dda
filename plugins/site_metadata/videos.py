"""A video that an article or page shows: from its front matter to a figure without a player.

    Video: https://tube.example/w/4kX          (or {static}/videos/brakes.mp4)
    Video-Poster: images/brakes.jpg            below the content folder
    Video-Poster-Alt: Two hands on a caliper
    Video-Length: 3:25

Optional: `Video-Title` (else the title), `Video-Summary` (else the summary), `Video-Date` (else the
date). The figure takes the place of a paragraph `[video]`, or stands before the words: poster and
link for a video elsewhere, `<video>` for a file of the site's own. Nothing is loaded from a third
party, and no script runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from markupsafe import Markup
from pelican.contents import Content
from pelican.utils import get_date

from syndication.sources import picture_name, text_of

from .pictures import Size, Sizes

T = TypeVar("T")
PLACE = re.compile(r"<p>\s*\[video\]\s*</p>")
LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})")
FILES = {".mp4": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg"}
ELSEWHERE = Markup(
    '<figure class="video"><a class="video__link" href="{address}">'
    '<img class="video__poster" src="{{static}}/{poster}" alt="{alt}" width="{width}"'
    ' height="{height}" loading="lazy" decoding="async">'
    '<span class="video__caption">{caption}</span></a></figure>'
)
OUR_OWN = Markup(
    '<figure class="video"><video class="video__player" controls preload="none"'
    ' poster="{{static}}/{poster}" width="{width}" height="{height}" aria-label="{alt}">'
    '<source src="{{static}}/{file}" type="{media_type}"></video>'
    '<figcaption class="video__caption">{caption}</figcaption></figure>'
)


class VideoError(ValueError):
    """Front matter of a video that cannot be used: which key, and what to write."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video, as front matter describes it."""

    address: str  # absolute, of a page elsewhere; "" for a file of our own
    file: str  # below the content folder; "" for a video elsewhere
    poster: str  # below the content folder
    size: Size  # of the poster
    alt: str
    title: str
    summary: str
    published: datetime | None
    length: str  # "3:25"

    @property
    def duration(self) -> str:
        """The length in ISO 8601: ``PT3M25S``; "" where nobody says."""
        match = LENGTH.fullmatch(self.length)
        if match is None:
            return ""
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"PT{f'{hours}H' if hours else ''}{minutes}M{seconds}S"


def read_video(content: Content, sizes: Sizes) -> Video | None:
    """The video of an article or page; None without. Raises `VideoError`."""

    def said(key: str) -> str:
        return text_of(content.metadata, key) or ""

    written = said("video")
    if not written:
        return None
    elsewhere = written.startswith(("https://", "http://"))
    length, day = said("video-length"), said("video-date")
    if not said("video-poster"):
        raise VideoError("video", "needs a Video-Poster, a picture below the content folder")
    if not said("video-poster-alt"):
        raise VideoError("video-poster", "needs a Video-Poster-Alt: say what the picture shows")
    if length and not LENGTH.fullmatch(length):
        raise VideoError("video-length", f"{length!r} is no length: write one such as 3:25")
    poster = _file(content, "video-poster", said("video-poster"))
    return Video(
        address=written if elsewhere else "",
        file="" if elsewhere else _movie(content, written),
        poster=poster,
        size=_checked("video-poster", lambda: sizes.of(Path(content.settings["PATH"]) / poster)),
        alt=said("video-poster-alt"),
        title=said("video-title") or str(content.title),
        summary=said("video-summary"),
        published=_checked("video-date", lambda: get_date(day)) if day else None,
        length=length,
    )


def show(content: Content, video: Video, say: Callable[[str], str]) -> None:
    """Put the figure into the words of `content`; `say` translates into its language."""
    length = f" ({video.length})" if video.length else ""
    if video.address:
        watch = say("Watch “{title}” on {host}").format(
            title=video.title, host=urlsplit(video.address).hostname
        )
        figure = ELSEWHERE.format(address=video.address, caption=watch + length, **_facts(video))
    else:
        media_type = FILES[Path(video.file).suffix.lower()]
        figure = OUR_OWN.format(
            file=video.file, media_type=media_type, caption=video.title + length, **_facts(video)
        )
    words, found = PLACE.subn(lambda _: str(figure), content._content, count=1)
    content._content = words if found else f"{figure}\n{words}"


def _facts(video: Video) -> dict[str, Any]:
    return {
        "poster": video.poster,
        "alt": video.alt,
        "width": video.size.width,
        "height": video.size.height,
    }


def _movie(content: Content, written: str) -> str:
    name = _file(content, "video", written)
    if Path(name).suffix.lower() not in FILES:
        raise VideoError("video", f"{name!r} is no film that browsers show: use MP4 or WebM")
    if not (Path(content.settings["PATH"]) / name).is_file():
        raise VideoError("video", f"there is no file {name!r} below the content folder")
    return name


def _file(content: Content, key: str, written: str) -> str:
    return _checked(key, lambda: picture_name(written, content.relative_dir))


def _checked(key: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise VideoError(key, str(error)) from error
