"""Where data are not confidential, the organisation says how many people stand behind no figure."""

from typing import Any

from tests.scoring.small_worlds import Rating, document_of, make_key, make_tree, matrix

KEY = make_key((2,))


def organisation(groups: list[tuple[str, int, int]], *, minimum: int) -> dict[str, Any]:
    """Score flat groups of (name, answers, headcount)."""
    tree = make_tree([(name, None, heads) for name, _answers, heads in groups])
    nodes = [place for place, (_name, answers, _heads) in enumerate(groups) for _ in range(answers)]
    rows: list[list[Rating]] = [[3, 4] for _ in nodes]
    found: dict[str, Any] = document_of(KEY, matrix(rows, nodes), tree, minimum=minimum)[1]["organisation"]
    return found


def test_a_silent_team_is_named_by_its_headcount_and_not_counted() -> None:
    found = organisation([("A", 8, 8), ("B", 0, 20)], minimum=1)
    assert (found["n"], found["headcount"], found["headcount_not_counted"]) == (8, 8, 20)
    assert "headcount_not_counted" not in organisation([("A", 8, 9), ("B", 6, 20)], minimum=1)


def test_in_confidential_data_nobody_looks_like_a_few() -> None:
    none, few = (organisation([("A", 8, 8), ("B", answers, 20)], minimum=5) for answers in (0, 4))
    assert none == few
    assert "headcount_not_counted" not in none
