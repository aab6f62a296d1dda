"""What in a theme makes each page depend on the whole site.

The page of one article is written again when the article changes. If its template walks through
all articles, shows a cloud of tags or tells the time of the build, then it changes whenever
anything does: no page is left alone, and publishing one approved reply means writing every page.

Looked at are the templates of single contents and all that they extend, include and import by a
name that is written out. Each finding is a line of a template and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

SINGLE = ("article", "page")
LISTS = (
    "all_articles articles authors categories dates drafts generated_content hidden_articles"
    " hidden_pages pages period_archives related_posts staticfiles tags"
)  # what Pelican gives to every template, and which grows with the site
EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.i18n", "jinja2.ext.loopcontrols")
TELLS_TIME = ("now", "today")
CHANCE = ("random", "shuffle")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One place of a theme."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def lint(
    theme: Path, extensions: Iterable[str] = ("jinja2.ext.do", "jinja2.ext.i18n")
) -> list[Finding]:
    """The findings of the theme in a folder, by file and line.

    `extensions`: of Jinja, that the site's JINJA_ENVIRONMENT adds. Raises `FileNotFoundError`
    where no templates are.
    """
    folder = theme / "templates"
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there: name the folder of a theme")
    environment = Environment(extensions=list(extensions), autoescape=True)  # parses, never renders
    waiting = [f"{name}.html" for name in SINGLE]
    seen: set[str] = set()
    found: set[Finding] = set()
    while waiting:
        name = waiting.pop()
        file = folder / name
        if name not in seen and file.is_file():
            seen.add(name)
            try:
                tree = environment.parse(file.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                found.add(Finding(file=file, line=error.lineno, what=f"{error.message}"))
                continue
            waiting += _named(tree)
            found.update(Finding(file=file, line=line, what=what) for line, what in _faults(tree))
    return sorted(found)


def _named(tree: nodes.Template) -> Iterator[str]:
    """The templates that this one needs, as far as their names are written out."""
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for node in tree.find_all(kind):
            named: nodes.Expr = vars(node)["template"]
            for name in (named, *named.find_all(nodes.Const)):
                if isinstance(name, nodes.Const) and isinstance(name.value, str):
                    yield name.value.removeprefix("!theme/")


def _faults(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    own = _own_names(tree)
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name in LISTS.split() and name.name not in own:
            yield (
                name.lineno,
                f"`{name.name}` is the whole site's: this page changes with every other one. Show"
                " it on a page of its own and link there",
            )
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in TELLS_TIME:
            yield (
                call.lineno,
                f"`{call.node.name}()` makes this page another one in each build: say when its own"
                " words changed (`article.modified`)",
            )
    for drawn in tree.find_all(nodes.Filter):
        if drawn.name in CHANCE:
            yield (
                drawn.lineno,
                f"`{drawn.name}` makes this page another one in each build: choose by something"
                " that the page knows of itself",
            )


def _own_names(tree: nodes.Template) -> set[str]:
    """Names that the template gives itself: variables, what loops bind, arguments of macros."""
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
