"""The verdict on an action: worked by hand, against a plain re-implementation, and its laws."""

from dataclasses import replace
from math import ceil, isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from assess.scoring.verdict import ActionVerdict, DimensionFigures, Quarter, Reason, Verdict, verdicts

HELPED, UNCLEAR, FAILED = Verdict.LIKELY_HELPED, Verdict.CANNOT_TELL_YET, Verdict.LIKELY_DID_NOT_HELP


def quarter(n: list[int], score: list[float], sd: list[float] | None = None, whole: float | None = None) -> Quarter:
    return Quarter(np.array(n), np.array(score, dtype=float), None if sd is None else np.array(sd), whole)


def toy(
    second: float, *, controls: int = 10, tau2: float | None = 100.0, sigma2: float | None = 400.0
) -> DimensionFigures:
    """Team 0 at 40 acts and reaches `second`; the other teams have 60 in both quarters; eight answers everywhere."""
    others = [60.0] * controls
    acted = np.arange(controls + 1) == 0
    eight = [8] * (controls + 1)
    return DimensionFigures(
        first=quarter(eight, [40.0, *others]),
        second=quarter(eight, [second, *others]),
        tau2=tau2,
        sigma2=sigma2,
        acted=acted,
        steps_done=acted,
        members_changed=np.zeros(controls + 1, dtype=np.bool_),
    )


def quiet(teams: int) -> DimensionFigures:
    """A dimension nobody acts on and in which nothing moves."""
    none = np.zeros(teams, dtype=np.bool_)
    same = quarter([8] * teams, [60.0] * teams)
    return DimensionFigures(same, same, 100.0, 400.0, none, none, none)


def judged(*dimensions: DimensionFigures, team: int = 0) -> ActionVerdict:
    found = verdicts(dimensions)[0].of(team)
    assert found is not None
    return found


# By hand: mu = (10*60 + 40)/11 = 58.182, lambda = 800/1200, EB = 46.061 for the team and 59.394 for the others,
# shift = .606, V = (100/3 + 50)(1 + 1/10) = 91.667, t(.95, 16) = 1.7459; limits 46.667 + 16.716 = 63.4 and
# 40.606 + 17.459 = 58.1 for "helped", 46.667 - 11.716 = 34.95 and 40 - 12.459 = 27.5 for "did not help";
# visible = max(6.667 + 2.5859*9.574, .606 + 25.859) = 31.4.
@pytest.mark.parametrize(
    ("second", "verdict", "reason"),
    [(64, HELPED, None), (63, UNCLEAR, Reason.NOISE), (28, UNCLEAR, Reason.NOISE), (27, FAILED, None)],
)
def test_the_worked_example_turns_where_the_hand_calculation_says(
    second: float, verdict: Verdict, reason: Reason | None
) -> None:
    assert judged(toy(second), quiet(11)) == ActionVerdict(verdict, reason, 32)


def test_a_rise_that_regression_to_the_mean_explains_is_no_success() -> None:
    """From 40 to 62 is beyond the noise of a change (58.1), but not beyond the rebound (63.4)."""
    assert judged(toy(62), quiet(11)).verdict is UNCLEAR


def test_teams_without_an_action_get_no_verdict() -> None:
    result = verdicts([toy(64), quiet(11)])
    assert result[0].of(1) is None
    assert [result[1].of(team) for team in range(11)] == [None] * 11
    assert result[1].visible_change_100.tolist() == [-1] * 11
    assert verdicts([]) == ()


@pytest.mark.parametrize(("controls", "reason"), [(5, None), (4, Reason.FEW_CONTROLS)])
def test_five_teams_without_the_action_are_needed(controls: int, reason: Reason | None) -> None:
    found = judged(toy(80, controls=controls), *[quiet(controls + 1)] * 4)
    assert found.reason is reason
    assert (found.visible_change_100 is None) == (reason is not None)


