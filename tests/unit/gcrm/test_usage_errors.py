"""Wrong usage: status 2, the remedy on standard error, and with --json one document on standard output."""

import json
import sys

import pytest

from gcrm.cli.main import main


def typed(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gcrm", *words.split()])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("words", "fault", "command"),
    [
        ("area import --json", "Missing argument 'FILE'.", "gcrm area import"),
        ("catchment --json", "Missing option '--at' (or --account, --rep, --address).", "gcrm catchment"),
        ("harvest --json", "No such command 'harvest'.", "gcrm"),
    ],
)
def test_a_program_that_asked_for_json_gets_it_after_wrong_usage(
    words: str, fault: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(words, monkeypatch)
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert fault in document["error"]
    assert document["remedy"] == f"See `{command} --help`."
    assert fault in said.err


def test_a_person_reads_wrong_usage_on_standard_error_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("area import", monkeypatch)
    said = capsys.readouterr()
    assert not said.out
    assert "Missing argument 'FILE'." in said.err
