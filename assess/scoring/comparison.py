"""Teams beside each other: variance components, shrunken means, the lowest few, and each team against the rest.

Everything here rests on the released teams alone (measurement, section 5.0).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.against_rest import Difference, against_rest
from assess.scoring.disclosure import BoolArray
from assess.scoring.false_discovery import adjusted
from assess.scoring.moments import FloatArray, IntArray, Moments
from assess.scoring.reml import RandomIntercept, random_intercept
from assess.scoring.shrinkage import (
    FEWEST_TEAMS,
    Gate,
    Shrunken,
    bottom_k,
    comparison_gate,
    p_bottom,
    shrink,
)
from assess.scoring.variance_components import VarianceComponents, variance_components


@dataclass(frozen=True)
class ReleasedTeams:
    """The released teams of one measure: their places among `nodes` of the tree, moments, variance inside teams."""

    code: str
    nodes: int
    places: IntArray
    moments: Moments
    v0: float


@dataclass(frozen=True)
class TeamComparison:
    """One measure over the released teams; arrays of shape (teams,) in the order of `places`.

    `rows` gives the row of every node of the tree, -1 for those that are no released team. `bottom` is the probability
    of being among the `bottom_k` lowest, None behind a closed gate. `difference_100` and `p` compare a team with the
    rest, where `available`; `q` adjusts p over all teams and dimensions.
    """

    rows: npt.NDArray[np.int32]
    components: VarianceComponents | None
    fit: RandomIntercept | None
    gate: Gate
    shrunken: Shrunken | None
    bottom: FloatArray | None
    difference_100: FloatArray
    p: FloatArray
    q: FloatArray
    available: BoolArray

    @property
    def teams(self) -> int:
        """Number of released teams."""
        return int(self.p.size)


@dataclass(frozen=True)
class Comparison:
    """All measures; `bottom_k` is 0 where too few teams are released for a ranking."""

    bottom_k: int
    measures: Mapping[str, TeamComparison]


def compare_teams(measures: Sequence[ReleasedTeams]) -> Comparison:
    """Compare the released teams of all dimensions at once.

    One `bottom_k` for all of them, by the dimension with the fewest released teams: two numbers for “the lowest” in one
    report would not be understood. p-values form one family, whatever the dimension.
    """
    rests = [against_rest(measure.moments, measure.v0) for measure in measures]
    p = np.concatenate([rest.p for rest in rests]) if rests else np.zeros(0)
    available = np.concatenate([rest.available for rest in rests]) if rests else np.zeros(0, dtype=np.bool_)
    q = adjusted(p, available)
    sizes = [int((measure.moments.n > 0).sum()) for measure in measures]
    fewest = min((size for size in sizes if size), default=0)  # a dimension nobody was asked does not count
    k = bottom_k(fewest) if fewest >= FEWEST_TEAMS else 0
    result: dict[str, TeamComparison] = {}
    start = 0
    for measure, rest in zip(measures, rests, strict=True):
        stop = start + measure.places.size
        result[measure.code] = _compared(measure, rest, q[start:stop], k)
        start = stop
    return Comparison(k, result)


def _compared(measure: ReleasedTeams, rest: Difference, q: FloatArray, k: int) -> TeamComparison:
    components = variance_components(measure.moments)
    fit = random_intercept(measure.moments)
    gate = comparison_gate(components, measure.moments.n)
    shrunken = shrink(measure.moments, fit) if gate.passed and k else None
    rows = np.full(measure.nodes, -1, dtype=np.int32)
    rows[measure.places] = np.arange(measure.places.size)
    return TeamComparison(
        rows=rows,
        components=components,
        fit=fit,
        gate=gate,
        shrunken=shrunken,
        bottom=None if shrunken is None else p_bottom(shrunken, k),
        difference_100=rest.difference_100,
        p=rest.p,
        q=q,
        available=rest.available,
    )
