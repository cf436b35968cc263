"""What a cycle leaves behind for later ones (measurement, section 6.0), as columns over nodes.

Raw answers are deleted at publication; change, trend and verdict are computed from these records alone. Released nodes
have a record, hidden ones have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.interval import PRIOR_SD, PRIOR_TEAMS, PRIOR_WEIGHT
from assess.scoring.moments import EXACT_FROM, FloatArray, IntArray, Moments
from assess.scoring.rounding import half_up_all

CLASS_WIDTH = 5  # points: a stored histogram knows a person score to the nearest multiple of five
CLASSES = 21
PLACES = 0.0001  # the record keeps four decimals
_ABSENT = -1

PlaceArray = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Histograms:
    """How many persons of a node have which score: the cells of a sparse table, sorted by node, then by score.

    Three arrays of shape (cells,): place of the node, score in points, persons (at least one). Stored cycles know 21
    scores, the multiples of five, as bytes; data that are not confidential keep every distinct score as it is, so there
    is no fixed grid. Counts are as narrow as they allow.
    """

    nodes: PlaceArray
    scores_100: npt.NDArray[np.uint8] | FloatArray
    counts: npt.NDArray[np.unsignedinteger]

    def persons(self, count: int) -> IntArray:
        """Persons per node, shape (count,)."""
        return np.bincount(self.nodes, weights=self.counts, minlength=count).astype(np.int64)

    def table(self, count: int) -> IntArray:
        """Write as 21 counts per node, shape (count, 21). Raises ValueError for scores that are no multiple of five."""
        classes = np.floor(self.scores_100 / CLASS_WIDTH + 0.5).astype(np.int64)
        if bool((classes * CLASS_WIDTH != self.scores_100).any()):
            raise ValueError("only multiples of five fit into 21 classes")
        cells = self.nodes.astype(np.int64) * CLASSES + classes
        flat = np.bincount(cells, weights=self.counts, minlength=count * CLASSES)
        return flat.astype(np.int64).reshape(count, CLASSES)

    @classmethod
    def of_table(cls, table: npt.NDArray[np.integer]) -> "Histograms":
        """Read 21 counts per node, shape (nodes, 21); a node without histogram has a row of zeros."""
        nodes, classes = np.nonzero(table)
        return cls(nodes.astype(np.int32), (classes * CLASS_WIDTH).astype(np.uint8), narrow(table[nodes, classes]))

    def grouped(self, groups: npt.NDArray[np.integer]) -> "Histograms":
        """Add up the persons of each group, `groups` of shape (nodes,); nodes with a negative group are left out."""
        targets = groups[self.nodes]
        kept = targets >= 0
        return _summed(targets[kept].astype(np.int32), self.scores_100[kept], self.counts[kept])

    def upwards(self, parents: npt.NDArray[np.integer]) -> "Histograms":
        """Add every node's persons to all its ancestors; `parents` (-1: none) as in a Tree."""
        parts = [self]
        while parts[-1].nodes.size:
            parts.append(parts[-1].grouped(parents))
        return _summed(
            np.concatenate([part.nodes for part in parts]),
            np.concatenate([part.scores_100 for part in parts]),
            np.concatenate([part.counts for part in parts]),
        )

    def at(self, places: npt.NDArray[np.integer], count: int) -> "Histograms":
        """Take some of `count` nodes, each at most once, numbered in the order of `places`."""
        numbers = np.full(count, _ABSENT, dtype=np.int32)
        numbers[places] = np.arange(len(places))
        renumbered = numbers[self.nodes]
        if bool((renumbered >= 0).all()) and bool((np.diff(places) > 0).all()):
            return Histograms(renumbered, self.scores_100, self.counts)  # the same cells in the same order
        return self.grouped(numbers)


