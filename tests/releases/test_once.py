"""One release a quarter: no second one, and no new node that sums of released ones give anyway."""

from typing import Any

import pytest

from assess.releases.once import AlreadyReleasedError, DerivedNodeError, derivable, leaf_teams, refuse_second_release
from assess.releases.structure import Result
from tests.releases.results import QUARTER, lantern, result_of


def released() -> Result:
    """Lantern with North (Ads, Box), Care, and the withheld Dock and Farm; two people of its own."""
    return Result(result_of(lantern())[0])


def divided(name: str, teams: list[str]) -> Result:
    """Write a second document of the quarter that has one node of these teams."""
    result: dict[str, Any] = result_of(lantern())[0]
    result["groups"].append({"name": name, "headcount": 20, "own_members": False, "teams": teams, "unit": "Lantern"})
    (cycle,) = result["scores"]["cycles"]
    cycle["teams"].append({**cycle["teams"][0], "team": name})
    return Result(result)


def test_the_same_document_is_not_released_again() -> None:
    with pytest.raises(AlreadyReleasedError, match="2026 Q4 have been released; a quarter is released once"):
        refuse_second_release(released(), released(), quarter=QUARTER)


@pytest.mark.parametrize(
    "teams",
    [
        ["Ads", "Box"],  # a union, and a unit under another name
        ["Ads", "Care"],  # a union across units
        ["Dock", "Farm", "Lantern"],  # a difference: the printed rest
        ["Care", "Dock", "Farm", "Lantern"],  # Lantern without North
        ["Box", "Dock", "Farm", "Lantern"],
    ],
)
def test_a_union_or_difference_of_released_nodes_is_refused_as_such(teams: list[str]) -> None:
    with pytest.raises(DerivedNodeError, match="“Mixed” is made of groups whose figures of 2026 Q4 were released"):
        refuse_second_release(released(), divided("Mixed", teams), quarter=QUARTER)


@pytest.mark.parametrize("teams", [["Dock"], ["Dock", "Ads"], ["Lantern", "Care"], ["Young people"]])
def test_what_does_not_follow_is_refused_all_the_same(teams: list[str]) -> None:
    with pytest.raises(AlreadyReleasedError):
        refuse_second_release(released(), divided("Mixed", teams), quarter=QUARTER)


def test_people_who_are_nowhere_released_follow_from_nothing() -> None:
    assert not derivable(released(), frozenset())
    assert not derivable(released(), frozenset({"Elsewhere"}))


def test_a_node_is_known_by_its_leaf_teams() -> None:
    sets = leaf_teams(released())
    assert sets["North"] == {"Ads", "Box"}
    assert sets["Lantern"] == {"Lantern", "Ads", "Box", "Care", "Dock", "Farm"}
