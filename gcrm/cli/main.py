"""The `gcrm` command and how it finds its sub-commands.

Sub-commands are loaded only when named, so that `gcrm --help` is quick. Rooms above this one (the web app) hang their
commands in through the entry-point group `gcrm.commands`.
"""

import importlib
import sys
from importlib.metadata import entry_points

import click

from gcrm.cli.output import fail, print_failure
from gcrm.platform.errors import GcrmError
from gcrm.platform.settings import Settings
from gcrm.platform.storage_fault import storage_fault

COMMANDS = {
    "accounts": "gcrm.cli.accounts:accounts",
    "address": "gcrm.cli.address:address",
    "area": "gcrm.cli.area:area",
    "backup": "gcrm.cli.backup:backup",
    "catchment": "gcrm.cli.catchment:catchment",
    "database": "gcrm.cli.backup:database",
    "duplicates": "gcrm.cli.duplicates:duplicates",
    "imports": "gcrm.cli.imports:imports",
    "jobs": "gcrm.cli.jobs:jobs",
    "plan": "gcrm.cli.plan:plan",
    "regions": "gcrm.cli.regions:regions",
    "reps": "gcrm.cli.reps:reps",
    "restore": "gcrm.cli.backup:restore",
    "territories": "gcrm.cli.territories:territories",
    "users": "gcrm.cli.users:users",
    "worker": "gcrm.cli.jobs:worker",
}


class LazyGroup(click.Group):
    """A group that imports a sub-command the moment it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, ours and those that other rooms have registered."""
        return sorted({*COMMANDS, *(entry.name for entry in entry_points(group="gcrm.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command, or None where there is none of that name."""
        if cmd_name in COMMANDS:
            module, attribute = COMMANDS[cmd_name].split(":")
            command = getattr(importlib.import_module(module), attribute)
        else:
            entry = next(iter(entry_points(group="gcrm.commands", name=cmd_name)), None)
            command = entry.load() if entry else None
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcrm")
def gcrm() -> None:
    """The geographic CRM for field sales.

    The workspace (database, areas, jobs) lives in the folder that GCRM_HOME names, ~/.gcrm if unset.
    """


def main() -> None:
    """Run the command line: exit status 0 done, 1 failed with a message that names the remedy, 2 usage."""
    try:
        gcrm.main(prog_name="gcrm", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.UsageError as error:
        if "--json" in sys.argv:
            path = error.ctx.command_path if error.ctx else "gcrm"
            print_failure(error.format_message(), f"See `{path} --help`.")
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except GcrmError as error:
        fail(error, as_json="--json" in sys.argv)
    except Exception as error:
        # A full disk is met by whichever library writes first.
        fault = storage_fault(error, Settings.from_environment().home)
        if fault is None:
            raise
        fail(fault, as_json="--json" in sys.argv)
