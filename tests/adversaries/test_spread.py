"""Below ten answers nothing printed of a team gives its SD better than four points, in whatever combination."""

import json
from typing import Any

import numpy as np
import pytest

from assess.releases.document import cycle_document
from assess.releases.history import scored_in_turn
from assess.scoring.answers import AnswerMatrix
from assess.scoring.change import displayed_change, moderated_change
from assess.scoring.cycle_statistics import Summary, recorded_summary
from assess.scoring.display import ScoreBlock, show_score
from assess.scoring.engine import score_cycle
from assess.scoring.measures import Measure, as_shown
from assess.scoring.moments import Moments
from tests.adversaries.attack import Floats
from tests.scoring.small_worlds import make_key, make_tree, matrix

STEP = 0.25
SPREADS: Floats = np.arange(0.0, 50.0, STEP)
ENDS = 2.5  # the lowest step of the record: below it people are nearly unanimous, which a mean near an end tells too
COARSEST = 4.0


def a_measure(v0: float, reliability: float) -> Measure:
    """Any measure, for the two numbers that an interval takes from it."""
    key = make_key((1,))
    answers = AnswerMatrix(np.full((6, 1), 3, dtype=np.int8), np.zeros(6, dtype=np.int32))
    measure = score_cycle(key, answers, make_tree([("A", None, 6)]), minimum=5).dimensions[0]
    object.__setattr__(measure, "v0", v0)
    object.__setattr__(measure, "reliability", reliability)
    return measure


def of_spreads(n: int) -> Moments:
    """Groups of n people with mean 50 and each of the SDs."""
    return Moments(np.full(SPREADS.size, n), np.zeros(SPREADS.size), (n - 1) * SPREADS**2)


def alike(printed: list[Any]) -> list[Floats]:
    """Collect the SDs for which the very same things are printed."""
    found: dict[str, list[float]] = {}
    for spread, figures in zip(SPREADS.tolist(), printed, strict=True):
        found.setdefault(json.dumps(figures, sort_keys=True, default=str), []).append(spread)
    return [np.array(spreads) for spreads in found.values()]


def assert_coarse(groups: list[Floats]) -> None:
    for spreads in groups:
        wide = spreads.max() - spreads.min() + STEP >= COARSEST
        assert wide or spreads.max() < ENDS or spreads.min() >= SPREADS.max() - ENDS, spreads


def half_widths_of_everything(n: int) -> list[list[object]]:
    """All intervals of one quarter for several N, v0 and reliabilities, and changes from several quarters, together."""
    printed: list[list[object]] = [[] for _ in SPREADS]
    groups = of_spreads(n)
    none = np.zeros(SPREADS.size, dtype=np.int64)
    for v0 in (120.0, 225.0, 400.0, 484.0, 700.0):
        for reliability in (0.6, 0.9):
            measure = a_measure(v0, reliability)
            for heads in (-1, n, n + 1, n + 4):
                block = ScoreBlock.of(measure, as_shown(groups, 5), none + heads, none, none)
                for place, line in enumerate(printed):
                    line.append(show_score(block, place, None, 5))
        later = recorded_summary(groups, exact=False)
        for before in (5, 9, 30):
            earlier = Summary(none + before, np.full(SPREADS.size, 47.0), np.full(SPREADS.size, 20.0))
            shown = displayed_change(moderated_change(earlier, later, v0))
            for place, line in enumerate(printed):
                line.append((shown.difference_100[place], shown.low_100[place], shown.high_100[place]))
    return printed


@pytest.mark.parametrize("n", range(5, 10))
def test_all_half_widths_together_leave_four_points_of_the_sd(n: int) -> None:
    assert_coarse(alike(half_widths_of_everything(n)))


def test_intervals_from_the_exact_sd_would_not_pass() -> None:
    groups = of_spreads(5)
    none = np.zeros(SPREADS.size, dtype=np.int64)
    printed: list[list[object]] = [[] for _ in SPREADS]
    for v0 in (120.0, 225.0, 400.0, 484.0, 700.0):
        block = ScoreBlock.of(a_measure(v0, 0.8), groups, none - 1, none, none)
        for place, line in enumerate(printed):
            line.append(show_score(block, place, None, 5))
    with pytest.raises(AssertionError):
        assert_coarse(alike(printed))


ITEMS = 20


def person(points: float) -> list[int]:
    """Answers of somebody with this score, in steps of 1.25 points."""
    steps = round(points / 1.25)
    return [1 + steps // ITEMS + (item < steps % ITEMS) for item in range(ITEMS)]


def quarters(n: int, away: float) -> list[tuple[str, AnswerMatrix, Any]]:
    """Two quarters of a team of n with the mean 50 and two people `away` from it on either side, beside three teams."""
    tree = make_tree([("small", None, n + 1), *((name, None, 12) for name in "ABC")])
    random = np.random.default_rng(3)
    large = [person(1.25 * step) for step in random.integers(20, 60, 36).tolist()]
    nodes = [0] * n + [1] * 12 + [2] * 12 + [3] * 12
    result = []
    for label, far in (("2026Q1", 15.0), ("2026Q2", away)):
        small = [50.0 - far, 50.0 - far, 50.0 + far, 50.0 + far, *([50.0] * (n - 4))]
        result.append((label, matrix([person(score) for score in small] + large, nodes), tree))
    return result


@pytest.mark.parametrize("n", [5, 8])
def test_the_entry_of_a_small_team_with_its_change_leaves_four_points_of_the_sd(n: int) -> None:
    found: dict[str, list[float]] = {}
    for away in np.arange(0.0, 50.0, 1.25).tolist():
        last = scored_in_turn(make_key((ITEMS,)), quarters(n, away), minimum=5)[-1]
        (entry,) = [entry for entry in cycle_document(last)["teams"] if entry["team"] == "small"]  # type: ignore[attr-defined]
        assert entry["change"]
        found.setdefault(json.dumps(entry, sort_keys=True), []).append(away * np.sqrt(4.0 / (n - 1)))
    step = 1.25 * np.sqrt(4.0 / (n - 1))
    groups = sorted(found.values())
    assert len(groups) > 1
    for spreads in groups[1:-1]:  # the ends of what is possible cut the first and the last
        assert max(spreads) - min(spreads) + step >= COARSEST
