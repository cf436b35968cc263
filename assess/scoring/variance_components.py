"""How much of the differences between people are differences between teams: one-way random ANOVA and its ICCs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.moments import CENTRE, FloatArray, IntArray, Moments

UPPER = 0.975
_RESOLUTION = 1e-12  # a sum of squares below this part of all squares about the centre is what adding up leaves behind


@dataclass(frozen=True)
class SumsOfSquares:
    """Teams with answers, persons, their mean (0-100), and squares between and within teams (points squared)."""

    teams: int
    persons: int
    mean: float
    between: float
    within: float


@dataclass(frozen=True)
class VarianceComponents:
    """One-way random ANOVA of person scores, teams as groups.

    `mean_square_between`, `mean_square_within` in points squared; `n0` is the average team size of unequal teams.
    `f` is None where it is infinite (nobody differs inside a team, teams differ); `p` is then 0 and the ICCs are 1.
    `icc1` may be negative: no difference between teams was found. `icc2` is None where all team means are equal and
    persons differ, because it would be minus infinity.
    """

    teams: int
    persons: int
    n0: float
    mean_square_between: float
    mean_square_within: float
    df_between: int
    df_within: int
    f: float | None
    p: float
    icc1: float
    icc1_low: float
    icc1_high: float
    icc2: float | None


def with_answers(teams: Moments) -> Moments:
    """Leave out teams without a score: they change nothing."""
    return teams.at(np.flatnonzero(teams.n > 0))


def sums_of_squares(teams: Moments) -> SumsOfSquares | None:
    """Split the squared deviations of all persons; None where nobody has a score.

    What rounding leaves of a sum of squares counts as 0, or teams of one mind would seem to differ.
    """
    kept = with_answers(teams)
    persons = int(kept.n.sum())
    if persons == 0:
        return None
    mean = float(kept.first.sum()) / persons
    between = float((kept.n * (kept.first / kept.n - mean) ** 2).sum())
    within = float(kept.within.sum())
    noise = _RESOLUTION * float(kept.second.sum())
    return SumsOfSquares(
        teams=int(kept.n.size),
        persons=persons,
        mean=CENTRE + mean,
        between=between if between > noise else 0.0,
        within=within if within > noise else 0.0,
    )


def variance_components(teams: Moments) -> VarianceComponents | None:
    """One-way random ANOVA over teams (groups of `teams` with n >= 1), from their sums.

    F = MSB/MSW; ICC(1) = (MSB-MSW)/(MSB+(n0-1)MSW) with n0 = (N - sum n^2/N)/(J-1); ICC(2) = (MSB-MSW)/MSB (Bliese,
    2000). 95 % limits of ICC(1): (F_x-1)/(F_x+n0-1) at the two limits of F.
    None with fewer than two teams, nobody twice in a team, or no differences at all (MSB = MSW = 0).
    """
    from scipy.special import fdtrc

    squares = sums_of_squares(teams)
    if squares is None or squares.teams < 2 or squares.persons == squares.teams:
        return None
    if squares.between == 0.0 and squares.within == 0.0:
        return None
    df_between, df_within = squares.teams - 1, squares.persons - squares.teams
    between, within = squares.between / df_between, squares.within / df_within
    sizes = teams.n.astype(float)
    n0 = (squares.persons - float((sizes**2).sum()) / squares.persons) / df_between
    f = between / within if within > 0.0 else None
    limits = (None, None) if f is None else f_limits(f, df_between, df_within)
    low, high = (1.0 if limit is None else icc1_from_f(limit, n0) for limit in limits)
    return VarianceComponents(
        teams=squares.teams,
        persons=squares.persons,
        n0=n0,
        mean_square_between=between,
        mean_square_within=within,
        df_between=df_between,
        df_within=df_within,
        f=f,
        p=0.0 if f is None else float(fdtrc(df_between, df_within, f)),
        icc1=1.0 if f is None else icc1_from_f(f, n0),
        icc1_low=low,
        icc1_high=high,
        icc2=(between - within) / between if between > 0.0 else None,
    )


def f_limits(f: float, df_between: int, df_within: int) -> tuple[float, float]:
    """95 % limits of the ratio that F estimates: F / F(.975; J-1, N-J) and F F(.975; N-J, J-1)."""
    from scipy.special import fdtri

    return f / float(fdtri(df_between, df_within, UPPER)), f * float(fdtri(df_within, df_between, UPPER))


def icc1_from_f(f: float, size: float) -> float:
    """ICC(1) of teams of `size` (above 1) from F: (F-1)/(F+size-1).

    >>> icc1_from_f(1.0, 8.0), icc1_from_f(3.0, 3.0)
    (0.0, 0.4)
    """
    return (f - 1.0) / (f + size - 1.0)


def icc2_at(n: npt.ArrayLike, icc1: float) -> FloatArray:
    """Reliability of the mean of n persons, any shape: n ICC(1) / (1 + (n-1) ICC(1)).

    0 where n is 0, and for a negative ICC(1): means that differ less than chance tell nothing about teams, and the
    formula would pass through infinity.

    >>> [round(float(value), 2) for value in icc2_at([6, 20], 0.10)]
    [0.4, 0.69]
    """
    sizes = np.asarray(n, dtype=np.float64)
    share = max(icc1, 0.0)
    return np.asarray(np.where(sizes > 0, sizes * share / (1.0 + (np.maximum(sizes, 1.0) - 1.0) * share), 0.0))


def design_effect(n: IntArray | FloatArray, icc1: float) -> float | None:
    """How many persons of many teams tell as much as one person drawn alone; team sizes `n` of shape (teams,).

    deff = max(1, 1 + (sum n^2 / sum n - 1) ICC(1)), so that n_eff = n / deff. None where nobody answered.
    """
    sizes = n.astype(float)
    persons = float(sizes.sum())
    if persons == 0.0:
        return None
    return max(1.0, 1.0 + (float((sizes**2).sum()) / persons - 1.0) * icc1)
