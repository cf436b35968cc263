"""One cycle beside earlier ones: change since the last and trend over up to eight, for all nodes at once.

Computed from records alone; the same path for stored cycles and for files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.against_rest import welch
from assess.scoring.change import Change, MatchedChange, RankTest, change_between, mann_whitney
from assess.scoring.cycle_statistics import DimensionRecords
from assess.scoring.disclosure import BoolArray
from assess.scoring.effect_size import Effect, cliffs_delta, dominance, hedges_g
from assess.scoring.false_discovery import adjusted_by_row
from assess.scoring.interval import FULL
from assess.scoring.measures import OVERALL
from assess.scoring.moments import FloatArray
from assess.scoring.trend import FEWEST_QUARTERS, Trend, trends
from assess.scoring.visible_change import harmonic_n, smallest_visible_change

QUARTERS_KEPT = 8

Records = Mapping[str, DimensionRecords]


@dataclass(frozen=True)
class MeasureChange:
    """Change of one measure since the last cycle; arrays over the rows of `rows` (node name to row).

    `numbers` says where probabilities and effect sizes may stand: where figures that need ten answers may in both
    quarters.
    """

    rows: Mapping[str, int]
    test: Change
    q: FloatArray
    visible_100: FloatArray
    g: Effect
    delta: Effect
    welch_p: FloatArray
    welch_available: BoolArray
    ranks: RankTest
    numbers: BoolArray


@dataclass(frozen=True)
class MeasureTrend:
    """Trend of one measure; arrays over the rows of `rows`."""

    rows: Mapping[str, int]
    fitted: Trend


@dataclass(frozen=True)
class Between:
    """Everything between a cycle and its earlier ones, by measure code; `since` is the label of the cycle before."""

    since: str
    changes: Mapping[str, MeasureChange]
    trends: Mapping[str, MeasureTrend]


class _Rows:
    """Builds the way from name to row once where measures have the same nodes, as they nearly always do."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Mapping[str, int]] = {}

    def of(self, names: Sequence[str]) -> Mapping[str, int]:
        key = tuple(names)
        if key not in self._known:
            self._known[key] = {name: row for row, name in enumerate(key)}
        return self._known[key]


def compare_cycles(
    history: Sequence[Records], labels: Sequence[str], times: Sequence[int], *, minimum: int
) -> Between | None:
    """Compare the last of some cycles (oldest first) with those before; None where it is the first.

    `labels` and `times` (whole numbers that rise by one a quarter) have one entry per cycle. With `minimum` below 2
    effect sizes need no ten answers.
    """
    history, labels, times = history[-QUARTERS_KEPT:], labels[-QUARTERS_KEPT:], times[-QUARTERS_KEPT:]
    if len(history) < 2:
        return None
    changes = _changes(history[-2], history[-1], from_n=FULL if minimum > 1 else 1)
    return Between(labels[-2], changes, _trends(history, np.array(times), minimum=minimum))


def _changes(earlier: Records, later: Records, *, from_n: int) -> dict[str, MeasureChange]:
    codes = [code for code in later if code in earlier]
    found = {code: change_between(earlier[code], later[code]) for code in codes}
    names = {code: [later[code].nodes[place] for place in found[code].later.tolist()] for code in codes}
    adjusted = _adjusted_within_teams({code: (names[code], found[code].test) for code in codes if code != OVERALL})
    result = {}
    rows = _Rows()
    for code in codes:
        matched = found.pop(code)  # what is not needed any more gives room to the next
        ways = rows.of(names.pop(code))
        q = adjusted.get(code, matched.test.p)
        result[code] = _change(matched, earlier[code], later[code], rows=ways, q=q, from_n=from_n)
    return result


def _change(
    matched: MatchedChange,
    before: DimensionRecords,
    after: DimensionRecords,
    *,
    rows: Mapping[str, int],
    q: FloatArray,
    from_n: int,
) -> MeasureChange:
    """Put beside the test of each node how large its change is and what other tests say of it."""
    one, two = before.summary_at(matched.earlier), after.summary_at(matched.later)
    pairs = dominance(
        before.histograms.at(matched.earlier, len(before.nodes)),
        after.histograms.at(matched.later, len(after.nodes)),
        len(rows),
    )
    tested = welch(two.n, two.mean_100, two.sd_100, one.n, one.mean_100, one.sd_100)
    return MeasureChange(
        rows=rows,
        test=matched.test,
        q=q,
        visible_100=smallest_visible_change(harmonic_n(one.n, two.n), float(np.sqrt(matched.v0))),
        g=hedges_g(one, two, from_n=from_n),
        delta=cliffs_delta(pairs, from_n=from_n),
        welch_p=tested.p,
        welch_available=tested.available,
        ranks=mann_whitney(pairs, from_n=from_n),
        numbers=before.has_numbers[matched.earlier] & after.has_numbers[matched.later],
    )


def _adjusted_within_teams(found: Mapping[str, tuple[list[str], Change]]) -> dict[str, FloatArray]:
    """Adjust p within the dimensions of each node: every node is a family of its own."""
    nodes = {name: row for row, name in enumerate(sorted({name for names, _test in found.values() for name in names}))}
    p = np.ones((len(nodes), len(found)))
    available: BoolArray = np.zeros(p.shape, dtype=np.bool_)
    places: dict[str, npt.NDArray[np.int64]] = {}
    for column, (code, (names, test)) in enumerate(found.items()):
        places[code] = np.array([nodes[name] for name in names], dtype=np.int64)
        p[places[code], column], available[places[code], column] = test.p, test.available
    q = adjusted_by_row(p, available)
    return {code: q[places[code], column] for column, code in enumerate(found)}


def _trends(history: Sequence[Records], times: npt.NDArray[np.int64], *, minimum: int) -> dict[str, MeasureTrend]:
    result: dict[str, MeasureTrend] = {}
    if len(history) < FEWEST_QUARTERS:
        return result
    rows = _Rows()
    for code, latest in history[-1].items():
        kept = [place for place, records in enumerate(history) if code in records]
        fitted = trends([history[place][code] for place in kept], times[kept], minimum=minimum)
        result[code] = MeasureTrend(rows.of(latest.nodes), fitted)
    return result
