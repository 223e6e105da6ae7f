"""docs/planning.md says what is so."""

import re
from pathlib import Path

from click import Group

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.cli.plan import plan
from gcrm.planning.due import CYCLE_DAYS, WEIGHT, visit_minutes

TEXT = (Path(__file__).parents[4] / "docs" / "planning.md").read_text(encoding="utf-8")


def test_the_table_of_priorities_is_that_of_the_code() -> None:
    for priority in Priority:
        minutes = [visit_minutes(Account("Adler", kind=kind, priority=priority)) for kind in Kind]
        row = [priority.value, CYCLE_DAYS[priority], WEIGHT[priority], *minutes]
        assert "| " + " | ".join(map(str, row)) + " |" in TEXT


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    assert isinstance(plan, Group)
    assert set(re.findall(r"gcrm plan ([a-z-]+)", TEXT)) == set(plan.commands)


def test_every_documented_option_exists() -> None:
    known = {
        option
        for command in plan.commands.values()
        for one in (command, *(command.commands.values() if isinstance(command, Group) else ()))
        for parameter in one.params
        for option in parameter.opts
    }
    from gcrm.cli.reps import reps

    known |= {option for command in reps.commands.values() for one in command.params for option in one.opts}
    assert set(re.findall(r"(--[a-z][a-z-]*)", TEXT)) <= known