@pytest.mark.parametrize(("others", "reason"), [(10, None), (9, Reason.FEW_CONTROLS)])
def test_twenty_pairs_are_needed(others: int, reason: Reason | None) -> None:
    """Ten controls and ten or nine pairs of a second dimension, in which team 0 is not released."""
    second = quiet(11)
    n = np.where(np.arange(11) <= 10 - others, 0, 8)
    found = judged(toy(80), replace(second, second=replace(second.second, n=n)))
    assert found.reason is reason


@pytest.mark.parametrize("second", [10, 50, 90])
def test_nothing_is_told_before_all_steps_are_done(second: float) -> None:
    open_steps = replace(toy(second), steps_done=np.zeros(11, dtype=np.bool_))
    assert judged(open_steps, quiet(11)) == ActionVerdict(UNCLEAR, Reason.STEPS_OPEN, 32)


def test_a_changed_team_and_changed_items_break_the_line() -> None:
    moved = replace(toy(90), members_changed=np.arange(11) == 0)
    assert judged(moved, quiet(11)) == ActionVerdict(UNCLEAR, Reason.MEMBERS_CHANGED, None)
    other = replace(toy(90), items_changed=True)
    assert judged(other, quiet(11), quiet(11)) == ActionVerdict(UNCLEAR, Reason.ITEMS_CHANGED, None)


def test_changed_teams_are_no_controls() -> None:
    figures = toy(90, controls=5)
    moved = replace(figures, members_changed=np.arange(6) == 3)
    rest = [quiet(6)] * 4
    assert judged(figures, *rest).verdict is HELPED
    assert judged(moved, *rest).reason is Reason.FEW_CONTROLS


@pytest.mark.parametrize("place", ["first", "second"])
def test_a_team_hidden_in_one_quarter_gets_no_verdict(place: str) -> None:
    figures = toy(90)
    n = np.where(np.arange(11) == 0, 0, 8)
    part = replace(figures.first if place == "first" else figures.second, n=n)
    hidden = replace(figures, first=part) if place == "first" else replace(figures, second=part)
    assert judged(hidden, quiet(11)) == ActionVerdict(UNCLEAR, Reason.NOT_RELEASED, None)


@pytest.mark.parametrize(("tau2", "sigma2"), [(None, 400.0), (100.0, None), (100.0, 0.0)])
def test_without_variance_components_nothing_is_told(tau2: float | None, sigma2: float | None) -> None:
    found = judged(toy(90, tau2=tau2, sigma2=sigma2), quiet(11), quiet(11))
    assert found == ActionVerdict(UNCLEAR, Reason.COMPONENTS_UNKNOWN, None)


# tau2 = 0: everyone is expected at mu = 58.182; shift 1.818, V = 50*1.1, so 60 + 1.7459*7.416 = 72.9 is the limit.
@pytest.mark.parametrize(("second", "verdict"), [(73, HELPED), (72, UNCLEAR)])
def test_teams_that_do_not_differ_are_all_expected_at_the_mean(second: float, verdict: Verdict) -> None:
    assert judged(toy(second, tau2=0.0), quiet(11)).verdict is verdict


def test_a_rise_too_small_to_matter_but_beyond_chance_counts_as_helped() -> None:
    """With 2,000 answers per quarter the limits are 1.1 and 3.9 points, so a rise of 3 meets both rules."""
    figures = toy(63)
    n = np.full(11, 2000)
    first = Quarter(n, np.full(11, 60.0))
    assert judged(replace(figures, first=first, second=replace(figures.second, n=n)), quiet(11)).verdict is HELPED


def test_over_two_quarters_the_limit_is_that_of_t_97() -> None:
    """t(.97, 16) = 2.0240 in place of 1.7459: the limit for "helped" moves from 63.4 to 46.667 + 19.378 = 66.0."""
    for second, verdict in ((64, UNCLEAR), (66, UNCLEAR), (67, HELPED)):
        found = verdicts([toy(second), quiet(11)], over_two=True)[0].of(0)
        assert found is not None
        assert found.verdict is verdict


