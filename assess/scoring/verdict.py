"""Did an action help? A pure function of displayed values (measurement, section 6.6).

A low score rises by itself, and what happened to every team is no team's merit. So a change is held against the rebound
expected without the action, against the teams without one, and against noise. "Cannot tell yet" is the usual answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.interval import FULL
from assess.scoring.moments import FloatArray, IntArray

WORTH_HAVING = 5.0  # points: the smallest change worth having
CONTROLS = 5  # teams without an action on the dimension
PAIRS = 20  # control team x dimension pairs behind the inflation factor
POWER = 0.84  # normal quantile of 80 % power
LEVEL = 0.95
LEVEL_OVER_TWO = 0.97  # teams drift further apart in two quarters than the inflation factor catches (bench/verdict.py)
UNKNOWN = -1

Texts = npt.NDArray[np.str_]


class Verdict(StrEnum):
    """What is said of one action."""

    LIKELY_HELPED = "likely_helped"
    CANNOT_TELL_YET = "cannot_tell_yet"
    LIKELY_DID_NOT_HELP = "likely_did_not_help"


class Reason(StrEnum):
    """Why nothing can be told yet; the first that applies, in this order.

    The first four are known before any figure is looked at and are said by the caller.
    """

    NO_DIMENSION = "no_dimension"
    NOT_A_TEAM = "not_a_team"
    NOT_ASKED = "not_asked"
    WITHIN_SPAN = "within_span"
    ITEMS_CHANGED = "items_changed"
    MEMBERS_CHANGED = "members_changed"
    NOT_RELEASED = "not_released"
    COMPONENTS_UNKNOWN = "components_unknown"
    FEW_CONTROLS = "few_controls"
    STEPS_OPEN = "steps_open"
    NOISE = "noise"


@dataclass(frozen=True)
class Quarter:
    """Displayed figures of one dimension in one quarter; arrays of shape (teams,).

    `n` is 0 where the team's figure is not released, and whatever else stands there is ignored. `sd_100` is NaN where
    no SD is displayed; None if nowhere. `organisation_100` is the displayed organisation score.
    """

    n: IntArray
    score_100: FloatArray
    sd_100: FloatArray | None = None
    organisation_100: float | None = None

    def turned(self) -> "Quarter":
        """Count down from 100, for a dimension where higher is worse."""
        organisation = None if self.organisation_100 is None else 100.0 - self.organisation_100
        return Quarter(self.n, 100.0 - self.score_100, self.sd_100, organisation)


@dataclass(frozen=True)
class DimensionFigures:
    """All that is displayed of one dimension; every array has shape (teams,), the same teams in every dimension.

    The action was adopted after quarter `first` and is read in `second`. `before` is the quarter before `first`; its
    `n` must be 0 where the line between them is broken. `tau2` and `sigma2` are those displayed for `first` on the
    0-100 scale. `members_changed` and `items_changed` compare `first` with `second`.
    """

    first: Quarter
    second: Quarter
    tau2: float | None
    sigma2: float | None
    acted: BoolArray
    steps_done: BoolArray
    members_changed: BoolArray
    items_changed: bool = False
    higher_is_better: bool = True
    before: Quarter | None = None

    @property
    def released(self) -> BoolArray:
        """Teams shown in both quarters."""
        return (self.first.n > 0) & (self.second.n > 0)

    @property
    def comparable(self) -> BoolArray:
        """Teams shown in both quarters with the same members and items."""
        return self.released & ~self.members_changed & (not self.items_changed)


@dataclass(frozen=True)
class ActionVerdict:
    """The verdict on one action; a reason only if nothing can be told, a visible change only where it is known."""

    verdict: Verdict
    reason: Reason | None
    visible_change_100: int | None


@dataclass(frozen=True)
class Effect:
    """How far a team went beyond what was expected, in points, for pooling over many actions.

    `own` is the variance of the team's own part, `shared` that of the common shift, which is one for all teams of a
    dimension and quarter; both inflated.
    """

    points: float
    own: float
    shared: float


@dataclass(frozen=True)
class Verdicts:
    """Verdicts of one dimension, columns of shape (teams,).

    `verdict` is "" without an action, `reason` "" without an action or with a verdict; `visible_change_100` is the rise
    that would have been seen with 80 % power, rounded up, -1 where it is unknown. `beyond_100` is m2 - max(EB, EBp) -
    shift, NaN where it is unknown, with its variance in two parts.
    """

    verdict: Texts
    reason: Texts
    visible_change_100: IntArray
    beyond_100: FloatArray
    own_variance: FloatArray
    shared_variance: float

    def effect(self, team: int) -> Effect | None:
        """Take one team's distance from the expected; None where it is unknown."""
        points = float(self.beyond_100[team])
        return None if isnan(points) else Effect(points, float(self.own_variance[team]), self.shared_variance)

    def of(self, team: int) -> ActionVerdict | None:
        """Take one team's verdict; None without an action."""
        if not self.verdict[team]:
            return None
        reason = Reason(str(self.reason[team])) if self.reason[team] else None
        visible = int(self.visible_change_100[team])
        return ActionVerdict(Verdict(str(self.verdict[team])), reason, None if visible == UNKNOWN else visible)


