"""`tertulia …`: every command, each in a module that is imported only when it is asked for.

`tertulia --help` therefore costs no more than click. A command whose libraries are not installed
says which extra brings them.
"""

from __future__ import annotations

import importlib

import click

from syndication import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("syndication.cli.init:init", "Make a new site that builds at once."),
    "demo": ("syndication.cli.demo:demo", "Show everything on this machine, without accounts."),
    "connect": ("syndication.cli.connect:connect", "Connect one of the brand's accounts."),
    "catalogue": (
        "syndication.cli.catalogue:catalogue",
        "Start the texts of another language.",
    ),
    "check": ("syndication.cli.check:check", "Look for what is wrong, and say what to do."),
    "run": ("syndication.cli.run:run", "Keep everything going until told to end."),
    "publish": ("syndication.cli.publish:publish", "Send what the site has published, once."),
    "collect": ("syndication.cli.collect:collect", "Ask every account for news, once."),
    "export": ("syndication.cli.export:export", "Give approved words to the site, once."),
    "import": (
        "syndication.cli.import_:import_",
        "Bring conversations from another system or an archive.",
    ),
    "archive": ("syndication.cli.archive:archive", "Write all conversations into one file."),
    "moderate": ("syndication.cli.moderate:moderate", "Read, decide and answer in the terminal."),
    "watch": ("syndication.cli.watch:watch", "What to listen for beyond the replies."),
    "desk": ("syndication.cli.desk:desk", "Who may sign in to the desk."),
    "pause": ("syndication.cli.pause:pause", "Stop everything outgoing."),
    "resume": ("syndication.cli.pause:resume", "Let things leave again."),
    "status": ("syndication.cli.status:status", "Queues, accounts and what waits for a person."),
}
"""command → where it is, and its line in the help."""

EXTRAS = {"mastodon_mock": "demo", "atproto": "bluesky", "psycopg": "postgresql"}
"""Libraries that another extra than `daemon` brings."""

_SITE_ONLY = {"init", "catalogue"}
"""Commands that need no extra."""


class Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        try:
            found: click.Command = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            raise _missing(error, cmd_name) from None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Our own errors and the machine's become one sentence, without a trace."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except ModuleNotFoundError as error:
            raise _missing(error, ctx.invoked_subcommand or "") from None
        except BrokenPipeError:  # whoever reads our output has seen enough; click ends quietly
            raise
        except OSError as error:
            raise click.ClickException(str(error)) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "syndication":
                raise
            raise click.ClickException(str(error)) from None


def _missing(error: ModuleNotFoundError, command: str) -> Exception:
    """The extra that brings what could not be imported; our own modules are a bug of ours."""
    top = (error.name or "").partition(".")[0]
    if top == "syndication" or command in _SITE_ONLY:
        return error
    extra = EXTRAS.get(top, "daemon")
    if command == "demo":
        extra = "demo"
    return click.ClickException(
        f"'tertulia {command}' needs {top}, which is not installed. Install it with:"
        f" pip install 'tertulia[{extra}]'"
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tertulia")
@click.option(
    "--settings",
    "settings_file",
    default="tertulia.toml",
    envvar="TERTULIA_SETTINGS",
    show_default=True,
    type=click.Path(dir_okay=False),
    help="The settings of the site.",
)
@click.pass_context
def main(ctx: click.Context, settings_file: str) -> None:
    """A brand's website speaks; Tertulia makes it converse."""
    ctx.obj = settings_file
