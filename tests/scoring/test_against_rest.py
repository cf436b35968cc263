"""One team against the rest: Welch against R and SciPy, the moderated test against a plain loop, and their laws."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assess.scoring.against_rest import Difference, RestWord, against_rest, rest_word, welch
from assess.scoring.false_discovery import adjusted
from assess.scoring.interval import pooled_variance
from assess.scoring.moments import FloatArray, Moments
from tests.scoring.small_worlds import reference
from tests.scoring.test_variance_components import POINTS, answered_worlds, army, moments

# Rows of tests_lq2002_lead_team_vs_rest.csv (R 4.2.2: t.test per company against all others, p.adjust over all 49).
# company, n, difference of raw means, Welch t, df, p, p adjusted by BH
WELCH = [
    ("2", 24, -0.119541550289816, -0.669533871809014, 23.4881931169685, 0.509683673583746, 0.624362500140089),
    ("3", 37, -0.053274675718566, -0.448959451371078, 37.7878796460307, 0.656025205069765, 0.747563605777175),
    ("4", 45, -0.281666944861737, -2.46278060737476, 46.3596805130238, 0.0175597807335385, 0.0559471459696943),
    ("9", 13, 0.323022467921433, 1.61676596060486, 12.2020782191401, 0.131472936125989, 0.238599032228646),
    ("18", 94, 0.10063190337558, 1.07869394145489, 100.76980061611, 0.283299462823866, 0.420656778132407),
    ("27", 73, 0.258852816412805, 2.56525189600899, 77.0546186447988, 0.0122521938377006, 0.0428826784319521),
    ("37", 10, 0.319031853972799, 1.68993101975832, 9.16992303061479, 0.124677992916282, 0.234970063572994),
    ("48", 13, 0.696026496913633, 2.96340456432733, 12.1449336951069, 0.0117102432209997, 0.0428826784319521),
    ("58", 20, 0.123221832569013, 0.954723790192426, 19.786557293304, 0.351236891255692, 0.46515155868997),
]


def companies_by_welch() -> tuple[tuple[str, ...], Difference]:
    names, teams = army("lead")
    rest = Moments(*(part.sum() - part for part in (teams.n, teams.first, teams.second)))
    sides = [(side.n, side.mean, np.sqrt(side.variance)) for side in (teams, rest)]
    return names, welch(*sides[0], *sides[1])


def figures(found: Difference) -> list[FloatArray]:
    return [found.difference_100, found.se, found.t, found.df, found.p]


@pytest.mark.parametrize("row", WELCH, ids=lambda row: f"company {row[0]}")
def test_welch_of_a_company_matches_r(row: tuple[str, int, float, float, float, float, float]) -> None:
    names, found = companies_by_welch()
    place = names.index(row[0])
    assert army("lead")[1].n[place] == row[1]
    assert found.difference_100[place] / POINTS == pytest.approx(row[2], rel=1e-10)
    assert [found.t[place], found.df[place], found.p[place]] == pytest.approx(row[3:6], rel=1e-10)
    assert adjusted(found.p, found.available)[place] == pytest.approx(row[6], rel=1e-10)


def test_nineteen_companies_differ_from_the_rest_and_fourteen_after_adjusting() -> None:
    expected = reference("tests.lq2002_team_vs_rest")
    _, found = companies_by_welch()
    assert found.available.all()
    assert int((found.p < 0.05).sum()) == expected["n_p_lt_.05"] == 19
    assert int((adjusted(found.p, found.available) < 0.05).sum()) == expected["n_bh_lt_.05"] == 14


def test_welch_of_the_sleep_data_matches_the_help_page_of_r() -> None:
    record = reference("tests.sleep")
    found = welch(record["n2"], record["mean2"], record["sd2"], record["n1"], record["mean1"], record["sd1"])
    assert float(found.difference_100) == pytest.approx(1.58)
    assert float(found.t) == pytest.approx(record["welch_t"], rel=1e-10)
    assert float(found.df) == pytest.approx(record["welch_df"], rel=1e-10)
    assert float(found.p) == pytest.approx(record["welch_p"], rel=1e-10)
    half = float(stats.t.ppf(0.975, float(found.df)) * found.se)
    assert 1.58 + half == pytest.approx(record["welch_hi"], rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(2, 60), st.floats(0, 100), st.floats(0, 100), st.floats(0.5, 50))
def test_welch_is_what_scipy_computes(n1: int, n2: int, mean1: float, mean2: float, sd: float) -> None:
    for other in (sd, 2 * sd, 0.0):
        found = welch(n1, mean1, sd, n2, mean2, other)
        expected = stats.ttest_ind_from_stats(mean1, sd, n1, mean2, other, n2, equal_var=False)
        assert bool(found.available)
        assert float(found.t) == pytest.approx(float(expected.statistic), rel=1e-9, abs=1e-12)
        assert float(found.p) == pytest.approx(float(expected.pvalue), rel=1e-8)


def test_welch_is_not_available_for_one_person_nor_where_nobody_differs() -> None:
    found = welch(
        [1, 5, 5, 0, 5, 5],
        [50.0, 50.0, 50.0, np.nan, 50.0, 50.0],
        [np.nan, 10.0, 0.0, np.nan, 1e-7, np.nan],
        [5, 1, 5, 5, 5, 5],
        60.0,
        [10.0, 0.0, 0.0, 10.0, 0.0, 10.0],
    )
    assert not found.available.any()
    assert found.p.tolist() == [1.0] * 6
    for part in (found.difference_100, found.se, found.t, found.df):
        assert part.tolist() == [0.0] * 6


def test_welch_with_one_unanimous_side_rests_on_the_other() -> None:
    found = welch(2, 50.0, 0.0, 5, 60.0, 10.0)
    assert bool(found.available)
    assert float(found.df) == pytest.approx(4.0)
    assert float(found.se) == pytest.approx(10 / np.sqrt(5))


@settings(max_examples=60, deadline=None)
@given(answered_worlds(fewest=2, most=8), st.integers(1, 900))
def test_all_teams_at_once_are_what_a_loop_over_teams_gives(scores: list[list[float]], v0: int) -> None:
    found = against_rest(moments(scores), float(v0))
    variances = []
    for team in scores:
        squares = sum((score - np.mean(team)) ** 2 for score in team)
        variances.append((2 * v0 + squares) / (len(team) + 1))
    for j, team in enumerate(scores):
        others = [i for i in range(len(scores)) if i != j]
        people = sum(len(scores[i]) for i in others)
        d = np.mean(team) - sum(len(scores[i]) * np.mean(scores[i]) for i in others) / people
        se = np.sqrt(variances[j] / len(team) + sum(len(scores[i]) * variances[i] for i in others) / people**2)
        assert bool(found.available[j])
        assert float(found.difference_100[j]) == pytest.approx(d, abs=1e-9)
        assert float(found.se[j]) == pytest.approx(se)
        assert float(found.t[j]) == pytest.approx(d / se, abs=1e-9)
        assert float(found.df[j]) == len(team) + 1
        assert float(found.p[j]) == pytest.approx(2 * stats.t.sf(abs(d / se), len(team) + 1), rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(answered_worlds(fewest=2), st.integers(0, 2**32))
def test_neither_order_nor_empty_teams_nor_the_unit_of_the_scale_matter(scores: list[list[float]], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(scores))
    raw = [[4.0 * score / 100.0 + 1.0 for score in sorted(scores[team])] for team in order]
    before, after = against_rest(moments(scores), 484.0), against_rest(moments([*raw, []]), 484.0 * 0.04**2)
    assert after.available.tolist() == [True] * len(scores) + [False]
    for one, other, unit in zip(figures(before), figures(after), (0.04, 0.04, 1.0, 1.0, 1.0), strict=True):
        assert other[:-1] == pytest.approx(one[order] * unit, rel=1e-7, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(answered_worlds(fewest=2))
def test_turning_the_scale_round_turns_only_the_sign(scores: list[list[float]]) -> None:
    before = against_rest(moments(scores), 484.0)
    after = against_rest(moments([[100.0 - score for score in team] for team in scores]), 484.0)
    assert after.t == pytest.approx(-before.t, abs=1e-9)
    assert after.p == pytest.approx(before.p, rel=1e-7)


def test_two_teams_are_each_the_rest_of_the_other() -> None:
    found = against_rest(moments([[20.0, 40.0], [60.0, 80.0, 100.0]]), 100.0)
    assert found.difference_100 == pytest.approx([-50.0, 50.0])
    assert found.se[0] == pytest.approx(found.se[1])
    assert found.df.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("scores", [[], [[]], [[40.0, 60.0]], [[40.0, 60.0], [], []], [[50.0], []]])
def test_without_another_team_there_is_no_comparison(scores: list[list[float]]) -> None:
    found = against_rest(moments(scores), 484.0)
    assert not found.available.any()
    assert found.p.tolist() == [1.0] * len(scores)
    assert all(part.tolist() == [0.0] * len(scores) for part in figures(found)[:-1])


def test_without_any_variance_there_is_no_comparison() -> None:
    found = against_rest(moments([[0.0, 0.0], [100.0, 100.0]]), 0.0)
    assert (found.available.tolist(), found.p.tolist()) == ([False, False], [1.0, 1.0])


def test_a_thousand_teams_of_one_rest_on_the_common_variance() -> None:
    found = against_rest(moments([[float(25 * (team % 5))] for team in range(1000)]), 484.0)
    assert found.available.all()
    assert found.df.tolist() == [2.0] * 1000
    assert found.se == pytest.approx(np.full(1000, np.sqrt(484.0 + 484.0 / 999)))


def test_unanimous_teams_are_compared_all_the_same() -> None:
    found = against_rest(moments([[25.0] * 5, [75.0] * 5, [50.0] * 5]), 484.0)
    assert found.available.all()
    assert found.se == pytest.approx(np.full(3, np.sqrt(2 * 484 / 6 / 5 + 2 * 484 / 6 / 10)))
    assert found.t[0] == pytest.approx(-37.5 / found.se[0])


@pytest.mark.parametrize(
    ("difference", "q", "word"),
    [
        (12.0, 0.0999, RestWord.ABOVE),
        (-12.0, 0.0999, RestWord.BELOW),
        (12.0, 0.10, RestWord.AROUND),
        (-12.0, 1.0, RestWord.AROUND),
        (0.0, 0.0, RestWord.AROUND),
    ],
)
def test_the_word_needs_an_adjusted_p_below_a_tenth(difference: float, q: float, word: RestWord) -> None:
    assert rest_word(difference, q) is word


def test_the_moderated_test_calls_about_as_many_companies_as_welch() -> None:
    _, teams = army("lead")
    found = against_rest(teams, pooled_variance(teams))
    q = adjusted(found.p, found.available)
    words = [rest_word(float(d), float(one)) for d, one in zip(found.difference_100, q, strict=True)]
    _, unsteadied = companies_by_welch()
    plain = adjusted(unsteadied.p, unsteadied.available) < 0.10
    assert np.corrcoef(found.t, unsteadied.t)[0, 1] > 0.99
    assert abs(sum(word is not RestWord.AROUND for word in words) - int(plain.sum())) <= 3
    for word, difference in zip(words, found.difference_100, strict=True):
        assert word is RestWord.AROUND or (word is RestWord.ABOVE) == (difference > 0)


def test_a_hundred_thousand_teams_are_compared_at_once() -> None:
    rng = np.random.default_rng(17)
    n = rng.integers(1, 31, 100_000).astype(np.int64)
    mean = rng.normal(10, 7, n.size)
    teams = Moments(n, n * mean, n * mean**2 + (n - 1) * 400.0)
    start = time.perf_counter()
    found = against_rest(teams, 484.0)
    assert time.perf_counter() - start < 1.0
    for j in (0, 99_999):
        rest = np.delete(np.arange(n.size), j)
        d = mean[j] - np.average(mean[rest], weights=n[rest])
        assert found.difference_100[j] == pytest.approx(d, rel=1e-9)