@dataclass(frozen=True)
class _Expectation:
    """What a dimension's scores would be without action; arrays of shape (teams,), sense only where comparable."""

    controls: BoolArray
    rise: FloatArray  # m2 - m1
    beyond: FloatArray  # m2 - EB - common shift
    beyond_higher: FloatArray  # m2 - max(EB, EBp) - common shift
    beyond_lower: FloatArray
    shift: float
    own: FloatArray  # V without the part all teams share
    shared: float
    change_variance: FloatArray  # v (1/n1 + 1/n2)
    t: FloatArray

    @property
    def variance(self) -> FloatArray:
        """V of section 6.6."""
        return self.own + self.shared


def verdicts(dimensions: Sequence[DimensionFigures], *, over_two: bool = False) -> tuple[Verdicts, ...]:
    """Judge every action of every dimension; the formulas are those of measurement, section 6.6.

    `over_two` says that two quarters lie between the figures, not one; then t_.97 stands in place of t_.95.

    Only values that are displayed come in, so that the words say nothing the figures do not. The inflation factor is
    one for all dimensions: max(1, mean of (m2 - EB - shift)^2 / V over control teams and dimensions). A dimension
    without tau2 and sigma2, or with sigma2 = 0 (no noise to judge against), adds no pair; tau2 = 0 is legitimate and
    expects every team at mu. A rise that is both beyond chance and surely below 5 points, which takes hundreds of
    answers, counts as "likely helped".
    """
    level = LEVEL_OVER_TWO if over_two else LEVEL
    expectations = [_expect(figures, level) for figures in dimensions]
    known = [expected for expected in expectations if expected is not None]
    ratios = [(e.beyond**2 / e.variance)[e.controls] for e in known]
    pairs = np.concatenate(ratios) if ratios else np.empty(0)
    inflation = max(1.0, float(pairs.mean())) if pairs.size >= PAIRS else None
    return tuple(_judge(*both, inflation) for both in zip(dimensions, expectations, strict=True))


def _expect(figures: DimensionFigures, level: float) -> _Expectation | None:
    """Shrink quarter 1, take the common shift from the controls; None without variance components."""
    from scipy.special import stdtrit

    tau2, sigma2 = figures.tau2, figures.sigma2
    if tau2 is None or sigma2 is None or sigma2 <= 0.0:
        return None
    better = figures.higher_is_better
    first, second = (q if better else q.turned() for q in (figures.first, figures.second))
    n1, n2 = (np.maximum(q.n, 1).astype(float) for q in (first, second))
    m1, m2 = (np.where(q.n > 0, q.score_100, 0.0) for q in (first, second))
    weights = np.where(first.n > 0, n1 / (sigma2 + n1 * tau2), 0.0)
    mu = float((weights * m1).sum() / (weights.sum() or 1.0))
    kept = n1 * tau2 / (n1 * tau2 + sigma2)
    expected = mu + kept * (m1 - mu)
    earlier = expected
    if figures.before is not None:
        before = figures.before if better else figures.before.turned()
        earlier = _expected_from_two(before, first, expected, mu=mu, ratio=tau2 / sigma2)
    controls = figures.comparable & ~figures.acted
    w = np.where(controls, n1 * n2 / (n1 + n2), 0.0)
    w = w / (w.sum() or 1.0)
    shift = float((w * (m2 - expected)).sum())
    v = _variance_of_answers(first, second, sigma2)
    own = tau2 * (1.0 - kept) + v / n2
    return _Expectation(
        controls=controls,
        rise=m2 - m1,
        beyond=m2 - expected - shift,
        beyond_higher=m2 - np.maximum(expected, earlier) - shift,
        beyond_lower=m2 - np.minimum(expected, earlier) - shift,
        shift=shift,
        own=own,
        shared=float((w**2 * own).sum()),
        change_variance=v * (1.0 / n1 + 1.0 / n2),
        t=np.asarray(stdtrit(n1 + n2, level)),
    )


