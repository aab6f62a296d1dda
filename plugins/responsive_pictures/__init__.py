"""Pictures in the sizes and formats that a reader's screen needs, made once.

What it does, for pictures that lie in the content folder:
- every `<img>` in an article or page becomes a `<picture>` with AVIF and WebP in several widths,
  `width` and `height`, and `loading="lazy"`; what already stands in a `<picture>` is left alone;
- a theme asks for the picture that front matter names:
  `{{ responsive_picture(article, class_="u-featured", sizes="100vw", first=True) }}`; the first
  picture of a page is not lazy and has `fetchpriority="high"`.
- `picture_size("images/logo.svg")` is its width and height, for a tag that a theme writes itself.
A picture without alternative text, that is not there or cannot be read is a warning with file and
line. SVG and animations keep their one file and get their size. Pictures of other sites stay.

Settings, all optional:

`PICTURE_WIDTHS` (default `(480, 800, 1200, 1600)`)
    Pixels; none wider than the picture itself is made.
`PICTURE_FORMATS` (default `("avif", "webp")`)
    The best first.
`PICTURE_SIZES` (default `"(min-width: 46rem) 40rem, 92vw"`)
    How wide the theme shows a picture among the words, as the attribute `sizes`.
`PICTURE_PATH` (default `"pictures"`)
    The folder below OUTPUT_PATH.
`PICTURE_CACHE` (default `pictures/` in Pelican's CACHE_PATH)
    Where they are kept between builds.

A file's name has a digest of the original and of how it was made, so it may be cached for ever.
Cost: the first time about 0.3 s for a picture of 1,200 pixels; later each picture is read once a
build for its digest. Words without pictures are searched for `<img` and cost nothing else.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .pictures import Pictures


def begin(pelican: Any) -> None:
    """A `Pictures` of its own for each Pelican; it connects itself as long as that one lives."""
    pelican.responsive_pictures = Pictures(pelican.settings)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)
