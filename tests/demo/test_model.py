"""The demo's answers follow the model that docs/demo.md describes."""

import numpy as np
import pytest

from assess.demo.model import CARELESS_RATE, SKIP_RATE, Drawn, ModelItem, complete_scores, draw_quarter, expected_scores
from assess.scoring.interval import team_interval
from assess.scoring.moments import FloatArray, Moments

ITEMS = tuple(ModelItem(f"I{k}", dimension=k // 6, reverse_keyed=k % 6 == 4) for k in range(24))
LEVELS = np.array([[0.5, -0.5, 0.0, 1.0]])


def draw(levels: FloatArray, people: int, *, quarter: int = 1, seed: int = 7, first: int = 0) -> Drawn:
    tiled = np.tile(levels, (people, 1))
    return draw_quarter(ITEMS, range(first, first + people), tiled, seed=seed, quarter=quarter)


def person_scores(drawn: Drawn) -> FloatArray:
    """Score by hand: reverse, rescale, average over everything given; nan with less than half of the items."""
    scores = np.full((drawn.ticked.shape[0], 4), np.nan)
    for row in range(drawn.ticked.shape[0]):
        for place in range(4):
            given = [
                25.0 * ((6 - drawn.ticked[row, k] if item.reverse_keyed else drawn.ticked[row, k]) - 1)
                for k, item in enumerate(ITEMS)
                if item.dimension == place and drawn.kept[row, k]
            ]
            if len(given) >= 3:
                scores[row, place] = np.mean(given)
    return scores


def test_a_large_team_scores_what_the_model_expects() -> None:
    seen = np.nanmean(person_scores(draw(LEVELS, 5_000)), axis=0)
    # Careless people give 3, 4 or 5 everywhere, which pulls each dimension by at most CARELESS_RATE * 60 points.
    assert seen == pytest.approx(expected_scores(ITEMS, LEVELS, 7)[0], abs=CARELESS_RATE * 60 + 1.0)


def test_higher_levels_score_higher_also_through_the_reversed_item() -> None:
    low, high = (expected_scores(ITEMS, np.full((1, 4), level), 7) for level in (0.0, 0.8))
    assert (high > low + 10).all()
    drawn = draw(np.full((1, 4), 1.5), 2_000)
    assert drawn.ticked[:, 4].mean() < 2.5
    assert drawn.ticked[:, 3].mean() > 3.5


def test_some_items_are_skipped_at_the_documented_rate() -> None:
    assert 1 - draw(LEVELS, 5_000).kept.mean() == pytest.approx(SKIP_RATE, abs=0.003)


def test_the_same_seed_and_quarter_draw_the_same_answers() -> None:
    one, same, later = draw(LEVELS, 9), draw(LEVELS, 9), draw(LEVELS, 9, quarter=2)
    assert np.array_equal(one.ticked, same.ticked)
    assert np.array_equal(one.outcomes, same.outcomes)
    assert not np.array_equal(one.ticked, later.ticked)


def test_people_answer_alike_in_the_next_quarter_and_strangers_do_not() -> None:
    first = complete_scores(ITEMS, draw(LEVELS, 3_000).ticked, 4)
    again = complete_scores(ITEMS, draw(LEVELS, 3_000, quarter=2).ticked, 4)
    strangers = complete_scores(ITEMS, draw(LEVELS, 3_000, quarter=2, first=5_000).ticked, 4)
    alike = np.corrcoef(first[:, 0], again[:, 0])[0, 1]
    assert 0.35 < alike < 0.65  # near .5, what measurement of real repeated surveys shows
    assert abs(np.corrcoef(first[:, 0], strangers[:, 0])[0, 1]) < 0.06


def test_a_unanimous_team_ticks_the_same_throughout() -> None:
    levels = np.tile(LEVELS, (8, 1))
    unanimous = np.array([True] * 4 + [False] * 4)
    drawn = draw_quarter(ITEMS, range(8), levels, seed=7, quarter=1, unanimous=unanimous)
    assert (drawn.ticked[:4] == drawn.ticked[0]).all()
    assert not (drawn.ticked[4:] == drawn.ticked[4]).all()


def test_recommending_follows_trust_more_than_role_clarity() -> None:
    base = np.zeros((1, 4))
    trusted, clear = base.copy(), base.copy()
    trusted[0, 1], clear[0, 2] = 1.0, 1.0
    plain, by_trust, by_roles = (draw(x, 4_000).outcomes[:, 0].mean() for x in (base, trusted, clear))
    assert by_trust - plain > 0.5 > by_roles - plain > 0.0


def test_comparing_intervals_cover_the_planted_truth_as_promised() -> None:
    expected = expected_scores(ITEMS, LEVELS, 7)[0]
    hits = 0
    for repeat in range(400):
        scores = person_scores(draw(LEVELS, 8, quarter=100 + repeat, first=8 * repeat))
        for place in range(4):
            points = scores[~np.isnan(scores[:, place]), place] - 50.0
            sums = (np.array([points.size]), np.array([points.sum()]), np.array([(points**2).sum()]))
            interval = team_interval(Moments(*sums), np.array([-1]), 330.0, rho=0.0)
            hits += bool(interval.low[0] <= expected[place] <= interval.high[0])
    assert 0.93 <= hits / 1600 <= 0.98
