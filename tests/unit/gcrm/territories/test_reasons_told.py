"""Why territories are no better is told with the names of reps, in the language at hand."""

from types import SimpleNamespace
from typing import Any

from gcrm.common.language import speaking
from gcrm.territories.scenarios.propose import reasons_told
from routing.districting.answer import Code, Reason

FOUND: Any = SimpleNamespace(
    reasons=(
        Reason(Code.IN_PIECES, "{territory} lies in {pieces} pieces.", (), 0, more={"pieces": 2}),
        Reason(Code.ZERO_MEASURE, "No account has any {measure}, so it is not balanced.", measure="work"),
    )
)
TEAM: Any = SimpleNamespace(posts=(SimpleNamespace(name="Ada"),))
GROUPS: Any = SimpleNamespace(names=())


def test_reasons_name_the_rep() -> None:
    assert reasons_told(FOUND, TEAM, GROUPS) == [
        "Ada lies in 2 pieces.",
        "No account has any work, so it is not balanced.",
    ]


def test_reasons_are_told_in_german() -> None:
    with speaking("de"):
        assert reasons_told(FOUND, TEAM, GROUPS) == [
            "Ada liegt in 2 Teilen.",
            "Kein Konto hat Arbeit, daher wird es nicht ausgeglichen.",
        ]


def test_a_reason_alone_speaks_english_and_by_number() -> None:
    assert FOUND.reasons[0].text == "Territory 0 lies in 2 pieces."
