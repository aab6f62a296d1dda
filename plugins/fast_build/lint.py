"""What in a theme makes each page depend on the whole site.

The page of one article is written again when the article changes. If its template walks through
all articles, shows a cloud of tags or tells the time of the build, then it changes whenever
anything does: no page is left alone, and publishing one approved reply means writing every page.

Looked at are the templates of single contents and all that they extend, include and import by a
name that is written out. The whole site's are Pelican's lists; those of an edition of
language_indexes, however a template comes by it: `edition()`, `editions["es"]`, a variable that one
of the templates sets to it, a loop over them; and the latest words of discussion_pages. Asking
whether such a list is empty is no finding. Each finding is a line of a template and what to do
about it.
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
OF_EDITION = frozenset(
    ["articles", "authors", "categories", "dates", "pages", "period_archives", "tags"]
)
LATEST = ("tertulia_site", "latest")
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


def lint(theme: Path, extensions: Iterable[str] = EXTENSIONS) -> list[Finding]:
    """The findings of the theme in a folder, by file and line.

    `extensions`: of Jinja, that the site's JINJA_ENVIRONMENT adds. Raises `FileNotFoundError`
    where no templates are.
    """
    folder = theme / "templates"
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there: name the folder of a theme")
    environment = Environment(extensions=list(extensions), autoescape=True)  # parses, never renders
    trees, found = _parsed(environment, folder)
    editions = {name for tree in trees.values() for name in _names_of_editions(tree)}
    for file, tree in trees.items():
        faults = (*_faults(tree), *_lists_of_plugins(tree, editions))
        found.update(Finding(file=file, line=line, what=what) for line, what in faults)
    return sorted(found)


def _parsed(
    environment: Environment, folder: Path
) -> tuple[dict[Path, nodes.Template], set[Finding]]:
    """The templates that single contents need, and what of them does not parse."""
    waiting = [f"{name}.html" for name in SINGLE]
    trees: dict[Path, nodes.Template] = {}
    broken: set[Finding] = set()
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        file = folder / name
        if name not in seen and file.is_file():
            seen.add(name)
            try:
                trees[file] = environment.parse(file.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                broken.add(Finding(file=file, line=error.lineno, what=f"{error.message}"))
                continue
            waiting += _named(trees[file])
    return trees, broken


def _named(tree: nodes.Template) -> Iterator[str]:
    """The templates that this one needs, as far as their names are written out."""
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for node in tree.find_all(kind):
            named: nodes.Expr = vars(node)["template"]
            for name in (named, *named.find_all(nodes.Const)):
                if isinstance(name, nodes.Const) and isinstance(name.value, str):
                    yield name.value.removeprefix("!theme/")


def _faults(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    own, asked = _own_names(tree), _only_asked(tree)
    for name in tree.find_all(nodes.Name):
        whole = name.ctx == "load" and name.name in LISTS.split() and name.name not in own
        if whole and id(name) not in asked:
            yield name.lineno, _of_the_whole_site(name.name)
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


def _of_the_whole_site(name: str) -> str:
    if name.endswith("pages"):  # a menu, as a rule
        return (
            f"`{name}` is the whole site's: this page changes when any page comes, goes or is"
            " renamed. Name in a setting what a menu holds"
        )
    return (
        f"`{name}` is the whole site's: this page changes with every other one. Show it on a page"
        " of its own and link there"
    )


def _lists_of_plugins(tree: nodes.Template, editions: set[str]) -> Iterator[tuple[int, str]]:
    asked = _only_asked(tree)
    for got in tree.find_all(nodes.Getattr):
        if id(got) in asked:
            continue
        if got.attr in OF_EDITION and _is_edition(got.node, editions):
            yield got.lineno, _of_the_whole_site(f"{_spoken(got.node)}.{got.attr}")
        elif isinstance(got.node, nodes.Name) and (got.node.name, got.attr) == LATEST:
            yield (
                got.lineno,
                f"`{'.'.join(LATEST)}` changes with every approved message, and this page with it:"
                " show it on a page of its own and link there",
            )


def _names_of_editions(tree: nodes.Template) -> Iterator[str]:
    """Variables that hold an edition. Included templates see those of who includes them."""
    for given in tree.find_all(nodes.Assign):
        if isinstance(given.target, nodes.Name) and _is_edition(given.node, set()):
            yield given.target.name
    for loop in tree.find_all(nodes.For):
        call = loop.iter
        if isinstance(loop.target, nodes.Name) and isinstance(call, nodes.Call):
            of = call.node
            if isinstance(of, nodes.Getattr) and of.attr == "values" and _named_editions(of.node):
                yield loop.target.name


def _is_edition(node: nodes.Node, names: set[str]) -> bool:
    if isinstance(node, nodes.Call):
        return isinstance(node.node, nodes.Name) and node.node.name == "edition"
    if isinstance(node, nodes.Getitem):
        return _named_editions(node.node)
    return isinstance(node, nodes.Name) and node.name in names


def _named_editions(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "editions"


def _spoken(edition: nodes.Node) -> str:
    """How a template names an edition."""
    if isinstance(edition, nodes.Name):
        return edition.name
    return "edition()" if isinstance(edition, nodes.Call) else "editions[…]"


def _only_asked(tree: nodes.Template) -> set[int]:
    """By `id`, what is asked for its truth alone: whether there are any, which seldom changes."""
    waiting: list[nodes.Node] = [choice.test for choice in tree.find_all(nodes.If)]
    waiting += [choice.test for choice in tree.find_all(nodes.CondExpr)]
    asked: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, (nodes.Not, nodes.And, nodes.Or)):
            waiting += node.iter_child_nodes()
        else:
            asked.add(id(node))
    return asked
