"""The preview of reportability follows the rules of closing and nothing else."""

from math import comb

import pytest

from assess.surveys.groups import MemberFacts, Plan, TeamFacts, plan_groups
from assess.surveys.plan_words import composition_sentences
from assess.surveys.planning import RATES, preview


def plan_of(sizes: dict[str, int], *, own: int = 0) -> Plan:
    """Plan teams directly under one shop; `own` people belong to the shop itself."""
    teams = [TeamFacts(1, "Shop", None)] + [TeamFacts(2 + i, name, 1) for i, name in enumerate(sizes)]
    people = [team.id for team in teams[1:] for _ in range(sizes[team.name])] + [1] * own
    return plan_groups(teams, [MemberFacts(i, team) for i, team in enumerate(people)], organisation="Shop")


def at_least(k: int, n: int, rate: float) -> float:
    return sum(comb(n, x) * rate**x * (1 - rate) ** (n - x) for x in range(k, n + 1))


def test_a_group_of_its_own_is_shown_as_often_as_enough_people_answer() -> None:
    # Forty leaders answer beside it, so that nothing has to be hidden for anybody's sake.
    seen = preview(plan_of({"Care": 8, "Large": 60}, own=40), minimum=5)
    care = next(node for node in seen.nodes if node.name == "Care")
    assert care.invited == 8
    for rate, share in zip(RATES, care.shown, strict=True):
        assert share == pytest.approx(at_least(5, 8, rate), abs=0.07)


def test_a_small_group_costs_its_only_neighbour_the_report() -> None:
    seen = preview(plan_of({"Box": 6, "Care": 8}), minimum=5)
    shown = {node.name: node.shown for node in seen.nodes}
    both = at_least(5, 6, 0.6) * at_least(5, 8, 0.6)
    assert shown["Care"][0] == pytest.approx(both, abs=0.08), "hidden whenever the smaller one is"
    assert shown["Shop"][0] > 0.9


def test_merging_is_proposed_where_a_group_is_at_risk_and_helps() -> None:
    seen = preview(plan_of({"Box": 6, "Care": 7, "Dock": 30}), minimum=5)
    merging = seen.mergings[0]
    assert merging.groups == ("Box", "Care")
    assert merging.after > max(merging.before)
    assert not [m for m in seen.mergings if "Dock" in m.groups]


def test_nothing_is_proposed_where_everybody_is_safe() -> None:
    seen = preview(plan_of({"North": 40, "South": 50}), minimum=5)
    assert seen.mergings == ()
    assert seen.reportable == (2.0, 2.0, 2.0)
    assert seen.groups == 2


def test_the_same_plan_gives_the_same_preview_and_more_response_never_less() -> None:
    plan = plan_of({"Box": 6, "Care": 9, "Dock": 12}, own=7)
    seen = preview(plan, minimum=5)
    assert preview(plan, minimum=5) == seen
    assert list(seen.reportable) == sorted(seen.reportable)
    assert [node.own_members for node in seen.nodes if node.name == "Shop"] == [True]


def test_who_is_asked_together_is_said_with_the_reason() -> None:
    people = {"Ads": 8, "Box": 3, "Care": 9}
    lines = composition_sentences(plan_of(people), minimum=6)
    assert lines == ["Ads + Box: 11 people in one group, since one part alone has fewer than 6."]
    assert composition_sentences(plan_of({"Ads": 8, "Care": 9}), minimum=6) == []
    with_own = composition_sentences(plan_of({"Ads": 8, "Care": 9}, own=7), minimum=6)
    assert [line[:50] for line in with_own] == ["Whoever leads a team answers with the unit above i"]


def test_of_many_merged_groups_the_rest_is_counted() -> None:
    teams = [TeamFacts(1, "Shop", None)]
    people: list[int] = []
    for unit in range(14):
        teams.append(TeamFacts(100 + unit, f"Unit {unit}", 1))
        for half in range(2):
            teams.append(TeamFacts(200 + 2 * unit + half, f"Team {unit}-{half}", 100 + unit))
            people += [200 + 2 * unit + half] * 4
    planned = plan_groups(teams, [MemberFacts(i, team) for i, team in enumerate(people)], organisation="Shop")
    lines = composition_sentences(planned, minimum=6)
    assert len(lines) == 13
    assert lines[-1] == "and 2 more"