def test_the_distance_from_the_expected_is_kept_for_pooling() -> None:
    """64 - 46.667 = 17.333 points; V = 91.667 in two parts, 83.333 of the team's own and a tenth of it shared."""
    effect = verdicts([toy(64), quiet(11)])[0].effect(0)
    assert effect is not None
    assert effect.points == pytest.approx(17.333, abs=0.001)
    assert effect.own == pytest.approx(83.333, abs=0.001)
    assert effect.shared == pytest.approx(8.333, abs=0.001)
    assert verdicts([toy(64), quiet(11)])[0].effect(1) is None
    assert verdicts([toy(64, controls=4), quiet(5)])[0].effect(0) is None


def test_a_merged_team_is_told_so_before_anything_is_said_about_hiding() -> None:
    figures = toy(90)
    gone = replace(figures.second, n=np.where(np.arange(11) == 0, 0, 8))
    merged = replace(figures, second=gone, members_changed=np.arange(11) == 0)
    assert judged(merged, quiet(11)).reason is Reason.MEMBERS_CHANGED


def test_structural_reasons_come_before_open_steps() -> None:
    open_steps = replace(toy(90, controls=4), steps_done=np.zeros(5, dtype=np.bool_))
    assert judged(open_steps, *[quiet(5)] * 4).reason is Reason.FEW_CONTROLS


# --- against a plain re-implementation --------------------------------------------------------------------------------


def naive(dimensions: list[DimensionFigures]) -> list[list[tuple[str, int] | None]]:
    """Write section 6.6 out for one team at a time; reasons other than noise are left to the tests above."""
    worked = [_plain(figures) for figures in dimensions]
    ratios = [(gap**2 / big_v) for rows, _ in worked for gap, big_v, control in rows.values() if control]
    phi = max(1.0, sum(ratios) / len(ratios)) if len(ratios) >= 20 else None
    return [_plain_verdicts(figures, *both, phi) for figures, both in zip(dimensions, worked, strict=True)]


def _oriented(figures: DimensionFigures, value: float) -> float:
    return value if figures.higher_is_better else 100.0 - value


Rows = dict[int, tuple[float, float, bool]]


def _plain(f: DimensionFigures) -> tuple[Rows, float]:
    assert f.tau2 is not None
    assert f.sigma2 is not None
    if f.items_changed:
        return {}, 0.0
    mu = _plain_mu(f)
    both = [j for j in range(len(f.acted)) if f.first.n[j] and f.second.n[j] and not f.members_changed[j]]
    controls = [j for j in both if not f.acted[j]]
    own, eb, w = {}, {}, {}
    for j in both:
        n1, n2 = int(f.first.n[j]), int(f.second.n[j])
        lam = n1 * f.tau2 / (n1 * f.tau2 + f.sigma2)
        eb[j] = mu + lam * (_oriented(f, f.first.score_100[j]) - mu)
        own[j] = f.tau2 * (1 - lam) + _plain_v(f, j) / n2
        w[j] = n1 * n2 / (n1 + n2)
    total = sum(w[c] for c in controls)
    gap = {j: _oriented(f, f.second.score_100[j]) - eb[j] for j in both}
    shift = sum(w[c] * gap[c] for c in controls) / total if controls else 0.0
    shared = sum(w[c] ** 2 * own[c] for c in controls) / total**2 if controls else 0.0
    return {j: (gap[j] - shift, own[j] + shared, j in controls) for j in both}, shift


def _plain_mu(f: DimensionFigures) -> float:
    weights, total = 0.0, 0.0
    for n, m in zip(f.first.n, f.first.score_100, strict=True):
        if n:
            weight = float(n) / (1 + float(n) * float(f.tau2 or 0) / float(f.sigma2 or 1))
            weights, total = weights + weight, total + weight * _oriented(f, float(m))
    return total / weights if weights else 0.0


