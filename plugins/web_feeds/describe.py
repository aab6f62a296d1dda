"""What is said about each feed itself: its title, addresses, and a word for who opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pelican.contents import Content

from syndication.catalogues import Catalogues

from .nouns import Feed, Format, Person
from .posts import address, plain
from .settings import Settings, hubs, paths, patterns
from .shelves import Shelf


class Describer:
    """One for each build."""

    def __init__(self, settings: Settings, site: str, icon: str) -> None:
        """`site` and `icon`: absolute. Raises `ValueError` for hubs that are no web addresses."""
        self.settings, self.site, self.icon = settings, site, icon
        self.hubs = hubs(settings)
        self.owner = Person(name=plain(settings["SITENAME"]), url=f"{site}/")
        self._comments = patterns(settings, "COMMENT_FEED")
        self._catalogues = Catalogues.of_build(settings)
        self._spoken: dict[str, Callable[[str], str]] = {}

    def say(self, language: str) -> Callable[[str], str]:
        """The texts of a language."""
        if language not in self._spoken:
            self._spoken[language] = self._catalogues.get(language).gettext
        return self._spoken[language]

    def shelf(self, shelf: Shelf) -> Feed:
        """A feed of articles."""
        name = plain(shelf.settings["SITENAME"])
        title = f"{name}: {plain(shelf.name)}" if shelf.name else name
        about = plain(shelf.settings.get("SITESUBTITLE") or "")
        return self._feed(title, about, shelf.language, shelf.home, shelf.paths)

    def comments(self, content: Content) -> Feed:
        """The feed of what people answer to one page."""
        say = self.say(content.lang)
        about = say("What people say about it, here and on the networks.")
        title, where = self.comments_title(content), self.comment_paths(content)
        return self._feed(title, about, content.lang, content.url, where)

    def comments_title(self, content: Content) -> str:
        """What that feed is called; its page announces it without opening it."""
        say = self.say(content.lang)
        return say("Replies to “%(title)s”") % {"title": plain(content.title)}

    def latest(self) -> Feed:
        """The feed of the latest words of the whole site."""
        language = self.settings["DEFAULT_LANG"]
        say = self.say(language)
        title = say("%(site)s: the latest words") % {"site": self.owner.name}
        about = say("What people say about our articles, here and on the networks.")
        return self._feed(title, about, language, "", self.latest_paths())

    def comment_paths(self, content: Content) -> dict[Format, str]:
        """Where the comment feeds of a page are, whether or not there is one now."""
        folder = content.url.lstrip("/").removesuffix("index.html").removesuffix(".html")
        folder = f"{folder.rstrip('/')}/".lstrip("/")
        slug = content.slug
        return {form: at.format(path=folder, slug=slug) for form, at in self._comments.items()}

    def latest_paths(self) -> dict[Format, str]:
        """Where the feed of the latest words is."""
        return paths(self.settings, "LATEST_FEED")

    def urls(self, where: Mapping[Format, str]) -> dict[Format, str]:
        """The public addresses of files below the output folder."""
        return {form: address(self.site, path) for form, path in where.items()}

    def _feed(
        self, title: str, about: str, language: str, home: str, where: Mapping[Format, str]
    ) -> Feed:
        say = self.say(language)
        return Feed(
            title=title,
            description=about or title,
            language=language,
            home=address(self.site, home),
            paths=where,
            urls=self.urls(where),
            note=say(
                "This is a feed: paste its address into a feed reader, and what is new comes to you"
                " by itself."
            ),
            back=say("To the page"),
            owner=self.owner,
            icon=self.icon,
            hubs=self.hubs,
        )