def histograms_of(
    scores_100: FloatArray, scored: BoolArray, nodes: npt.NDArray[np.integer], *, exact: bool = False
) -> Histograms:
    """Count persons directly in each node by their score, rounded half up to multiples of five, or to 1e-9 if `exact`.

    Arrays of shape (respondents,); persons without a score are left out.
    """
    if exact:  # equal scores that were added up in another order differ in their last bits
        values = np.round(scores_100[scored], 9) + 0.0
        return _summed(nodes[scored].astype(np.int32), values, np.ones(values.size, dtype=np.uint8))
    classes = (half_up_all(scores_100[scored], CLASS_WIDTH) / CLASS_WIDTH).astype(np.int64)
    flat = np.bincount(nodes[scored].astype(np.int64) * CLASSES + classes)
    cells = np.flatnonzero(flat)
    scores = (cells % CLASSES * CLASS_WIDTH).astype(np.uint8)
    return Histograms((cells // CLASSES).astype(np.int32), scores, narrow(flat[cells]))


def narrow(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.unsignedinteger]:
    """Store counts in the narrowest unsigned integers that hold them all."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _summed(
    nodes: PlaceArray, scores_100: npt.NDArray[np.uint8] | FloatArray, counts: npt.NDArray[np.unsignedinteger]
) -> Histograms:
    """Sort and add up equal cells."""
    order = np.lexsort((scores_100, nodes))
    nodes, scores_100, counts = nodes[order], scores_100[order], counts[order]
    new = np.ones(nodes.size, dtype=np.bool_)
    new[1:] = (nodes[1:] != nodes[:-1]) | (scores_100[1:] != scores_100[:-1])
    starts = np.flatnonzero(new)
    totals = np.add.reduceat(counts, starts, dtype=np.int64) if starts.size else counts
    return Histograms(nodes[starts], scores_100[starts], narrow(totals))


@dataclass(frozen=True)
class Summary:
    """Persons, mean and SD (divisor n-1) of person scores: three arrays of one shape, (nodes,) or (nodes, quarters).

    With n = 0 there is no record and the other two mean nothing; with n = 1 there is no SD, whatever stands there.
    """

    n: IntArray
    mean_100: FloatArray
    sd_100: FloatArray

    @property
    def within(self) -> FloatArray:
        """Sum of squared deviations from the mean, (n-1) s^2; 0 where n < 2."""
        return np.where(self.n > 1, (self.n - 1) * self.sd_100**2, 0.0)


@dataclass(frozen=True)
class OrganisationRecord:
    """Figures of all released teams of one cycle in one dimension, on the 0-100 scale; None: not available."""

    teams: int
    mean_100: float | None = None
    mu_100: float | None = None
    tau2: float | None = None
    sigma2: float | None = None
    alpha_within: float | None = None


@dataclass(frozen=True)
class DimensionRecords:
    """One cycle's records of one dimension, or of the overall score; arrays of shape (nodes,).

    `nodes` are names or ids. `lines` has one key per node, equal in two cycles exactly when the node and its members
    are; `items` names the item set. A line is unbroken where both are equal. `is_team` marks the released teams without
    children, the set R. `headcount` is -1 where unknown. `numbers` says of which nodes what needs ten answers may be
    shown; None: of all that have ten. `histograms` holds cells of such nodes only, or of all where data are not
    confidential.
    """

    nodes: tuple[str, ...]
    lines: tuple[str, ...]
    is_team: BoolArray
    headcount: IntArray
    summary: Summary
    histograms: Histograms
    organisation: OrganisationRecord
    items: str = ""
    numbers: BoolArray | None = None

    def __post_init__(self) -> None:
        count = len(self.nodes)
        summary = (self.summary.n, self.summary.mean_100, self.summary.sd_100)
        columns = (self.is_team, self.headcount, self.has_numbers, *summary)
        if len(self.lines) != count or any(column.shape != (count,) for column in columns):
            raise ValueError("every column needs one entry per node")
        if len(set(self.nodes)) != count or len(set(self.lines)) != count:
            raise ValueError("a node or a line occurs twice in one cycle")

    @property
    def has_numbers(self) -> BoolArray:
        """Nodes of which figures may be shown that need ten answers."""
        return self.summary.n >= EXACT_FROM if self.numbers is None else self.numbers

    @property
    def has_histogram(self) -> BoolArray:
        """Nodes whose histogram is kept."""
        kept: BoolArray = self.histograms.persons(len(self.nodes)) > 0
        return kept

    def summary_at(self, places: npt.NDArray[np.integer]) -> Summary:
        """Take n, mean and SD of some nodes."""
        return Summary(self.summary.n[places], self.summary.mean_100[places], self.summary.sd_100[places])


def recorded_summary(groups: Moments, *, exact: bool = False) -> Summary:
    """Keep of the moments what the record keeps, shape (groups,).

    Mean to four decimals; SD to four decimals from ten persons, below in steps of five points (section 6.0 says why).
    With `exact`, for data that are not confidential, both at full precision.
    """
    sd = np.sqrt(groups.variance)
    if exact:
        return Summary(groups.n, groups.mean, sd)
    stored = np.where(groups.n >= EXACT_FROM, half_up_all(sd, PLACES), half_up_all(sd, CLASS_WIDTH))
    return Summary(groups.n, half_up_all(groups.mean, PLACES), stored)


def recorded_histograms(histograms: Histograms, n: IntArray, *, exact: bool = False) -> Histograms:
    """Keep the histograms of nodes with ten persons or more (`n` of shape (nodes,)), of all with `exact`."""
    if exact or bool((n[histograms.nodes] >= EXACT_FROM).all()):
        return histograms
    return histograms.grouped(np.where(n >= EXACT_FROM, np.arange(n.size), _ABSENT))


def matched(earlier: DimensionRecords, later: DimensionRecords) -> tuple[IntArray, IntArray]:
    """Find the nodes of one unbroken line: places in `earlier` and in `later`, in the order of `later`."""
    same = earlier.items == later.items
    places = {line: place for place, line in enumerate(earlier.lines)} if same else {}
    found = np.array([places.get(line, _ABSENT) for line in later.lines], dtype=np.int64)
    kept = np.flatnonzero(found >= 0)
    return found[kept], kept.astype(np.int64)


def pooled_variance_over(quarters: Sequence[Summary], teams: int, *, prior_sd: float = PRIOR_SD) -> float:
    """Estimate v0, the variance inside teams, from the teams of several quarters (section 3.2).

    (10 sd0^2 + sum (n - 1) s^2) / (10 + sum (n - 1)) over all teams and quarters with n >= 2. `teams` says how many
    different teams have such a quarter: with fewer than three v0 is sd0^2.
    """
    if teams < PRIOR_TEAMS:
        return prior_sd**2
    squares = sum(float(quarter.within.sum()) for quarter in quarters)
    freedom = sum(float(np.maximum(quarter.n - 1, 0).sum()) for quarter in quarters)
    return (PRIOR_WEIGHT * prior_sd**2 + squares) / (PRIOR_WEIGHT + freedom)


def pooled_variance_of(records: Sequence[DimensionRecords], *, prior_sd: float = PRIOR_SD) -> float:
    """Estimate v0 from all released teams (set R) of several cycles; a team is one as long as its line is unbroken."""
    quarters = []
    lines: set[str] = set()
    for record in records:
        places = np.flatnonzero(record.is_team & (record.summary.n >= 2))
        quarters.append(record.summary_at(places))
        lines.update(record.lines[place] for place in places)
    return pooled_variance_over(quarters, len(lines), prior_sd=prior_sd)


def history(records: Sequence[DimensionRecords]) -> Summary:
    """Line up the records of cycles, oldest first, with the nodes of the last: shape (nodes, cycles).

    n = 0 where the node has no record in that cycle, and in every cycle before a break of its line: a node that is
    there under another line ends the search, even if an older cycle has today's line again.
    """
    latest = records[-1]
    shape = (len(latest.nodes), len(records))
    n, mean, sd = np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape)
    unbroken = np.ones(shape[0], dtype=np.bool_)
    for quarter in range(len(records) - 1, -1, -1):
        record = records[quarter]
        there, here = matched(record, latest)
        same = np.zeros(shape[0], dtype=np.bool_)
        same[here] = True
        names = frozenset(record.nodes)
        unbroken &= same | np.array([node not in names for node in latest.nodes], dtype=np.bool_)
        kept = unbroken[here]
        n[here[kept], quarter] = record.summary.n[there[kept]]
        mean[here[kept], quarter] = record.summary.mean_100[there[kept]]
        sd[here[kept], quarter] = record.summary.sd_100[there[kept]]
    return Summary(n, mean, sd)
