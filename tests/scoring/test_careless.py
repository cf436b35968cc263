"""Straight-lining: who can be judged, who is flagged, and the rate that may be shown."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.answers import MISSING
from assess.scoring.careless import StraightLining, straight_lining
from tests.scoring.small_worlds import matrix, read_table

Ratings = npt.NDArray[np.int8]
EIGHT = np.arange(8) == 7
TEN = np.arange(10) == 9


def judge(*rows: Sequence[int | None], reverse: npt.NDArray[np.bool_] = TEN) -> tuple[list[bool], list[bool]]:
    found = straight_lining(matrix(rows, [0] * len(rows)).ratings, reverse)
    return found.judged.tolist(), found.flagged.tolist()


@pytest.mark.parametrize("rating", [1, 3, 5])
def test_the_same_tick_throughout_is_a_straight_line(rating: int) -> None:
    assert judge([rating] * 10) == ([True], [True])


def test_one_other_tick_is_none() -> None:
    assert judge([4] * 9 + [2], [2] + [4] * 9) == ([True, True], [False, False])


@pytest.mark.parametrize(("skipped", "judged"), [(2, True), (3, False)])
def test_eight_answers_are_needed(skipped: int, judged: bool) -> None:
    assert judge([None] * skipped + [4] * (10 - skipped)) == ([judged], [judged])


def test_without_the_reversed_item_a_straight_line_may_be_honest() -> None:
    assert judge([4] * 9 + [None]) == ([False], [False])
    assert judge([4] * 10, reverse=np.zeros(10, dtype=np.bool_)) == ([False], [False])


def test_a_short_questionnaire_nobody_and_nothing_answered_are_judged_aloud() -> None:
    assert judge([4] * 7, reverse=EIGHT[1:]) == ([False], [False])
    assert judge([None] * 10) == ([False], [False])
    empty = straight_lining(np.zeros((0, 10), dtype=np.int8), TEN)
    assert empty.judged.shape == empty.flagged.shape == (0,)
    bare = straight_lining(np.zeros((3, 0), dtype=np.int8), np.zeros(0, dtype=np.bool_))
    assert bare.judged.tolist() == bare.flagged.tolist() == [False] * 3


# 2.5 and 7.5 percent lie half-way and go up.
@pytest.mark.parametrize(
    ("persons", "flagged", "percent"),
    [(50, 0, 0), (50, 1, 0), (40 + 40, 2, 5), (50, 3, 5), (80, 6, 10), (60, 60, 100), (49, 10, None), (0, 0, None)],
)
def test_the_rate_is_told_in_steps_of_five_from_fifty_persons(persons: int, flagged: int, percent: int | None) -> None:
    everybody = np.ones(persons, dtype=np.bool_)
    assert StraightLining(everybody, np.arange(persons) < flagged).percent(everybody) == percent


def test_people_who_cannot_be_judged_or_are_not_counted_stay_out_of_the_rate() -> None:
    """Of 120 persons 20 answered too little and 40 are not counted; 6 of the other 60 are flagged, all others not."""
    place = np.arange(120)
    found = StraightLining(judged=place >= 20, flagged=(place >= 20) & ((place < 26) | (place >= 80)))
    assert found.percent(place < 80) == 10
    assert found.percent(place < 69) is None


def test_nobody_in_the_real_survey_is_judged_without_a_reversed_item() -> None:
    """LEAD01-11 of lq2002 are keyed one way; were LEAD11 reversed, whoever gave one rating throughout is flagged."""
    rows = [[int(row[f"LEAD{i:02d}"]) for i in range(1, 12)] for row in read_table("lq2002.csv")]
    ratings = np.array(rows, dtype=np.int8)
    assert not straight_lining(ratings, np.zeros(11, dtype=np.bool_)).judged.any()
    found = straight_lining(ratings, np.arange(11) == 10)
    assert found.judged.all()
    assert found.flagged.tolist() == [len(set(row)) == 1 for row in rows]
    assert 0 < found.flagged.sum() < len(rows)


# --- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Ratings, npt.NDArray[np.bool_]]:
    """Few options and few gaps, so that straight lines happen."""
    items = draw(st.integers(1, 14))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    ratings = random.integers(1, 6, size=(40, items)).astype(np.int8)
    lines = random.random(40) < 0.5
    ratings[lines] = ratings[lines, :1]
    ratings[random.random(ratings.shape) < draw(st.sampled_from([0.0, 0.1, 0.4]))] = MISSING
    return ratings, random.random(items) < 0.3


@settings(max_examples=60, deadline=None)
@given(surveys())
def test_it_is_what_reading_one_person_after_another_finds(survey: tuple[Ratings, npt.NDArray[np.bool_]]) -> None:
    ratings, reverse = survey
    found = straight_lining(ratings, reverse)
    for person, row in enumerate(ratings.tolist()):
        given_ratings = [rating for rating in row if rating != MISSING]
        turned = any(rating != MISSING and back for rating, back in zip(row, reverse.tolist(), strict=True))
        judged = len(given_ratings) >= 8 and turned
        assert found.judged[person] == judged
        assert found.flagged[person] == (judged and len(set(given_ratings)) == 1)


@settings(max_examples=30, deadline=None)
@given(surveys(), st.integers(0, 2**32))
def test_the_order_of_people_and_items_does_not_matter(
    survey: tuple[Ratings, npt.NDArray[np.bool_]], seed: int
) -> None:
    ratings, reverse = survey
    random = np.random.default_rng(seed)
    people, items = random.permutation(len(ratings)), random.permutation(len(reverse))
    moved = straight_lining(ratings[people][:, items], reverse[items])
    found = straight_lining(ratings, reverse)
    assert moved.judged.tolist() == found.judged[people].tolist()
    assert moved.flagged.tolist() == found.flagged[people].tolist()


def test_many_people_are_judged_like_few() -> None:
    """More than one block of 65,536 persons, the last one partly filled."""
    ratings = np.random.default_rng(1).integers(1, 3, (70_000, 8)).astype(np.int8)
    found = straight_lining(ratings, EIGHT)
    assert found.judged.all()
    assert found.flagged.tolist() == (ratings == ratings[:, :1]).all(axis=1).tolist()
