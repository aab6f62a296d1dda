"""`tertulia moderate`: the desk's work in a terminal."""

from __future__ import annotations

import click

from syndication.cli.common import plain, shown, whoami, with_site
from syndication.model import Upstream, Verdict
from syndication.steps.answer import answer as write_answer
from syndication.steps.decide import decide
from syndication.steps.decide import undo as undo_decision
from syndication.steps.forget import forget_author, forget_message
from syndication.steps.site import Site
from syndication.store import messages, people, posts, tables


@click.group()
def moderate() -> None:
    """Read what is held, decide and answer. Decisions carry your name (TERTULIA_STAFF or USER)."""


@moderate.command("list")
@click.option(
    "--verdict",
    type=click.Choice([str(verdict) for verdict in Verdict]),
    default="hold",
    show_default=True,
)
@click.option("--limit", default=50, show_default=True)
@with_site
def list_(site: Site, verdict: str, limit: int) -> None:
    """Show what is held (or was decided), oldest first."""
    table = tables.messages
    with site.store.read() as tx:
        found = messages.select_messages(
            tx, table.c.verdict == verdict, table.c.upstream == Upstream.LIVE, limit=limit
        )
        words = messages.words(tx, [(m.id, m.revision) for m in found])
        authors = people.by_id(tx, [m.author_id for m in found])
        pages = posts.by_id(tx, [m.post_id for m in found if m.post_id])
    for message in found:
        author = authors[message.author_id]
        place = pages[message.post_id].title if message.post_id in pages else "no article"
        click.secho(f"{message.id}@{message.revision}", bold=True, nl=False)
        click.echo(f"  {plain(author.name)} {plain(author.handle)}, {shown(message.written)}")
        click.echo(f"  {message.kind}, {message.visibility}, under: {place}")
        for line in words[message.id, message.revision].text.splitlines():
            click.echo(f"    {plain(line)}")
    if not found:
        click.echo("Nothing.")


class Read(click.ParamType):
    """A message as it was read: ``12@2`` is the second revision of message 12."""

    name = "message"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        """(message, revision), the revision None where it was not named."""
        number, at, revision = str(value).partition("@")
        if not number.isdecimal() or (at and not revision.isdecimal()):
            self.fail(f"{value!r} is no message; name it as the list does: 12@1", param, ctx)
        return int(number), int(revision) if at else None


def _decision(name: str, verdict: Verdict, text: str) -> None:
    @moderate.command(name, help=text)
    @click.argument("message", type=Read())
    @with_site
    def command(site: Site, message: tuple[int, int | None]) -> None:
        number, revision = message
        decide(site, number, revision or _only(site, number), verdict, by=whoami(), rule="terminal")
        click.echo(f"{number}: {verdict}")


_decision("approve", Verdict.APPROVE, "Show MESSAGE on the site.")
_decision("reject", Verdict.REJECT, "Do not show MESSAGE.")
_decision("spam", Verdict.SPAM, "MESSAGE is spam.")


@moderate.command()
@click.argument("message", type=int)
@with_site
def undo(site: Site, message: int) -> None:
    """Take the last decision on MESSAGE back."""
    undo_decision(site, message, by=whoami())
    click.echo(f"{message}: as before")


@moderate.command()
@click.argument("message", type=int)
@click.option("--author", is_flag=True, help="Everything by its author, now and in future.")
@with_site
def forget(site: Site, message: int, author: bool) -> None:
    """Erase MESSAGE everywhere because its author asked for it. Cannot be undone."""
    if author:
        count = forget_author(site, message, by=whoami())
        click.echo(f"Erased {count} messages; nothing by this author is taken in any more.")
    else:
        forget_message(site, message, by=whoami())
        click.echo(f"{message}: erased")
    click.echo("Until 'tertulia run' or 'export' has run, the site still shows what it showed.")


@moderate.command()
@click.argument("message", type=int)
@click.argument("text")
@click.option("--account", help="Which of our accounts answers.")
@with_site
def answer(site: Site, message: int, text: str, account: str | None) -> None:
    """Answer MESSAGE with TEXT, in public, on its own network."""
    copy_id = write_answer(site, message, text, by=whoami(), account=account)
    click.echo(f"Answer {copy_id} is ready to leave; 'tertulia run' or 'publish' sends it.")


def _only(site: Site, message: int) -> int:
    """The one revision of a message that was never edited; which of several were read is asked."""
    with site.store.read() as tx:
        stored = messages.get(tx, message)
    if stored and stored.revision > 1:
        raise click.UsageError(
            f"message {message} was edited: name the words that you read, as {message}@1 or"
            f" {message}@{stored.revision}"
        )
    return 1
