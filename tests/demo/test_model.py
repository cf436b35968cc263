"""The demo's answers follow the model that docs/demo.md describes."""

import numpy as np
import pytest

from assess.demo.model import CARELESS_RATE, SKIP_RATE, ModelItem, draw_answers, expected_scores
from assess.scoring.interval import team_interval
from assess.scoring.moments import Moments

ITEMS = tuple(ModelItem(f"I{k}", dimension=k // 6, reverse_keyed=k % 6 == 4) for k in range(24))
LEVELS = (0.5, -0.5, 0.0, 1.0)


def dimension_scores(answers: list[dict[str, int]]) -> list[float]:
    """Score by hand: reverse, rescale, average over everything given."""
    points: list[list[float]] = [[] for _ in LEVELS]
    for answer in answers:
        for item in ITEMS:
            if item.code in answer:
                value = 6 - answer[item.code] if item.reverse_keyed else answer[item.code]
                points[item.dimension].append(25.0 * (value - 1))
    return [float(np.mean(p)) for p in points]


def test_a_large_team_scores_what_the_model_expects() -> None:
    seen = dimension_scores(draw_answers(ITEMS, LEVELS, 20_000, seed=(7, 0)))
    expected = expected_scores(ITEMS, LEVELS, 7)
    # Careless people give 3, 4 or 5 everywhere, which pulls each dimension by at most CARELESS_RATE * 60 points.
    assert seen == pytest.approx([expected[d] for d in range(4)], abs=CARELESS_RATE * 60 + 0.6)


def test_higher_levels_score_higher_also_through_the_reversed_item() -> None:
    low = expected_scores(ITEMS, (0.0,) * 4, 7)
    high = expected_scores(ITEMS, (0.8,) * 4, 7)
    assert all(high[d] > low[d] + 10 for d in range(4))
    answers = draw_answers(ITEMS, (1.5,) * 4, 2_000, seed=(7, 1))
    reversed_mean = np.mean([a["I4"] for a in answers if "I4" in a])
    plain_mean = np.mean([a["I3"] for a in answers if "I3" in a])
    assert reversed_mean < 2.5
    assert plain_mean > 3.5


def test_some_items_are_skipped_at_the_documented_rate() -> None:
    answers = draw_answers(ITEMS, LEVELS, 5_000, seed=(7, 2))
    given = sum(len(a) for a in answers) / (5_000 * 24)
    assert 1 - given == pytest.approx(SKIP_RATE, abs=0.003)


def test_the_same_seed_draws_the_same_answers() -> None:
    assert draw_answers(ITEMS, LEVELS, 9, seed=(3, 4)) == draw_answers(ITEMS, LEVELS, 9, seed=(3, 4))
    assert draw_answers(ITEMS, LEVELS, 9, seed=(3, 4)) != draw_answers(ITEMS, LEVELS, 9, seed=(3, 5))


def test_comparing_intervals_cover_the_planted_truth_as_promised() -> None:
    hits = 0
    expected = expected_scores(ITEMS, LEVELS, 7)
    for draw in range(400):
        answers = draw_answers(ITEMS, LEVELS, 8, seed=(7, 100 + draw))
        for place in range(4):
            points = np.array([s for a in answers if (s := person_score(a, place)) is not None]) - 50.0
            sums = (np.array([points.size]), np.array([points.sum()]), np.array([(points**2).sum()]))
            interval = team_interval(Moments(*sums), np.array([-1]), 330.0, rho=0.0)
            hits += bool(interval.low[0] <= expected[place] <= interval.high[0])
    assert 0.93 <= hits / 1600 <= 0.98


def person_score(answer: dict[str, int], place: int) -> float | None:
    """Score one person by hand: half of the items, reversed where needed."""
    given = [
        25.0 * ((6 - answer[i.code] if i.reverse_keyed else answer[i.code]) - 1)
        for i in ITEMS
        if i.dimension == place and i.code in answer
    ]
    return float(np.mean(given)) if len(given) >= 3 else None
