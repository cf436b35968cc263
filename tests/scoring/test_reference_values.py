"""Scores, intervals and shares against values computed with R, print, and exact fractions."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import hypergeom

from assess.scoring.engine import score_cycle
from assess.scoring.favourable import favourable_interval, item_word, wilson_interval
from assess.scoring.interval import half_widths, logical_bounds, pooled_variance, team_interval
from assess.scoring.items import item_figures
from assess.scoring.key import DimensionKey, ItemKey, ScaleKey, ScoringKey
from assess.scoring.moments import FloatArray, moments_by_node
from tests.scoring.small_worlds import (
    FIVE,
    by_team,
    document_of,
    from_rows,
    make_key,
    make_tree,
    matrix,
    read_table,
    reference,
)

LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]
TSIG = [f"TSIG{i:02d}" for i in range(1, 4)]
HOSTIL = [f"HOSTIL{i:02d}" for i in range(1, 6)]


def army_key() -> ScoringKey:
    """Give the scales of lq2002: LEAD and TSIG on 1-5, HOSTIL on 0-4."""
    zero = ScaleKey(0, 4)
    items = tuple(ItemKey(code, FIVE) for code in LEAD + TSIG) + tuple(ItemKey(code, zero) for code in HOSTIL)
    return ScoringKey(
        "lq2002",
        "1.0",
        "0" * 64,
        items,
        (
            DimensionKey("LEAD", tuple(range(11)), overall=True, higher_is_better=True, scale=FIVE),
            DimensionKey("TSIG", tuple(range(11, 14)), overall=True, higher_is_better=True, scale=FIVE),
            DimensionKey("HOSTIL", tuple(range(14, 19)), overall=False, higher_is_better=False, scale=zero),
        ),
    )


def toy() -> tuple[FloatArray, npt.NDArray[np.int32]]:
    scores = np.array([25.0, 50.0, 75.0, 75.0, 100.0])
    return scores, np.zeros(5, dtype=np.int32)


def test_toy_team_reaches_both_logical_bounds() -> None:
    scores, nodes = toy()
    team = moments_by_node(scores, np.ones(5, dtype=bool), nodes, 1)
    limits = team_interval(team, np.array([6]), 484.0, rho=1.0)
    assert (limits.low[0], limits.high[0]) == pytest.approx((325 / 6, 425 / 6), abs=1e-9)
    assert (float(limits.low[0]), float(limits.high[0])) == pytest.approx((54.17, 70.83), abs=0.005)


def test_toy_team_is_displayed_as_65_between_50_and_80() -> None:
    # One item gives 25, 50, 75, 75, 100; a single small team leaves v0 at its prior, 22 squared = 484.
    tree = make_tree([("A", None, 6)])
    _, document = document_of(make_key((1,)), matrix([[2], [3], [4], [4], [5]], [0] * 5), tree, minimum=5)
    figures = by_team(document)["A"]["dimensions"]["D1"]
    assert (figures["score_100"], figures["low_100"], figures["high_100"]) == (65, 50, 80)
    assert (figures["logical_low_100"], figures["logical_high_100"]) == (54, 71)


def test_edge_teams_have_the_intervals_of_the_reference() -> None:
    expected = read_table("expected/interval_edge.csv")
    heads = {row["TEAM"]: int(row["N"]) for row in expected}
    answers, tree = from_rows(read_table("edge.csv"), "TEAM", ["Q1", "Q2", "Q3", "Q4"], heads)
    measure = score_cycle(make_key((4,), reverse=(2,)), answers, tree, minimum=1).dimensions[0]
    v0 = pooled_variance(measure.total)
    assert v0 == pytest.approx(reference("interval.edge")["v0"], abs=1e-9)
    n = measure.total.n.astype(float)
    v = (2 * v0 + (n - 1) * measure.total.variance) / (n + 1)
    limits = team_interval(measure.total, tree.total_headcounts, v0, rho=1.0)
    for row in expected:
        place = tree.names.index(row["TEAM"])
        found = (int(n[place]), measure.total.mean[place], v[place], limits.low[place], limits.high[place])
        assert found == pytest.approx(
            (int(row["n"]), float(row["mean"]), float(row["v"]), float(row["rec_lo"]), float(row["rec_hi"])), abs=1e-9
        )


def test_edge_teams_have_the_means_and_spreads_of_the_reference() -> None:
    answers, tree = from_rows(read_table("edge.csv"), "TEAM", ["Q1", "Q2", "Q3", "Q4"])
    _, document = document_of(make_key((4,), reverse=(2,)), answers, tree, minimum=1)
    for row in read_table("expected/edge_team.csv"):
        figures = by_team(document)[row["TEAM"]]["dimensions"]["D1"]
        assert figures["n"] == int(row["n"])
        assert figures["score_100"] == pytest.approx(float(row["mean"]), abs=1e-9)
        if row["sd"]:
            assert figures["sd_raw"] * 25 == pytest.approx(float(row["sd"]), abs=1e-9)
        else:
            assert figures["sd_raw"] == {"suppressed": "not_available"}


def test_company_means_agree_with_r_and_with_exact_fractions() -> None:
    rows = read_table("lq2002.csv")
    answers, tree = from_rows(rows, "COMPID", LEAD + TSIG + HOSTIL)
    _, document = document_of(army_key(), answers, tree, minimum=1)
    expected = {row["TEAM"]: row for row in read_table("expected/blup_lq2002_lead.csv")}
    assert len(expected) == 49
    for name, entry in by_team(document).items():
        persons = [[Fraction(int(row[item])) for item in LEAD] for row in rows if row["COMPID"] == name]
        exact = sum((sum(person) / 11 for person in persons), Fraction()) / len(persons)
        assert entry["dimensions"]["LEAD"]["mean_raw"] == pytest.approx(float(exact), abs=1e-12)
        assert entry["dimensions"]["LEAD"]["mean_raw"] == pytest.approx(float(expected[name]["mean"]), abs=1e-12)
        assert entry["n"] == int(expected[name]["n"])


@pytest.mark.parametrize("code", ["LEAD01", "LEAD06", "TSIG01"])
def test_favourable_neutral_and_unfavourable_shares_agree_with_r(code: str) -> None:
    expected = reference(f"fav.lq2002.{code}")
    ratings = np.array([int(row[code]) for row in read_table("lq2002.csv")])
    figures = item_figures(np.bincount(ratings - 1, minlength=5), ItemKey(code, FIVE))
    assert figures.favourable is not None
    assert figures.unfavourable is not None
    neutral = figures.n - figures.favourable - figures.unfavourable
    shares = [100 * part / figures.n for part in (figures.favourable, neutral, figures.unfavourable)]
    assert shares == pytest.approx([expected["fav"], expected["neutral"], expected["unfav"]], abs=1e-9)
    assert figures.n == expected["n"]


@pytest.mark.parametrize(("place", "code"), [(0, "lead"), (1, "tsig"), (2, "hostil")])
def test_reliability_within_teams_agrees_with_r(place: int, code: str) -> None:
    answers, tree = from_rows(read_table("lq2002.csv"), "COMPID", LEAD + TSIG + HOSTIL)
    measure = score_cycle(army_key(), answers, tree, minimum=1).dimensions[place]
    assert measure.reliability == pytest.approx(reference(f"alpha_within.lq2002_{code}")["alpha_within"], abs=1e-8)


# Newcombe (1998), Stat Med 17:857, Table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_share_of_a_team_of_unknown_size_matches_newcombe(hits: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=5e-5)
    assert favourable_interval(hits, n, None) == wilson_interval(hits, n)
    assert favourable_interval(hits, n, n - 1) == wilson_interval(hits, n)  # a roster below the answers is no roster


@pytest.mark.parametrize("total", [10, 11, 13, 17, 24, 40])
def test_share_of_a_finite_team_is_every_number_that_the_answers_do_not_contradict(total: int) -> None:
    for n in range(10, total + 1):
        for x in range(n + 1):
            kept = [
                k
                for k in range(x, total - n + x + 1)
                if hypergeom.cdf(x, total, k, n) > 0.025 and hypergeom.sf(x - 1, total, k, n) > 0.025
            ]
            assert favourable_interval(x, n, total) == (min(kept) / total, max(kept) / total)


WORDS = {
    5: ["less_than_half"] * 3 + ["half_or_more"] * 3,
    6: ["less_than_half"] * 3 + ["half_or_more"] * 4,
    7: ["less_than_half"] * 4 + ["half_or_more"] * 4,
    8: ["few"] * 3 + ["about_half"] * 3 + ["most"] * 3,
    9: ["few"] * 3 + ["about_half"] * 4 + ["most"] * 3,
    10: ["almost_nobody"] * 3 + [None] * 5 + ["almost_everybody"] * 3,
    14: ["almost_nobody"] * 3 + [None] * 9 + ["almost_everybody"] * 3,
}


@pytest.mark.parametrize("n", WORDS)
def test_every_number_of_favourable_answers_has_its_word(n: int) -> None:
    assert [item_word(x, n) for x in range(n + 1)] == WORDS[n]


def test_below_five_answers_an_item_has_no_word() -> None:
    assert [item_word(x, 4) for x in range(5)] == [None] * 5


def test_bounds_and_half_widths_do_not_correct_for_an_unknown_headcount() -> None:
    scores, nodes = toy()
    team = moments_by_node(scores, np.ones(5, dtype=bool), nodes, 1)
    for unknown in (-1, 4):
        bounds = logical_bounds(team, np.array([unknown]))
        assert (bounds.low[0], bounds.high[0]) == (0.0, 100.0)
        assert half_widths(team, np.array([unknown]), 484.0, rho=1.0) == half_widths(
            team, np.array([6]), 484.0, rho=0.0
        )
