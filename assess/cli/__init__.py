"""The `assess` command: one module per group of commands.

A command parses, calls one service and prints. Errors that people can mend are one sentence on standard error,
never a traceback: exit code 2 for unusable input, 1 for a refusal.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from assess import __version__
from assess.errors import AssessError
from assess.localisation import best_language, set_language

# Command name -> module in this package with a click command of the same name (`open`, which Python has, is longer);
# imported when used, so that `assess --help` needs neither SciPy nor the database.
_COMMANDS = {
    "instruments": "instruments",
    "score": "score",
    "report": "report",
    "teams": "teams",
    "roster": "roster",
    "cycle": "cycle",
    "mail": "mail",
    "actions": "actions",
    "open": "opening",
    "rebuild": "rebuild",
    "init": "site",
    "organisation": "organisation",
    "accounts": "accounts",
    "holders": "holders",
    "audit": "audit",
    "serve": "site",
    "worker": "worker",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
    "demo": "demo",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - signature of click
        """List the commands in the order a newcomer meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """Import the module that holds the command."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"assess.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, "open_sealed" if cmd_name == "open" else cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assess")
def group() -> None:
    """Measure how healthy teams are, anonymously and honestly, and say what to do next."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the exit code is the one design promises."""
    set_language(best_language(os.environ.get("ASSESS_LANGUAGE") or os.environ.get("LANG")))
    try:
        code = group.main(args=arguments, prog_name="assess", standalone_mode=False)
    except AssessError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
