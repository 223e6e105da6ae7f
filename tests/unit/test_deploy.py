"""What `deploy/` says fits what there is: its settings are read, its commands exist, its files are there."""

import re
from pathlib import Path

import click

from gcrm.cli.main import gcrm
from gcrm.platform import settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ELSEWHERE = {"GCRM_SITE"}
"""What the proxy reads."""


def test_each_setting_is_one_that_is_read() -> None:
    read = set(re.findall(r"GCRM_[A-Z_]+", Path(settings.__file__).read_text(encoding="utf-8")))
    named = {
        name for file in DEPLOY.iterdir() for name in re.findall(r"GCRM_[A-Z_]+", file.read_text(encoding="utf-8"))
    }
    assert named - ELSEWHERE <= read


def test_each_command_is_there_with_its_options() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8") + (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lists = [re.findall(r'[^\s\[\],"]+', found) for found in re.findall(r"\[[\"]?gcrm[\"]?, [^\]]+\]", text)]
    prose = (DEPLOY / "README.md").read_text(encoding="utf-8")
    lists += [["gcrm", *found.split()] for found in re.findall(r"exec web-a gcrm ([a-z -]+)", prose)]
    assert len(lists) >= 5
    for _, *words in lists:
        command: click.Command = gcrm
        context = click.Context(command)
        while words and isinstance(command, click.Group):
            found = command.get_command(context, words.pop(0))
            assert found is not None, words
            command = found
        options = {option for each in command.params for option in [*each.opts, *each.secondary_opts]}
        assert {word for word in words if word.startswith("--")} <= options, command.name


def test_files_that_are_named_are_there() -> None:
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert (DEPLOY / "Caddyfile").is_file() == ("./Caddyfile" in compose)
    assert (ROOT / re.findall(r"dockerfile: (\S+?)}", compose)[0]).is_file()
    assert "tests/integration/web/test_many_machines.py" in (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "tests/integration/web/test_many_machines.py").is_file()