def _expected_from_two(before: Quarter, first: Quarter, single: FloatArray, *, mu: float, ratio: float) -> FloatArray:
    """Expect from quarters 0 and 1 together, quarter 0 moved by the organisation's change; else as from quarter 1."""
    if before.organisation_100 is None or first.organisation_100 is None:
        return single
    both = (before.n > 0) & (first.n > 0)
    n = np.maximum(before.n + first.n, 1).astype(float)
    moved = np.where(both, before.score_100, 0.0) + first.organisation_100 - before.organisation_100
    pooled = (before.n * moved + first.n * np.where(both, first.score_100, 0.0)) / n
    kept = n * ratio / (n * ratio + 1.0)
    return np.where(both, mu + kept * (pooled - mu), single)


def _variance_of_answers(first: Quarter, second: Quarter, sigma2: float) -> FloatArray:
    """Moderate with the displayed SDs where both quarters have ten answers, else sigma2 (shape (teams,))."""
    sd1, sd2 = first.sd_100, second.sd_100
    if sd1 is None or sd2 is None:
        return np.full(first.n.shape, sigma2)
    shown = (first.n >= FULL) & (second.n >= FULL) & ~np.isnan(sd1) & ~np.isnan(sd2)
    squares = (first.n - 1) * np.where(shown, sd1, 0.0) ** 2 + (second.n - 1) * np.where(shown, sd2, 0.0) ** 2
    return np.where(shown, (2.0 * sigma2 + squares) / np.maximum(first.n + second.n, 1), sigma2)


def _judge(figures: DimensionFigures, expected: _Expectation | None, inflation: float | None) -> Verdicts:
    """Say helped, did not help, or why neither."""
    teams = figures.acted.size
    helped, failed = np.zeros(teams, dtype=np.bool_), np.zeros(teams, dtype=np.bool_)
    visible = np.full(teams, UNKNOWN, dtype=np.int64)
    beyond, own, shared = np.full(teams, np.nan), np.full(teams, np.nan), float("nan")
    enough = False
    if expected is not None and inflation is not None and int(expected.controls.sum()) >= CONTROLS:
        enough = True
        ready = figures.acted & figures.comparable
        level = np.sqrt(inflation * expected.variance)
        change = np.sqrt(expected.change_variance)
        rise, t, up, down = expected.rise, expected.t, max(0.0, expected.shift), min(0.0, expected.shift)
        helped = ready & figures.steps_done & (expected.beyond_higher > t * level) & (rise - up > t * change)
        failed = ready & figures.steps_done & (expected.beyond_lower + t * level < WORTH_HAVING)
        failed &= rise - down + t * change < WORTH_HAVING
        power = t + POWER
        needed = np.maximum(rise - expected.beyond_higher + power * level, up + power * change)
        visible = np.where(ready, np.ceil(needed - 1e-9), UNKNOWN).astype(np.int64)
        beyond, own = (np.where(ready, part, np.nan) for part in (expected.beyond_higher, inflation * expected.own))
        shared = inflation * expected.shared
    decided = helped | failed
    said = np.where(helped, str(Verdict.LIKELY_HELPED), str(Verdict.LIKELY_DID_NOT_HELP))
    said = np.where(decided, said, str(Verdict.CANNOT_TELL_YET))
    reasons = np.where(decided, "", _hindrances(figures, known=expected is not None, enough=enough))
    said, reasons = np.where(figures.acted, said, ""), np.where(figures.acted, reasons, "")
    return Verdicts(said, reasons, visible, beyond, own, shared)


def _hindrances(figures: DimensionFigures, *, known: bool, enough: bool) -> Texts:
    """Name the first reason against a verdict for every team, noise if there is no other."""
    teams = figures.acted.size
    masks = {
        Reason.ITEMS_CHANGED: np.full(teams, figures.items_changed),
        Reason.MEMBERS_CHANGED: figures.members_changed,
        Reason.NOT_RELEASED: ~figures.released,
        Reason.COMPONENTS_UNKNOWN: np.full(teams, not known),
        Reason.FEW_CONTROLS: np.full(teams, not enough),
        Reason.STEPS_OPEN: ~figures.steps_done,
    }
    return np.select(list(masks.values()), [str(reason) for reason in masks], str(Reason.NOISE))
