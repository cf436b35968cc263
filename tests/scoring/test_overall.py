"""Nobody who left out a dimension can be worked out from the overall score and the dimensions."""

import numpy as np
import pytest

from assess.scoring.key import ScoringKey
from tests.scoring.small_worlds import Rating, by_team, document_of, make_key, make_tree, matrix

KEY: ScoringKey = make_key((2, 2, 2, 2))
FULL: list[list[Rating]] = [[4, 4, 3, 3, 5, 5, 2, 2], [5, 4, 3, 4, 5, 4, 2, 3], [3, 3, 3, 3, 3, 3, 3, 3]] * 3


def released(rows: list[list[Rating]], *, minimum: int = 5) -> tuple[float, list[float], float]:
    """Give the team's overall score, its dimension scores, and the organisation's overall score."""
    tree = make_tree([("A", None, len(rows) + 1)])
    _scores, document = document_of(KEY, matrix(rows, [0] * len(rows)), tree, minimum=minimum)
    team = by_team(document)["A"]
    return (
        team["overall"]["score_100"],
        [figures["score_100"] for figures in team["dimensions"].values()],
        document["organisation"]["overall"]["score_100"],
    )


def test_with_everybody_complete_the_overall_score_is_the_mean_of_people() -> None:
    overall, _dimensions, whole = released(FULL, minimum=1)
    table = np.array(FULL, dtype=float)
    people = 25.0 * (table - 1.0).mean(axis=1)
    assert overall == pytest.approx(np.mean(people))
    assert whole == pytest.approx(np.mean(people))


def test_one_person_without_a_dimension_moves_the_overall_score_only_as_far_as_the_dimensions_say() -> None:
    # Without the rule the two leavings-out below would differ by ten points in the overall score of six people.
    six = FULL[:5]
    high: list[list[Rating]] = [*six, [5, 5, 5, 5, 5, 5, None, None]]
    exact_overall, exact_dimensions, _whole = released(high, minimum=1)
    overall, dimensions, whole = released(high)
    assert overall == whole == int(np.mean(exact_dimensions) + 0.5)
    assert exact_overall - np.mean(exact_dimensions) > 1.0, "where data are not confidential it is people's mean"
    assert dimensions == [int(value + 0.5) for value in exact_dimensions]


def test_however_many_left_out_a_dimension_it_is_the_mean_of_the_dimensions() -> None:
    rows: list[list[Rating]] = [*FULL, *([[5, 5, 5, 5, 5, 5, None, None]] * 5)]
    exact_overall, exact_dimensions, _whole = released(rows, minimum=1)
    overall, _dimensions, organisation = released(rows)
    assert overall == organisation == int(np.mean(exact_dimensions) + 0.5)
    assert abs(exact_overall - np.mean(exact_dimensions)) > 2.0


def test_the_organisation_has_no_overall_score_without_all_its_dimensions() -> None:
    rows: list[list[Rating]] = [[None, None, 4, 4, 4, 4, 4, 4]] + [[4, 4, 4, 4, 4, 4, 4, 4] for _ in range(4)]
    _scores, document = document_of(KEY, matrix(rows, [0] * 5), make_tree([("A", None, -1)]), minimum=5)
    assert document["organisation"]["overall"] == {"suppressed": "too_few"}
