"""Agreement against R (multilevel), fractions by hand, and what must hold for any counts."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.scoring.agreement import (
    Agreement,
    ItemAgreement,
    agreement_by_node,
    agreement_from_counts,
    item_agreement,
    listwise_counts,
    slight_skew_variance,
    uniform_variance,
)
from assess.scoring.answers import MISSING
from tests.scoring.small_worlds import from_rows, make_tree, read_table, reference

LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]
TSIG = [f"TSIG{i:02d}" for i in range(1, 4)]
HOSTIL = [f"HOSTIL{i:02d}" for i in range(1, 6)]

Rows = list[list[int]]


def army(items: list[str], lo: int) -> tuple[Agreement, ItemAgreement, tuple[str, ...]]:
    """All companies of lq2002: agreement on the items, and on the first of them."""
    answers, tree = from_rows(read_table("lq2002.csv"), "COMPID", items)
    everybody = np.ones(answers.nodes.size, dtype=bool)
    arguments = (answers.ratings, everybody, answers.nodes)
    first = next(listwise_counts(*arguments, len(tree.names), lo=lo, hi=lo + 4))
    return agreement_by_node(*arguments, tree, lo=lo, hi=lo + 4), item_agreement(first), tree.names


def one_team(rows: Rows, *, lo: int = 1, hi: int = 5) -> Agreement:
    ratings = np.array(rows, dtype=np.int64)
    n = ratings.shape[0]
    tree = make_tree([("A", None, -1)])
    return agreement_by_node(ratings, np.ones(n, dtype=bool), np.zeros(n, dtype=np.int32), tree, lo=lo, hi=hi)


def one_item(values: list[int], *, lo: int = 1, hi: int = 5) -> ItemAgreement:
    return item_agreement(np.bincount(np.array(values) - lo, minlength=hi - lo + 1)[np.newaxis])


def naive(rows: Rows, null: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """r_wg(j), r*_wg(j) and AD by the book, person by person, in fractions."""
    n, k = len(rows), len(rows[0])
    variances, deviations = [], []
    for item in range(k):
        values = [Fraction(row[item]) for row in rows]
        mean = sum(values, Fraction(0)) / n
        variances.append(sum(((x - mean) ** 2 for x in values), Fraction(0)) / (n - 1))
        deviations.append(sum((abs(x - mean) for x in values), Fraction(0)) / n)
    q = sum(variances, Fraction(0)) / k / null
    rwg_j = Fraction(0) if q > 1 else k * (1 - q) / (k * (1 - q) + q)
    return rwg_j, 1 - q, sum(deviations, Fraction(0)) / k


def finite(*arrays: npt.NDArray[np.float64] | None) -> bool:
    return all(array is None or bool(np.isfinite(array).all()) for array in arrays)


# expected/agreement_lq2002_lead.csv: multilevel::rwg.j, rwg.j.lindell, ad.m, rwg, awg per company.
def test_every_company_has_the_agreement_of_the_reference_table() -> None:
    agreement, first, names = army(LEAD, 1)
    table = {row["TEAM"]: row for row in read_table("expected/agreement_lq2002_lead.csv")}
    assert agreement.rwg_j_skew is not None
    assert first.rwg_skew is not None
    columns = {
        "n": agreement.n,
        "rwgj_uniform": agreement.rwg_j,
        "rwgj_slight_skew": agreement.rwg_j_skew,
        "rwgj_lindell_uniform": agreement.r_star_wg_j,
        "ad_mean": agreement.ad,
        "rwg_item1_uniform": first.rwg,
        "rwg_item1_slight_skew": first.rwg_skew,
        "ad_item1_mean": first.ad,
        "awg_item1": first.awg,
    }
    for column, values in columns.items():
        assert values == pytest.approx([float(table[name][column]) for name in names], rel=1e-10, abs=1e-12), column
    assert len(names) == 49
    assert agreement.available.all()
    assert first.awg_available.all()


# agreement.lq2002_lead, agreement.lq2002_tsig, agreement.lq2002_hostil (0-4).
@pytest.mark.parametrize(("name", "items", "lo"), [("lead", LEAD, 1), ("tsig", TSIG, 1), ("hostil", HOSTIL, 0)])
def test_the_summaries_over_all_companies_are_those_of_the_reference(name: str, items: list[str], lo: int) -> None:
    agreement, first, _ = army(items, lo)
    assert agreement.rwg_j_skew is not None
    expected = reference(f"agreement.lq2002_{name}")
    found = {
        "mean_rwgj_uniform": agreement.rwg_j.mean(),
        "median_rwgj_uniform": np.median(agreement.rwg_j),
        "mean_rwgj_slight_skew": agreement.rwg_j_skew.mean(),
        "median_rwgj_slight_skew": np.median(agreement.rwg_j_skew),
        "share_rwgj_uniform_ge_.70": (agreement.rwg_j >= 0.70).mean(),
        "mean_ad_mean": agreement.ad.mean(),
        "mean_rwg_item1_uniform": first.rwg.mean(),
        "sigma2_uniform": uniform_variance(5),
        "sigma2_slight_skew": slight_skew_variance(5),
    }
    assert found == pytest.approx({key: expected[key] for key in found}, rel=1e-10, abs=1e-12)


# agreement.lq2002_LEAD06_single. Its pooled value rests on the variance pooled within companies, divisor sum (n-1); as
# no company is cut at 0, that is the mean of r_wg with weights n-1.
def test_a_single_item_has_the_agreement_of_the_reference() -> None:
    expected = reference("agreement.lq2002_LEAD06_single")
    _, single, _ = army(["LEAD06"], 1)
    pooled = float(np.average(single.rwg, weights=single.n - 1))
    assert single.rwg.min() > 0.0
    found = {
        "mean_rwg_uniform": single.rwg.mean(),
        "share_gt_.51": (single.rwg > 0.51).mean(),
        "q90": np.quantile(single.rwg, 0.9),
        "pooled_rwg_uniform": pooled,
    }
    assert found == pytest.approx({key: expected[key] for key in found}, rel=1e-10)


# expected/edge_team.csv: Q3 is reverse-keyed; an empty field means not available.
def test_edge_teams_have_the_agreement_of_the_reference() -> None:
    answers, tree = from_rows(read_table("edge.csv"), "TEAM", ["Q1", "Q2", "Q3", "Q4"])
    complete = (answers.ratings != MISSING).all(axis=1)
    recoded = answers.ratings.copy()
    recoded[complete, 2] = 6 - recoded[complete, 2]
    agreement = agreement_by_node(recoded, complete, answers.nodes, tree, lo=1, hi=5)
    for row in read_table("expected/edge_team.csv"):
        place = tree.names.index(row["TEAM"])
        for column, values in (("rwgj_uniform", agreement.rwg_j), ("ad_mean", agreement.ad)):
            assert bool(agreement.available[place]) == bool(row[column]), row
            assert values[place] == pytest.approx(float(row[column] or 0), rel=1e-10), row
    assert agreement.n[tree.names.index("miss")] == 1  # of three scored persons one answered every item


def test_the_null_variances_are_those_in_print() -> None:
    # LeBreton and Senter (2008): uniform 2.00, 2.92, 4.00; slight skew 1.34, 1.85, 2.90 for 5, 6, 7 options.
    assert [uniform_variance(options) for options in (5, 6, 7)] == pytest.approx([2.0, 2.92, 4.0], abs=0.005)
    assert [slight_skew_variance(options) for options in (4, 5, 6, 7, 8)] == [None, 1.34, 1.85, 2.90, None]


@pytest.mark.parametrize(("hi", "uniform", "skew"), [(5, "2", "1.34"), (6, "35/12", "1.85"), (7, "4", "2.90")])
def test_each_null_is_used_where_it_belongs(hi: int, uniform: str, skew: str) -> None:
    rows = [[2, 3], [3, 3], [3, 4], [4, 3]]
    agreement = one_team(rows, hi=hi)
    assert agreement.rwg_j_skew is not None
    assert agreement.rwg_j[0] == pytest.approx(float(naive(rows, Fraction(uniform))[0]), rel=1e-12)
    assert agreement.rwg_j_skew[0] == pytest.approx(float(naive(rows, Fraction(skew))[0]), rel=1e-12)
    assert agreement.rwg_j_skew[0] < agreement.rwg_j[0] - 0.01
    assert agreement.r_star_wg_j[0] == pytest.approx(float(naive(rows, Fraction(uniform))[1]), rel=1e-12)


def test_other_numbers_of_options_have_no_skewed_null() -> None:
    assert one_team([[1, 2], [2, 3]], hi=4).rwg_j_skew is None
    assert one_item([1, 2], hi=11).rwg_skew is None


def test_variances_have_divisor_n_minus_1_and_deviations_divisor_n() -> None:
    single = one_item([3, 4])
    # s^2 = 1/2, with divisor n it would be 1/4 and r_wg .875; AD = 1/2, with divisor n - 1 it would be 1.
    assert (single.rwg[0], single.ad[0]) == (0.75, 0.5)


def test_awg_is_the_share_of_the_largest_variance_its_mean_allows() -> None:
    # M = 3.5, s^2 = 5/3, largest variance (5 - 3.5)(3.5 - 1) 4/3 = 5: a_wg = 1 - 2/3.
    assert one_item([2, 3, 4, 5]).awg[0] == pytest.approx(1 / 3, rel=1e-12)
    assert one_item([1, 1, 5, 5]).awg[0] == -1.0
    assert one_item([4, 4, 4]).awg[0] == 1.0


@pytest.mark.parametrize("value", [1, 5])
def test_awg_is_not_available_at_an_end_of_the_scale(value: int) -> None:
    single = one_item([value, value, value])
    assert (single.available[0], single.rwg[0], single.awg_available[0], single.awg[0]) == (True, 1.0, False, 0.0)


def test_unanimity_is_full_agreement_and_no_deviation() -> None:
    team = one_team([[2, 4, 5]] * 7)
    assert team.rwg_j_skew is not None
    assert (team.rwg_j[0], team.rwg_j_skew[0], team.r_star_wg_j[0], team.ad[0]) == (1.0, 1.0, 1.0, 0.0)


def test_more_disagreement_than_chance_is_cut_at_zero_only_where_the_formula_says_so() -> None:
    team = one_team([[1, 5], [5, 1]])
    assert (team.rwg_j[0], team.r_star_wg_j[0], team.ad[0]) == (0.0, -3.0, 2.0)
    assert one_item([1, 5]).rwg[0] == 0.0


def test_nobody_and_one_person_have_no_agreement() -> None:
    counts = np.array([[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 0, 0]])
    agreement, single = agreement_from_counts([counts, counts]), item_agreement(counts)
    assert agreement.n.tolist() == single.n.tolist() == [0, 1, 2]
    assert agreement.available.tolist() == single.available.tolist() == [False, False, True]
    assert single.awg_available.tolist() == [False, False, True]
    for values in (agreement.rwg_j, agreement.r_star_wg_j, agreement.ad, single.rwg, single.ad, single.awg):
        assert values[:2].tolist() == [0.0, 0.0]
        assert values[2] != 0.0


def test_a_thousand_teams_of_one_have_no_agreement_but_their_unit_has() -> None:
    tree = make_tree([("U", None, -1), *((f"T{i}", "U", 1) for i in range(1000))])
    ratings = np.random.default_rng(1).integers(1, 6, size=(1000, 3))
    nodes = np.arange(1, 1001, dtype=np.int32)
    agreement = agreement_by_node(ratings, np.ones(1000, dtype=bool), nodes, tree, lo=1, hi=5)
    whole = one_team(ratings.tolist())
    assert agreement.available.tolist() == [True] + [False] * 1000
    assert (agreement.n[0], agreement.rwg_j[0], agreement.ad[0]) == (1000, whole.rwg_j[0], whole.ad[0])
    assert finite(agreement.rwg_j, agreement.rwg_j_skew, agreement.r_star_wg_j, agreement.ad)


def test_no_node_at_all_is_no_error() -> None:
    assert agreement_from_counts([np.zeros((0, 5), dtype=np.int64)]).rwg_j.shape == (0,)


def test_persons_with_a_skipped_item_are_never_read() -> None:
    tree = make_tree([("A", None, -1)])
    ratings = np.array([[1, 2], [MISSING, 5], [3, 3]], dtype=np.int8)
    nodes = np.zeros(3, dtype=np.int32)
    found = agreement_by_node(ratings, np.array([True, False, True]), nodes, tree, lo=1, hi=5)
    assert (found.n[0], found.ad[0]) == (2, one_team([[1, 2], [3, 3]]).ad[0])


@pytest.mark.parametrize("value", [0, 6])
def test_a_rating_outside_the_scale_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=r"outside 1\.\.5"):
        one_team([[3], [value]])


def test_items_that_do_not_belong_together_are_refused() -> None:
    two, three = np.array([[1, 1, 0, 0, 0]]), np.array([[1, 1, 1, 0, 0]])
    with pytest.raises(ValueError, match="same persons"):
        agreement_from_counts([two, three])
    with pytest.raises(ValueError, match="same options"):
        agreement_from_counts([two, two[:, :4]])
    with pytest.raises(ValueError, match="at least one item"):
        agreement_from_counts([])


def teams_of(rating: st.SearchStrategy[int]) -> st.SearchStrategy[Rows]:
    return st.integers(1, 4).flatmap(
        lambda k: st.lists(st.lists(rating, min_size=k, max_size=k), min_size=2, max_size=9)
    )


@settings(max_examples=60, deadline=None)
@given(teams_of(st.integers(1, 5)))
def test_any_team_has_the_agreement_of_the_book(rows: Rows) -> None:
    team = one_team(rows)
    rwg_j, r_star, ad = naive(rows, Fraction(2))
    assert (team.rwg_j[0], team.r_star_wg_j[0], team.ad[0]) == pytest.approx(
        (float(rwg_j), float(r_star), float(ad)), rel=1e-12, abs=1e-12
    )


@settings(max_examples=40, deadline=None)
@given(teams_of(st.integers(1, 5)), st.data())
def test_order_of_people_reversal_and_shift_change_nothing(rows: Rows, data: st.DataObject) -> None:
    team = one_team(rows)
    others = (
        one_team(data.draw(st.permutations(rows))),
        one_team([[6 - row[0], *row[1:]] for row in rows]),
        one_team([[x - 1 for x in row] for row in rows], lo=0, hi=4),
    )
    for other in others:
        assert (team.rwg_j[0], team.r_star_wg_j[0], team.ad[0]) == pytest.approx(
            (other.rwg_j[0], other.r_star_wg_j[0], other.ad[0]), rel=1e-12, abs=1e-12
        )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=9))
def test_one_item_alone_gives_rwg(values: list[int]) -> None:
    team, single = one_team([[value] for value in values]), one_item(values)
    assert (team.rwg_j[0], team.ad[0]) == (single.rwg[0], single.ad[0])
    assert single.rwg[0] == pytest.approx(float(naive([[value] for value in values], Fraction(2))[0]), rel=1e-12)
    assert single.awg_available[0] == (1 < float(np.mean(values)) < 5)
    assert -1.0 - 1e-12 <= single.awg[0] <= 1.0


@settings(max_examples=40, deadline=None)
@given(teams_of(st.integers(1, 5)), st.data())
def test_a_unit_is_the_people_of_all_its_teams(rows: Rows, data: st.DataObject) -> None:
    tree = make_tree([("T1", "U", -1), ("U", "R", -1), ("T2", "U", -1), ("R", None, -1)])
    nodes = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows))), dtype=np.int32)
    found = agreement_by_node(np.array(rows), np.ones(len(rows), dtype=bool), nodes, tree, lo=1, hi=5)
    for place, below in enumerate([{0}, {0, 1, 2}, {2}, {0, 1, 2, 3}]):
        members = [row for row, node in zip(rows, nodes.tolist(), strict=True) if node in below]
        assert (found.n[place], found.available[place]) == (len(members), len(members) >= 2)
        if len(members) >= 2:
            alone = one_team(members)
            assert (found.rwg_j[place], found.ad[place]) == (alone.rwg_j[0], alone.ad[0])