def _plain_v(f: DimensionFigures, j: int) -> float:
    assert f.sigma2 is not None
    n1, n2 = int(f.first.n[j]), int(f.second.n[j])
    if f.first.sd_100 is None or f.second.sd_100 is None or min(n1, n2) < 10:
        return f.sigma2
    s1, s2 = float(f.first.sd_100[j]), float(f.second.sd_100[j])
    if isnan(s1) or isnan(s2):
        return f.sigma2
    return (2 * f.sigma2 + (n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2)


def _plain_verdicts(f: DimensionFigures, rows: Rows, shift: float, phi: float | None) -> list[tuple[str, int] | None]:
    enough = phi is not None and sum(control for *_, control in rows.values()) >= 5
    answer: list[tuple[str, int] | None] = []
    for j in range(len(f.acted)):
        if not f.acted[j]:
            answer.append(None)
        elif not enough or j not in rows:
            answer.append((UNCLEAR, -1))
        else:
            answer.append(_plain_verdict(f, j, rows[j], shift, phi or 1.0))
    return answer


def _plain_verdict(
    f: DimensionFigures, j: int, row: tuple[float, float, bool], shift: float, phi: float
) -> tuple[str, int]:
    n1, n2 = int(f.first.n[j]), int(f.second.n[j])
    m1, m2 = _oriented(f, f.first.score_100[j]), _oriented(f, f.second.score_100[j])
    gap, big_v, _ = row
    eb = m2 - gap - shift
    ebp = _plain_ebp(f, j, m1, eb)
    t = float(student.ppf(0.95, n1 + n2))
    level, change = sqrt(phi * big_v), sqrt(_plain_v(f, j) * (1 / n1 + 1 / n2))
    visible = max(max(eb, ebp) + shift - m1 + (t + 0.84) * level, max(0, shift) + (t + 0.84) * change)
    said: Verdict = UNCLEAR
    if f.steps_done[j]:
        if m2 - max(eb, ebp) - shift > t * level and m2 - m1 - max(0, shift) > t * change:
            said = HELPED
        elif m2 - min(eb, ebp) - shift + t * level < 5 and m2 - m1 - min(0, shift) + t * change < 5:
            said = FAILED
    return said, ceil(visible - 1e-9)


def _plain_ebp(f: DimensionFigures, j: int, m1: float, eb: float) -> float:
    assert f.tau2 is not None
    assert f.sigma2 is not None
    if f.before is None or not f.before.n[j] or f.before.organisation_100 is None or f.first.organisation_100 is None:
        return eb
    n0, n1 = int(f.before.n[j]), int(f.first.n[j])
    moved = _oriented(f, f.first.organisation_100) - _oriented(f, f.before.organisation_100)
    mp = (n0 * (_oriented(f, f.before.score_100[j]) + moved) + n1 * m1) / (n0 + n1)
    lam = (n0 + n1) * f.tau2 / ((n0 + n1) * f.tau2 + f.sigma2)
    mu = _plain_mu(f)
    return mu + lam * (mp - mu)


# --- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> list[DimensionFigures]:
    """Up to 30 teams and 1-4 dimensions with every gap a real record may have."""
    teams = draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return [_world(teams, random) for _ in range(draw(st.integers(1, 4)))]


def _world(teams: int, random: np.random.Generator) -> DimensionFigures:
    true = random.normal(60, 10, teams)

    def figures(move: float) -> Quarter:
        n = random.integers(5, 21, teams) * (random.random(teams) > 0.05)
        score = np.round(np.clip(true + move + random.normal(0, 16, teams), 0, 100)).astype(np.float64)
        sd = np.where(random.random(teams) > 0.1, np.round(random.uniform(5, 30, teams), 2), np.nan)
        return Quarter(n, score, sd if random.random() > 0.2 else None, float(round(60 + move)))

    acted = random.random(teams) < 0.4
    return DimensionFigures(
        first=figures(0),
        second=figures(random.normal(0, 5)),
        tau2=float(random.choice([0.0, 20.0, 112.0])),
        sigma2=float(random.choice([100.0, 380.0])),
        acted=acted,
        steps_done=acted & (random.random(teams) > 0.1),
        members_changed=random.random(teams) < 0.05,
        items_changed=bool(random.random() < 0.1),
        higher_is_better=bool(random.random() < 0.7),
        before=figures(-2) if random.random() < 0.7 else None,
    )


def spoken(dimensions: list[DimensionFigures]) -> list[list[tuple[str, str, int]]]:
    return [
        list(zip(r.verdict.tolist(), r.reason.tolist(), r.visible_change_100.tolist(), strict=True))
        for r in verdicts(dimensions)
    ]


def taken(quarter: Quarter, places: np.ndarray) -> Quarter:
    sd = None if quarter.sd_100 is None else quarter.sd_100[places]
    return Quarter(quarter.n[places], quarter.score_100[places], sd, quarter.organisation_100)


def permuted(f: DimensionFigures, order: np.ndarray) -> DimensionFigures:
    return replace(
        f,
        first=taken(f.first, order),
        second=taken(f.second, order),
        before=None if f.before is None else taken(f.before, order),
        acted=f.acted[order],
        steps_done=f.steps_done[order],
        members_changed=f.members_changed[order],
    )


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_it_says_what_a_plain_loop_over_teams_says(world: list[DimensionFigures]) -> None:
    for rows, expected in zip(spoken(world), naive(world), strict=True):
        assert [None if not said else (said, visible) for said, _, visible in rows] == expected


@settings(max_examples=50, deadline=None)
@given(worlds(), st.integers(0, 2**32))
def test_the_order_of_teams_and_dimensions_does_not_matter(world: list[DimensionFigures], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(world[0].acted.size)
    moved = spoken([permuted(figures, order) for figures in reversed(world)])
    for before, after in zip(spoken(world), reversed(moved), strict=True):
        assert after == [before[place] for place in order]


@settings(max_examples=50, deadline=None)
@given(worlds(), st.floats(0, 40))
def test_a_higher_score_never_takes_back_a_success(world: list[DimensionFigures], rise: float) -> None:
    first, *others = [replace(figures, higher_is_better=True) for figures in world]
    score = first.second.score_100 + np.where(first.acted, rise, 0.0)
    raised = replace(first, second=replace(first.second, score_100=score))
    for (before, *_), (after, *_) in zip(spoken([first, *others])[0], spoken([raised, *others])[0], strict=True):
        assert before != HELPED or after == HELPED
        assert after != FAILED or before == FAILED


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_what_is_not_displayed_changes_no_word(world: list[DimensionFigures]) -> None:
    assert spoken([_spoilt(figures) for figures in world]) == spoken(world)


def _spoilt(f: DimensionFigures) -> DimensionFigures:
    """Put nonsense where nothing is shown: scores of hidden teams, SDs below ten answers."""
    small = (f.first.n < 10) | (f.second.n < 10)

    def spoil(part: Quarter) -> Quarter:
        sd = None if part.sd_100 is None else np.where(small, 77.0, part.sd_100)
        return replace(part, score_100=np.where(part.n == 0, np.nan, part.score_100), sd_100=sd)

    before = None if f.before is None else spoil(f.before)
    return replace(f, first=spoil(f.first), second=spoil(f.second), before=before)


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_counting_down_from_a_hundred_changes_nothing(world: list[DimensionFigures]) -> None:
    mirrored = [
        replace(
            f,
            first=f.first.turned(),
            second=f.second.turned(),
            before=None if f.before is None else f.before.turned(),
            higher_is_better=not f.higher_is_better,
        )
        for f in world
    ]
    assert spoken(mirrored) == spoken(world)


@settings(max_examples=50, deadline=None)
@given(worlds(), st.integers(1, 50))
def test_what_lifts_everybody_is_no_merit(world: list[DimensionFigures], lift: int) -> None:
    """Once the common shift is positive, a further rise of all teams makes and unmakes no success."""

    def lifted(points: float) -> list[DimensionFigures]:
        up = [replace(f, higher_is_better=True) for f in world]
        return [replace(f, second=replace(f.second, score_100=f.second.score_100 + points)) for f in up]

    for before, after in zip(spoken(lifted(100)), spoken(lifted(100 + lift)), strict=True):
        assert [said == HELPED for said, *_ in before] == [said == HELPED for said, *_ in after]
