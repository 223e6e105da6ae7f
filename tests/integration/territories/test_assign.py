"""Regions are given to reps, on each database."""

import pytest

from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.territories.assign_territory import assign_territory
from gcrm.workspace import Workspace


def regions_of(workspace: Workspace, territory: str) -> list[str]:
    with workspace.store.read() as tx:
        return sorted(tx.regions.get(one).name for one in tx.territories.by_name(territory).region_ids)


def test_a_rep_gets_a_territory_of_his_own_name(land: Workspace) -> None:
    done = assign_territory(land, "ada", "squares", ["Left,Right"])
    assert (done.territory, done.rep, sorted(done.regions)) == ("Ada", "ada", ["Left", "Right"])
    assert sorted(done.added) == ["Left", "Right"]


def test_regions_are_added_to_those_that_are_there(land: Workspace) -> None:
    assign_territory(land, "ada", "squares", ["Left"])
    again = assign_territory(land, "ada", "squares", ["left", "Right"])
    assert again.added == ("Right",)
    assert regions_of(land, "Ada") == ["Left", "Right"]


def test_only_these_regions(land: Workspace) -> None:
    assign_territory(land, "ada", "squares", ["Left", "Right"])
    assert assign_territory(land, "ada", "squares", ["Far"], only=True).regions == ("Far",)
    assert regions_of(land, "Ada") == ["Far"]


def test_regions_are_taken_from_others_where_that_is_asked_for(land: Workspace) -> None:
    assign_territory(land, "ada", "squares", ["Left", "Right"])
    done = assign_territory(land, "ben", "squares", ["Left"], take=True)
    assert done.taken == ("Left",)
    assert done.also_owned == ()
    assert regions_of(land, "Ada") == ["Right"]


def test_a_rep_may_have_several_territories_by_name(land: Workspace) -> None:
    assign_territory(land, "ada", "squares", ["Left"], "Town")
    assign_territory(land, "ada", "squares", ["Far"], "Country")
    assert regions_of(land, "Town") == ["Left"]
    assert regions_of(land, "Country") == ["Far"]


def test_a_name_that_belongs_to_another_rep_is_refused(land: Workspace) -> None:
    assign_territory(land, "ada", "squares", ["Left"], "Town")
    with pytest.raises(Conflict, match="Town"):
        assign_territory(land, "ben", "squares", ["Far"], "Town")
    # A rep that is called as somebody's territory gets one with a number.
    assign_territory(land, "ada", "squares", ["Left"], "Ben")
    assert assign_territory(land, "ben", "squares", ["Far"]).territory == "Ben 2"


def test_what_is_not_known_is_refused_and_nothing_is_made(land: Workspace) -> None:
    with pytest.raises(NotFound, match="did you mean 'Left'"):
        assign_territory(land, "ada", "squares", ["Leftt"])
    with pytest.raises(NotFound) as caught:
        assign_territory(land, "ada", "circles", ["Left"])
    assert "squares" in caught.value.remedy
    with pytest.raises(NotFound, match="cy"):
        assign_territory(land, "cy", "squares", ["Left"])
    with pytest.raises(InputRejected):
        assign_territory(land, "ada", "squares", [" , "])
    with land.store.read() as tx:
        assert tx.territories.all() == []
