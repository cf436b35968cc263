"""Groups: the laws for any tree and roster, and the rule on small trees one can check by hand."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.surveys.groups import MemberFacts, Plan, PlannedGroup, TeamFacts, plan_groups


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[TeamFacts], list[MemberFacts]]:
    """Draw a tree of up to twelve teams, people in any of them, leaders who may lead several or sit elsewhere."""
    count = draw(st.integers(1, 12))
    parents = [None] + [draw(st.none() | st.integers(1, n)) for n in range(1, count)]
    sizes = [draw(st.integers(0, 15)) for _ in range(count)]
    members: list[MemberFacts] = []
    for team, size in enumerate(sizes, start=1):
        members += [MemberFacts(len(members) + n, team, f"p{len(members) + n}@x") for n in range(size)]
    emails = [member.email for member in members] or ["nobody@x"]
    leaders = [draw(st.none() | st.sampled_from(emails)) for _ in range(count)]
    teams = [TeamFacts(n + 1, f"T{n + 1:02}", parents[n], leaders[n]) for n in range(count)]
    return teams, members


Company = tuple[list[TeamFacts], list[MemberFacts]]


@settings(max_examples=120)
@given(companies())
def test_every_person_is_in_exactly_one_group(company: Company) -> None:
    teams, members = company
    plan = plan_groups(teams, members, organisation="Shop")
    counted = Counter(member for group in plan.groups for member in group.members)
    assert counted == Counter(member.id for member in members)


@settings(max_examples=120)
@given(companies(), st.integers(2, 9))
def test_every_group_is_large_enough_or_the_whole_organisation(company: Company, minimum: int) -> None:
    teams, members = company
    plan = plan_groups(teams, members, organisation="Shop", minimum=minimum)
    if len(members) >= minimum:
        assert all(len(group.members) >= minimum for group in plan.groups)
    else:
        assert len(plan.groups) == (1 if members else 0)


@settings(max_examples=80)
@given(companies())
def test_the_result_is_one_tree_with_names_and_ids_of_its_own(company: Company) -> None:
    plan = plan_groups(*company, organisation="Shop")
    seen: set[str] = set()
    for place, unit in enumerate(plan.units):
        assert (unit.parent is None) == (place == 0)
        assert unit.parent is None or unit.parent in seen, "parents come before children"
        seen.add(unit.id)
    assert len(seen) == len(plan.units)
    assert all(group.unit in seen for group in plan.groups)
    nodes = [unit.name for unit in plan.units] + [group.name for group in plan.groups if not group.own]
    assert len(set(nodes)) == len(nodes)
    ids = [group.id for group in plan.groups]
    assert len(set(ids)) == len(ids)
    assert not seen.intersection(ids)
    own = [group.unit for group in plan.groups if group.own]
    assert len(set(own)) == len(own), "a unit has one list of own members"


@settings(max_examples=80)
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(company: Company, random: st.DrawFn) -> None:
    teams, members = company
    expected = plan_groups(teams, members, organisation="Shop")
    random.shuffle(teams)  # type: ignore[attr-defined]
    random.shuffle(members)  # type: ignore[attr-defined]
    assert plan_groups(teams, members, organisation="Shop") == expected


@settings(max_examples=80)
@given(companies())
def test_last_quarters_groups_are_kept_when_nobody_moved(company: Company) -> None:
    teams, members = company
    first = plan_groups(teams, members, organisation="Shop")
    again = plan_groups(teams, members, organisation="Shop", before=[group.parts for group in first.groups])
    assert [group.id for group in again.groups] == [group.id for group in first.groups]


@settings(max_examples=120)
@given(companies())
def test_a_leader_never_sits_in_a_group_of_only_the_team_they_lead(company: Company) -> None:
    teams, members = company
    plan = plan_groups(teams, members, organisation="Shop")
    leads: dict[str, set[int]] = {}
    for team in teams:
        if team.leader_email and team.parent is not None:
            leads.setdefault(team.leader_email, set()).add(team.id)
    for member in members:
        group = next(group for group in plan.groups if member.id in group.members)
        for led in leads.get(member.email or "", set()):
            assert group.parts != (f"team:{led}",)


def company(sizes: dict[str, int], leaders: dict[str, str] | None = None) -> Company:
    """One business with leaf teams; people are numbered through, `leaders` maps a team to an address."""
    teams = [TeamFacts(1, "Shop", None, (leaders or {}).get("Shop"))]
    members: list[MemberFacts] = []
    for place, (name, size) in enumerate(sizes.items(), start=2):
        if name == "Shop":
            members += [MemberFacts(100 + n, 1, f"shop{n}@x") for n in range(size)]
            continue
        teams.append(TeamFacts(place, name, 1, (leaders or {}).get(name)))
        members += [MemberFacts(place * 1000 + n, place, f"{name.lower()}{n}@x") for n in range(size)]
    return teams, members


def by_name(plan: Plan) -> dict[str, int]:
    return {group.name: len(group.members) for group in plan.groups}


def find(plan: Plan, name: str) -> PlannedGroup:
    return next(group for group in plan.groups if group.name == name)


def test_a_team_of_six_stands_alone() -> None:
    assert by_name(plan_groups(*company({"A": 6, "B": 9}), organisation="Shop")) == {"A": 6, "B": 9}


def test_the_smallest_sibling_joins_a_team_that_is_too_small() -> None:
    plan = plan_groups(*company({"A": 3, "B": 9, "C": 7}), organisation="Shop")
    assert by_name(plan) == {"A + C": 10, "B": 9}
    assert find(plan, "A + C").teams == ("A", "C")


def test_siblings_join_until_there_are_six() -> None:
    assert by_name(plan_groups(*company({"A": 2, "B": 2, "C": 3, "D": 8}), organisation="Shop")) == {
        "A + B + C": 7,
        "D": 8,
    }


def test_last_quarters_partner_is_preferred_to_the_smallest_sibling() -> None:
    plan = plan_groups(
        *company({"A": 3, "B": 9, "C": 7}), organisation="Shop", before=[("team:2", "team:3"), ("team:4",)]
    )
    assert by_name(plan) == {"A + B": 12, "C": 7}


def test_a_small_team_without_a_sibling_is_collected_among_its_parents_own_members() -> None:
    plan = plan_groups(*company({"Shop": 4, "A": 3}), organisation="Shop")
    assert [(group.name, group.own, len(group.members)) for group in plan.groups] == [("Shop", True, 7)]


def test_the_leaders_of_teams_answer_together_in_the_unit_above() -> None:
    names = [f"T{n}" for n in range(6)]
    sizes = dict.fromkeys(names, 8)
    plan = plan_groups(*company(sizes, {name: f"{name.lower()}0@x" for name in names}), organisation="Shop")
    assert by_name(plan) == {"Shop": 6, **dict.fromkeys(names, 7)}
    assert find(plan, "Shop").own


def test_too_few_leaders_under_one_top_join_the_smallest_team_beside_them() -> None:
    plan = plan_groups(*company({"A": 9, "B": 8}, {"A": "a0@x", "B": "b0@x"}), organisation="Shop")
    assert by_name(plan) == {"A": 8, "B + Shop": 9}


def test_several_tops_get_the_organisation_above_them() -> None:
    teams = [TeamFacts(1, "Berlin", None), TeamFacts(2, "Shanghai", None)]
    members = [MemberFacts(n, 1 + n % 2) for n in range(20)]
    plan = plan_groups(teams, members, organisation="Berlin")
    assert [unit.name for unit in plan.units] == ["Berlin (2)"], "the organisation may be called like a team"
    assert by_name(plan) == {"Berlin": 10, "Shanghai": 10}


def test_an_organisation_of_one_team_is_one_group() -> None:
    plan = plan_groups([TeamFacts(1, "Shop", None, "p0@x")], [MemberFacts(n, 1, f"p{n}@x") for n in range(7)],
                       organisation="Shop")  # fmt: skip
    assert by_name(plan) == {"Shop": 7}


def test_teams_without_people_do_not_appear() -> None:
    assert by_name(plan_groups(*company({"A": 0, "B": 9}), organisation="Shop")) == {"B": 9}


def test_a_person_in_an_unknown_team_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such team: 9"):
        plan_groups([TeamFacts(1, "Shop", None)], [MemberFacts(1, 9)], organisation="Shop")


def test_a_circle_of_parents_is_an_error() -> None:
    teams = [TeamFacts(1, "A", 2), TeamFacts(2, "B", 1), TeamFacts(3, "C", None)]
    with pytest.raises(ValueError, match="circle"):
        plan_groups(teams, [MemberFacts(n, 3) for n in range(9)], organisation="Shop")
