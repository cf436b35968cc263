"""How many joined and left is counted from invitations, never from answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assess.releases.store import read_frozen
from assess.surveys import cycles, inviting
from assess.surveys.composition import Invited, turnover
from assess.surveys.models import Cycle
from tests.surveys.shop import Shop

PARENTS = {"top": None, "north": "top", "a": "north", "b": "north", "c": "top"}


def invited(**groups: str | None) -> Invited:
    """Name one person per letter; None for a group with paper invitations."""
    return Invited({name: None if people is None else frozenset(people) for name, people in groups.items()}, PARENTS)


def test_people_who_change_groups_inside_a_unit_join_and_leave_below_it_only() -> None:
    found = turnover(invited(a="pqr", b="st", c="xy"), invited(a="pq", b="rstu", c="x"))
    assert found["a"] == (0, 1)
    assert found["b"] == (2, 0)
    assert found["north"] == (1, 0)
    assert found["c"] == (0, 1)
    assert found["top"] == (1, 1)


def test_with_paper_invitations_nothing_is_known_of_a_group_and_all_above_it() -> None:
    found = turnover(invited(a="pq", b=None, c="xy"), invited(a="pq", b="s", c="xyz"))
    assert found == {"a": (0, 0), "c": (1, 0)}


def test_a_node_of_one_quarter_only_is_compared_with_nothing() -> None:
    before = Invited({"a": frozenset("pq")}, {"top": None, "a": "top"})
    after = Invited({"b": frozenset("pq")}, {"top": None, "b": "top"})
    assert turnover(before, after) == {"top": (0, 0)}


people = st.frozensets(st.sampled_from("abcdefghij"))


@given(st.lists(people, min_size=3, max_size=3), st.lists(people, min_size=3, max_size=3))
def test_sizes_differ_by_what_joined_less_what_left(first: list[frozenset[str]], second: list[frozenset[str]]) -> None:
    names = ("a", "b", "c")
    before = Invited(dict(zip(names, first, strict=True)), PARENTS)
    after = Invited(dict(zip(names, second, strict=True)), PARENTS)
    for node, (joined, left) in turnover(before, after).items():
        then, now = before.by_node()[node], after.by_node()[node]
        assert then is not None
        assert now is not None
        assert len(now) - len(then) == joined - left
        assert 0 <= joined <= len(now)
        assert 0 <= left <= len(then)


def test_the_first_cycle_has_nothing_to_compare_with(shop: Shop) -> None:
    with shop.database.reading() as session:
        assert session.scalar(select(Cycle)).composition is None  # type: ignore[union-attr]


@pytest.fixture
def second_result(shop: Shop) -> dict[str, Any]:
    """Publish a quarter, then another one of the same people."""
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group)
    shop.finish()
    first = shop.cycle()
    cycles.create_cycle(
        shop.database,
        quarter="2027Q1",
        instrument=first.instrument_code,
        opens_at=first.opens_at,
        closes_at=first.closes_at,
    )
    inviting.open_cycle(shop.database, shop.settings, "2027Q1", now=first.opens_at)
    with shop.database.reading() as session:
        cycle = cycles.find_cycle(session, "2027Q1")
        assert cycle.composition is not None
        return {"composition": cycle.composition, "first": read_frozen(session, cycle_id=first.id)[0]}


def test_at_opening_every_node_is_compared_with_the_quarter_before(second_result: dict[str, Any]) -> None:
    composition = second_result["composition"]
    assert composition["since"] == "2026Q4"
    assert set(map(tuple, composition["nodes"].values())) == {(0, 0)}
    assert len(composition["nodes"]) >= 4
