"""What a build knows of its site, for whoever describes one of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican.contents import Content

from syndication.foreseeable import Parts
from syndication.sources import picture_name

from .addresses import Addresses, Counterparts, absolute, public_site
from .brand import Brand, SettingsError, read_brand
from .cache import Cache
from .drawing import Drawing
from .icons import Icons
from .indexable import Variables, is_indexable
from .lettering import Typesetter
from .monogram import Monogram
from .pictures import SharedPicture, Sizes
from .previews import HEIGHT, WIDTH, Previews
from .videos import Video


class Site:
    """One for each Pelican. `SiteMetadata` fills in what is read as the build goes on: `statics`,
    `videos` and `counterparts`. `variables` is always what a page's template gets, and what the
    signal `content_written` hands on."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Raises `SettingsError`."""
        self.settings = settings
        self.address = public_site(settings)  # "" in a build without an absolute SITEURL
        self.addresses = Addresses(self.address, settings["DEFAULT_LANG"])
        self.content = Path(settings["PATH"])
        self.brand: Brand = read_brand(settings)
        self.sizes = Sizes()
        self.statics: Mapping[str, Any] = {}  # by name below the content folder
        self.videos: dict[str, Video] = {}  # by source file
        self.counterparts: Counterparts | None = None
        self.parts = Parts()  # what heads of pages say alike
        output = Path(settings["OUTPUT_PATH"])
        cache = Cache(_cache_folder(settings))
        drawing = self._drawing()
        letters = _typesetter(self.content.parent, self.brand.font)
        name = str(settings.get("SITENAME", ""))
        self.icons = Icons(self.brand, drawing or self._monogram(letters), output, cache)
        self.previews = Previews(self.brand, name, output, cache, drawing, letters)

    def _drawing(self) -> Drawing | None:
        name = self.brand.icon
        setting = "BRAND_ICON" if self.settings.get("BRAND_ICON") else "BRAND_LOGO"
        return Drawing(self.content, setting, name) if name else None

    def _monogram(self, letters: Typesetter) -> Drawing | None:
        """What stands for a logo on tabs and home screens; none where BRAND_ICON is "" """
        if "BRAND_ICON" in self.settings:
            return None
        return Monogram(self.brand.organization.name, letters, dict(self.brand.colours))

    def forget(self) -> None:
        """Before the pages of a build are written."""
        self.addresses.forget()
        self.parts.forget()
        self.previews.forget()

    def is_indexable(self, variables: Variables) -> bool:
        """May search engines list this page?"""
        return is_indexable(variables)

    def canonical(self, variables: Variables) -> str:
        """The page's one absolute address; "" where SITEURL is not absolute."""
        return self.addresses.canonical(variables) if self.address else ""

    def picture(self, content: Content | None) -> SharedPicture | None:
        """The picture that the front matter of `content` names; None where it has none that
        previews could show."""
        name = picture_of(content) if content is not None else ""
        if content is None or name not in self.statics or not self.address:
            return None
        try:
            size = self.sizes.of(self.content / name)
        except ValueError:
            return None  # `checks` says so, with file and line
        return SharedPicture(
            url=self.static_url(name),
            width=size.width,
            height=size.height,
            media_type=size.media_type,
            alt=" ".join(str(content.metadata.get("image-alt") or "").split()),
        )

    def static_url(self, name: str) -> str:
        """The absolute address of a file below the content folder."""
        static = self.statics.get(name)
        return absolute(self.address, static.url if static is not None else name)

    def preview(self, title: str) -> SharedPicture | None:
        """A picture drawn for `title`; None where the site wants none, or has no address."""
        if not self.address or self.settings.get("PREVIEWS") is False:
            return None
        url = absolute(self.address, self.previews.path_of(title))
        return SharedPicture(url=url, width=WIDTH, height=HEIGHT, media_type="image/png", alt=title)


def picture_of(content: Content) -> str:
    """The file that `Image` in the front matter names, below the content folder; "" without."""
    written = content.metadata.get("image")
    try:
        return picture_name(str(written), content.relative_dir) if written else ""
    except ValueError:
        return ""


def _cache_folder(settings: Mapping[str, Any]) -> Path:
    """PREVIEW_CACHE, from the folder that holds the content; without it, with all that is kept."""
    if said := settings.get("PREVIEW_CACHE"):
        return Path(settings["PATH"]).parent / said
    return Path(settings["CACHE_PATH"], "previews")


def _typesetter(folder: Path, font: str) -> Typesetter:
    """Sets the titles of drawn pictures; a relative `font` counts from `folder`."""
    try:
        return Typesetter(folder / font if font else None)
    except OSError:
        raise SettingsError(f"PREVIEW_FONT: {font!r} is no font: name a TTF or OTF file") from None
