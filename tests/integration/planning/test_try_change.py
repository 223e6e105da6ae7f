"""A planned day changed by hand, with what it costs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.people.user import Role, User
from gcrm.planning.apply_change import (
    ChangedMeanwhile,
    apply_proposal,
    apply_simulated,
    apply_simulated_days,
    propose,
    undo_kept,
    undoable,
)
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.move_to_day import move_to_day
from gcrm.planning.plan_day import plan_day
from gcrm.planning.plan_week import plan_week
from gcrm.planning.proposal import Override, Proposal, ProposedDay, Wish
from gcrm.planning.simulate_change import simulate_change
from gcrm.platform.errors import Conflict, InputRejected, NotFound, NotReady
from gcrm.workspace import Workspace
from tests.integration.planning.conftest import plain_account

DAY = date(2026, 11, 25)
NEXT = date(2026, 11, 26)
SetUp = Callable[..., list[Account]]


@pytest.fixture
def pia(plain: Workspace) -> int:
    """The number of a planner."""
    with plain.store.write() as tx:
        return tx.users.add(User("pia", "Pia", Role.PLANNER, "no password")).id


@pytest.fixture
def day(plain: Workspace, staffed: SetUp) -> tuple[DayPlan, dict[str, int]]:
    """Three stops along one road, ten minutes apart, and one that is closed that day."""
    accounts = staffed(
        [
            plain_account("Near", 10, opening_hours="Mo-Fr 08:00-12:00"),
            plain_account("Middle", 20),
            plain_account("End", 30),
            plain_account("Closed", 20, opening_hours="Th 08:00-12:00"),
        ]
    )
    return plan_day(plain, "ada", DAY, seconds=0.3), {account.name: account.id for account in accounts}


def names(plan: DayPlan | None) -> list[str]:
    assert plan
    return [stop.name for stop in plan.stops]


def keep(workspace: Workspace, user: int, *days: ProposedDay) -> list[DayPlan]:
    """Propose a change as a person sees it, and keep it."""
    proposal = propose(workspace, Proposal("ada", "A change", days, workspace.clock(), user))
    assert proposal.id
    return apply_proposal(workspace, proposal.id, "ada", user)


def current(workspace: Workspace, day: date = DAY) -> DayPlan | None:
    with workspace.store.read() as tx:
        return tx.plans.current(tx.reps.get("ada").id, day)


def moved(account: int, **how: Any) -> Override:
    return Override(account, Wish.MOVE, **how)


def test_a_stop_at_another_place_tells_its_cost_and_keeps_nothing(plain: Workspace, day: Any) -> None:
    before, ids = day
    order = names(before)
    tried = simulate_change(plain, "ada", DAY, moved(ids["End"], place=1))
    assert names(tried.plan) == ["End", *[name for name in order if name != "End"]]
    assert tried.cost.travel_s >= 0
    assert not tried.refused
    assert current(plain) == before


def test_a_detour_is_counted_in_minutes(plain: Workspace, day: Any) -> None:
    before, ids = day
    tried = [simulate_change(plain, "ada", DAY, moved(ids["Middle"], place=n)) for n in (1, 2, 3)]
    assert sorted(one.cost.travel_s for one in tried) == [0, 0, 1_200]
    dear = next(one for one in tried if one.cost.travel_s)
    assert dear.cost.home_s >= 1_200
    assert len(before.stops) == len(dear.plan.stops)


def test_a_visit_without_a_place_goes_where_it_costs_least(plain: Workspace, day: Any) -> None:
    _, ids = day
    assert simulate_change(plain, "ada", DAY, moved(ids["Middle"])).cost.travel_s == 0


def test_what_is_applied_becomes_the_plan_and_holds_when_the_day_is_planned_again(plain: Workspace, day: Any) -> None:
    before, ids = day
    tried = simulate_change(plain, "ada", DAY, moved(ids["Middle"], start=time(13, 30)))
    document = apply_simulated(plain, tried)
    stop = next(stop for stop in document.stops if stop.name == "Middle")
    assert f"{stop.start:%H:%M}" == "13:30"
    assert tried.replaces == before.id
    assert current(plain) == document
    again = plan_day(plain, "ada", DAY, seconds=0.2)
    assert next(one.start for one in again.stops if one.name == "Middle") == stop.start
    with pytest.raises(ChangedMeanwhile):
        apply_simulated(plain, tried)


def test_a_stop_taken_out_is_told_among_the_left_out_and_can_come_back(plain: Workspace, day: Any) -> None:
    before, ids = day
    tried = simulate_change(plain, "ada", DAY, Override(ids["End"], Wish.OUT))
    assert tried.cost.travel_s == -1_200
    assert tried.cost.lost == ()
    out = apply_simulated(plain, tried)
    told = next(one for one in out.omissions if one.name == "End")
    assert told.reason == "taken out by hand"
    back = apply_simulated(plain, simulate_change(plain, "ada", DAY, moved(ids["End"])))
    assert sorted(names(back)) == sorted(names(before))
    assert all(one.name != "End" for one in back.omissions)


def test_what_is_taken_out_is_left_to_the_planner_and_what_is_forbidden_is_not(plain: Workspace, day: Any) -> None:
    _, ids = day
    apply_simulated(plain, simulate_change(plain, "ada", DAY, Override(ids["End"], Wish.OUT)))
    apply_simulated(plain, simulate_change(plain, "ada", DAY, Override(ids["Middle"], Wish.FORBID)))
    again = names(plan_day(plain, "ada", DAY, seconds=0.2))
    assert "End" in again
    assert "Middle" not in again


def test_what_cannot_be_says_why_and_changes_nothing(plain: Workspace, day: Any) -> None:
    before, ids = day
    closed = simulate_change(plain, "ada", DAY, moved(ids["Closed"]))
    assert "closed on Wed 25 Nov" in closed.refused
    late = simulate_change(plain, "ada", DAY, moved(ids["End"], start=time(15, 45)))
    assert late.refused
    near_last = simulate_change(plain, "ada", DAY, Override(ids["Closed"], Wish.PIN))
    assert near_last.refused
    assert current(plain) == before


def test_an_account_may_be_brought_in_outside_its_hours_to_the_minute(plain: Workspace, day: Any) -> None:
    _, ids = day
    tried = simulate_change(plain, "ada", DAY, moved(ids["Closed"], start=time(14)))
    assert not tried.refused, "somebody may open for an appointment"
    assert tried.warning.startswith("It is not open that day")
    assert next(stop for stop in tried.plan.stops if stop.name == "Closed").fixed


@pytest.mark.parametrize("place", [0, 4, 99])
def test_a_place_that_is_not_there_is_refused(plain: Workspace, day: Any, place: int) -> None:
    _, ids = day
    with pytest.raises(InputRejected):
        simulate_change(plain, "ada", DAY, moved(ids["End"], place=place))


def test_what_is_not_there_is_said(plain: Workspace, day: Any) -> None:
    _, ids = day
    with pytest.raises(InputRejected):
        simulate_change(plain, "ada", DAY, Override(ids["Closed"], Wish.OUT))
    with pytest.raises(NotFound):
        simulate_change(plain, "ada", DAY, moved(999))
    with pytest.raises(NotReady):
        simulate_change(plain, "ada", NEXT, moved(ids["End"]))


def test_a_visit_goes_to_another_day_that_need_not_be_planned_yet(plain: Workspace, day: Any) -> None:
    before, ids = day
    leaves, arrives = move_to_day(plain, "ada", DAY, NEXT, ids["End"], time(9))
    assert "End" not in names(leaves.plan)
    assert leaves.cost.travel_s == -1_200
    assert [(one.change, one.reason) for one in leaves.changes if one.name == "End"] == [
        ("removed", "moved to Thu 26 Nov 2026")
    ]
    assert names(arrives.plan) == ["End"]
    assert arrives.cost.travel_s == 3_600
    assert arrives.replaces is None
    assert current(plain) == before


def test_a_move_to_another_day_is_kept_whole_and_taken_back_whole(plain: Workspace, day: Any, pia: int) -> None:
    before, ids = day
    keep(plain, pia, *move_to_day(plain, "ada", DAY, NEXT, ids["End"]))
    kept = current(plain, NEXT)
    assert kept
    assert names(kept) == ["End"]
    with plain.store.read() as tx:
        assert undoable(tx, pia, "ada", [NEXT])
        assert not undoable(tx, pia + 1, "ada", [NEXT])
    again = plan_day(plain, "ada", NEXT, seconds=0.2)
    assert "End" in names(again)
    with plain.store.read() as tx:
        assert not undoable(tx, pia, "ada", [DAY])
    with pytest.raises(Conflict):
        undo_kept(plain, pia, "ada")
    assert before.id != current(plain).id  # type: ignore[union-attr]


def test_a_move_to_another_day_is_kept_from_the_command_line_too(plain: Workspace, day: Any) -> None:
    _, ids = day
    kept = apply_simulated_days(plain, move_to_day(plain, "ada", DAY, NEXT, ids["End"], time(9)))
    assert ["End" in names(plan) for plan in kept] == [False, True]
    assert [current(plain, plan.day) == plan for plan in kept] == [True, True]


def test_what_is_taken_back_is_as_it_was_with_what_had_been_decided(plain: Workspace, day: Any, pia: int) -> None:
    before, ids = day
    for start in (time(13), time(14)):
        keep(plain, pia, simulate_change(plain, "ada", DAY, moved(ids["End"], start=start)))
    assert undo_kept(plain, pia, "ada") == [DAY]
    now = current(plain)
    assert now
    assert next(f"{stop.start:%H:%M}" for stop in now.stops if stop.name == "End") == "13:00"
    again = plan_day(plain, "ada", DAY, seconds=0.2)
    assert next(f"{stop.start:%H:%M}" for stop in again.stops if stop.name == "End") == "13:00"
    with pytest.raises(Conflict):
        undo_kept(plain, pia, "ada")
    assert len(before.stops) == len(now.stops)


def test_moves_that_mean_nothing_are_refused(plain: Workspace, day: Any) -> None:
    _, ids = day
    pin = Override(ids["Middle"], Wish.PIN)
    apply_simulated(plain, simulate_change(plain, "ada", NEXT, pin, on_empty_day=True))
    with pytest.raises(InputRejected, match="already on that day"):
        move_to_day(plain, "ada", DAY, DAY, ids["End"])
    with pytest.raises(InputRejected, match="is planned for Thu 26 Nov 2026 too"):
        move_to_day(plain, "ada", DAY, NEXT, ids["Middle"])
    with pytest.raises(NotReady, match="does not work on Sat"):
        move_to_day(plain, "ada", DAY, date(2026, 11, 28), ids["End"])


def test_keeping_a_change_leaves_every_other_pin_where_it_is(plain: Workspace, day: Any) -> None:
    _, ids = day
    apply_simulated(plain, simulate_change(plain, "ada", DAY, moved(ids["Middle"], start=time(13, 30))))
    # In Los Angeles it is still the day when the clock of the machine says it is over.
    late = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    plain.__dict__["clock"] = lambda: late
    with plain.store.read() as tx:
        before = tx.overrides.of_rep(tx.reps.get("ada").id)
    apply_simulated(plain, simulate_change(plain, "ada", NEXT, moved(ids["End"]), on_empty_day=True))
    with plain.store.read() as tx:
        after = tx.overrides.of_rep(tx.reps.get("ada").id)
    assert before
    assert {day: after[day] for day in before} == before


def test_a_proposal_tells_both_versions_to_who_comes_second(plain: Workspace, day: Any, pia: int) -> None:
    _, ids = day
    mine, yours = (
        propose(plain, Proposal("ada", what, (simulate_change(plain, "ada", DAY, wish),), plain.clock(), pia))
        for what, wish in (
            ("mine", Override(ids["End"], Wish.FORBID)),
            ("yours", Override(ids["Middle"], Wish.FORBID)),
        )
    )
    apply_proposal(plain, mine.id or 0, "ada", pia)
    with pytest.raises(ChangedMeanwhile) as told:
        apply_proposal(plain, yours.id or 0, "ada", pia)
    (versions,) = told.value.versions
    assert names(versions.current) == names(current(plain))
    assert sorted(names(current(plain))) == ["Middle", "Near"]
    assert sorted(names(versions.proposed.plan)) == ["End", "Near"]
    (kept,) = apply_proposal(plain, yours.id or 0, "ada", pia, anyway=True)
    assert kept == current(plain)
    undo_kept(plain, pia, "ada")
    assert sorted(names(current(plain))) == ["Middle", "Near"]


def test_a_search_that_ends_after_a_change_by_hand_does_not_undo_it(plain: Workspace, day: Any) -> None:
    _, ids = day

    def meanwhile(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - the protocol's signature
        if message == "Computing travel times":
            apply_simulated(plain, simulate_change(plain, "ada", DAY, Override(ids["End"], Wish.FORBID)))

    for search in (
        lambda: plan_day(plain, "ada", DAY, seconds=0, progress=meanwhile),
        lambda: plan_week(plain, ["ada"], DAY, seconds=0.2, progress=meanwhile),
    ):
        with pytest.raises(Conflict, match="changed Wed 25 Nov 2026 while it was planned"):
            search()
        assert "End" not in names(current(plain))
    assert "End" not in names(plan_day(plain, "ada", DAY, seconds=0))


def test_a_search_that_ends_after_another_search_keeps_what_that_one_kept(plain: Workspace, day: Any) -> None:
    _, ids = day

    def meanwhile(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - the protocol's signature
        if message == "Computing travel times":
            with plain.store.write() as tx:
                tx.accounts.update(replace(tx.accounts.get(ids["End"]), opening_hours="off"))
            plan_day(plain, "ada", DAY, seconds=0)

    for search in (
        lambda: plan_day(plain, "ada", DAY, seconds=0, progress=meanwhile),
        lambda: plan_week(plain, ["ada"], DAY, seconds=0.2, progress=meanwhile),
    ):
        with plain.store.write() as tx:
            tx.accounts.update(replace(tx.accounts.get(ids["End"]), opening_hours=""))
        plan_day(plain, "ada", DAY, seconds=0)
        with pytest.raises(Conflict, match=r"has \d visits?, .* now, and would have \d visits?") as both:
            search()
        assert "Wed 25 Nov 2026 (ada)" in both.value.fault
        assert "End" not in names(current(plain))
    # The same plan twice is no conflict.
    plan_day(plain, "ada", DAY, seconds=0)
