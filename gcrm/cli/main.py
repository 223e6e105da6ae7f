"""The `gcrm` command and how it finds its sub-commands.

Sub-commands are loaded only when named, so that `gcrm --help` is quick. Rooms above this one (the web app) hang their
commands in through the entry-point group `gcrm.commands`.
"""

import gc
import importlib
import sys
from importlib.metadata import entry_points

import click

from gcrm.cli.output import fail, print_failure
from gcrm.platform.errors import GcrmError
from gcrm.platform.settings import Settings
from gcrm.platform.storage_fault import storage_fault

COMMANDS = {
    "accounts": ("gcrm.cli.accounts:accounts", "Customers and prospects."),
    "address": ("gcrm.cli.address:address", "Addresses to places and back, from the current area's own data."),
    "area": ("gcrm.cli.area:area", "Street data: import, download, choose, remove."),
    "audit": ("gcrm.cli.audit:audit", "The audit log: sign-ins, users, keys, exports, back-ups."),
    "backup": (
        "gcrm.cli.backup:backup",
        "Back up the database and files into FILE (a file or a folder), while the app runs, and read it back.",
    ),
    "cases": ("gcrm.cli.cases:cases", "What customers report, and what becomes of it."),
    "catchment": (
        "gcrm.cli.catchment:catchment",
        "Count customers, sales, people and competitors within minutes by car of a place, or of several side by side.",
    ),
    "competitors": ("gcrm.cli.competitors:competitors", "Whom you compete with: kinds of business, or a list."),
    "coverage": (
        "gcrm.cli.coverage:coverage",
        "Accounts, people and potential that no rep's home reaches within minutes by car.",
    ),
    "cube": (
        "gcrm.cli.cube:cube",
        "Roll up visits, accounts, sales and check-ins by region, territory, rep, segment, product and time.",
    ),
    "database": ("gcrm.cli.backup:database", "The database as a whole."),
    "deals": ("gcrm.cli.record:deals", "What may be sold, and what was won and lost."),
    "doctor": (
        "gcrm.cli.doctor:doctor",
        "Look at database, back-up, area, router, geocoder, workers, Redis, disk and clock; exit 1 if one is broken.",
    ),
    "duplicates": (
        "gcrm.cli.duplicates:duplicates",
        "List pairs of accounts that may be one business, likeliest first.",
    ),
    "huff": (
        "gcrm.cli.huff:huff",
        "Share people among places by size and driving time (Huff), against rivals from a list or the extract.",
    ),
    "import-crm": (
        "gcrm.cli.import_crm:import_crm",
        "Import the exports of an old CRM: companies, people, deals and history.",
    ),
    "imports": ("gcrm.cli.imports:imports", "Imports, edits, moved pins, locks and merges, and undoing them."),
    "jobs": (
        "gcrm.cli.jobs:jobs",
        "Long actions that run in the background: imports and plans started in the web app.",
    ),
    "kpis": (
        "gcrm.cli.kpis:kpis",
        "Show coverage, visits, driving, plan against done, new customers and more, by rep, territory or time.",
    ),
    "orders": ("gcrm.cli.orders:orders", "What accounts have ordered: files in, sums out."),
    "people": ("gcrm.cli.record:people", "People at accounts."),
    "plan": ("gcrm.cli.plan:plan", "Plan visits on real streets, with the reasons."),
    "potential": (
        "gcrm.cli.potential:potential",
        "Where the potential is: businesses that do not buy yet, and what they would buy.",
    ),
    "privacy": ("gcrm.cli.privacy:privacy", "What is held of persons: shown, erased, ended in time."),
    "regions": ("gcrm.cli.regions:regions", "Regions: municipalities, postcodes, sales areas."),
    "reps": ("gcrm.cli.reps:reps", "Reps: who is sent out, from where, and when they work."),
    "restore": ("gcrm.cli.backup:restore", "Restore FILE, which `gcrm backup` made, into this workspace."),
    "tasks": ("gcrm.cli.record:tasks", "What is to be done for accounts."),
    "territories": (
        "gcrm.cli.territories:territories",
        "Territories: the regions that a rep looks after, and single accounts that are locked to one.",
    ),
    "tokens": ("gcrm.cli.tokens:tokens", "Tokens that let other programs use the API for a user."),
    "users": ("gcrm.cli.users:users", "Users of the web app and their passwords."),
    "worker": ("gcrm.cli.jobs:worker", "Do jobs until interrupted."),
}
"""Where each command is, and what it does as its own help says, so that listing them loads none of them."""


COLLECT_AFTER = 50_000
"""New objects between two looks for garbage, for Python's 2,000: a start makes 100,000 that all stay."""


class LazyGroup(click.Group):
    """A group that imports a sub-command the moment it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, ours and those that other rooms have registered."""
        return sorted({*COMMANDS, *(entry.name for entry in entry_points(group="gcrm.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command, or None where there is none of that name."""
        if cmd_name in COMMANDS:
            module, attribute = COMMANDS[cmd_name][0].split(":")
            command = getattr(importlib.import_module(module), attribute)
        else:
            entry = next(iter(entry_points(group="gcrm.commands", name=cmd_name)), None)
            command = entry.load() if entry else None
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, as click writes it, without loading ours."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        listed = {name: click.Command(name, help=text) for name, (_, text) in COMMANDS.items()}
        commands = [listed.get(name) or self.get_command(ctx, name) for name in names]
        rows = [(command.name or "", command.get_short_help_str(limit)) for command in commands if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcrm")
def gcrm() -> None:
    """The geographic CRM for field sales.

    The workspace (database, areas, jobs) lives in the folder that GCRM_HOME names, ~/.gcrm if unset.
    """


def main() -> None:
    """Run the command line: exit status 0 done, 1 failed with a message that names the remedy, 2 usage."""
    gc.set_threshold(COLLECT_AFTER)
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
