"""Did it work? Every action is read once its quarter is over, by the rule of the scoring room, from displayed figures.

An action is read in the quarter after the one it is compared with. Where its time was not over or a step was open, it
is read once more in the quarter after that; with figures it is read once only, so that waiting makes no success
likelier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assess.actions.quarters import Node, QuarterView
from assess.scoring.cycle_statistics import DimensionRecords
from assess.scoring.verdict import (
    ActionVerdict,
    DimensionFigures,
    Effect,
    Quarter,
    Reason,
    Verdict,
    Verdicts,
    verdicts,
)

TWO_QUARTERS = "2q"
READINGS = 2
AGAIN = (Reason.STEPS_OPEN, Reason.WITHIN_SPAN)


@dataclass(frozen=True)
class ActedOn:
    """What a reading needs of one action; `base` is the quarter it is compared with.

    `steps_done` is as of the closing of the quarter in which it is read. What was given up is not read, but a team that
    had begun is no control either.
    """

    id: bytes
    line: str
    is_unit: bool
    dimension: str | None
    base: str
    span: str | None
    steps_done: bool
    begun: bool
    dropped: bool = False


@dataclass(frozen=True)
class Reading:
    """What is said of one action in one quarter, and its effect for pooling where it was carried out and seen."""

    action: bytes
    base: str
    verdict: ActionVerdict
    effect: Effect | None

    @property
    def is_final(self) -> bool:
        """Whether it will not be read again."""
        return self.verdict.reason not in AGAIN


def readings(
    quarters: Sequence[QuarterView], actions: Sequence[ActedOn], open_before: frozenset[bytes]
) -> tuple[Reading, ...]:
    """Read all actions that are due in the last of some published quarters, oldest first.

    `open_before` names the actions that the quarter before left open. One that is compared with an earlier quarter than
    the last two is not read any more.
    """
    found: list[Reading] = []
    for lag in range(1, READINGS + 1):
        if len(quarters) <= lag:
            break
        base = quarters[-1 - lag]
        due = [a for a in actions if _base(quarters, a) is base and (lag == 1 or a.id in open_before)]
        running = [a for a in actions if a.begun or not a.dropped]
        acting = [a for a in running if a in due or _is_under_way(quarters, a, base, open_before)]
        before = quarters[-2 - lag] if len(quarters) > lag + 1 else None
        judged = _Judged(base, quarters[-1], before, acting, over_two=lag == READINGS)
        found += [judged.read(a, is_first=lag == 1) for a in due if not a.dropped]
    return tuple(found)


def _base(quarters: Sequence[QuarterView], action: ActedOn) -> QuarterView | None:
    """Find the quarter an action is compared with; where that one never came out, the last one before it."""
    known = [view for view in quarters if view.quarter <= action.base]
    return known[-1] if known else None


def _is_under_way(
    quarters: Sequence[QuarterView], action: ActedOn, base: QuarterView, open_before: frozenset[bytes]
) -> bool:
    """Whether an action ran at some time between `base` and the last quarter, so that its team is no control."""
    own = _base(quarters, action)
    if own is None or own is quarters[-1]:
        return False
    return own.quarter >= base.quarter or (action.id in open_before and own in quarters[-3:])


class _Judged:
    """The verdicts between two quarters: one pass over all dimensions, then one answer per action."""

    def __init__(
        self,
        base: QuarterView,
        now: QuarterView,
        before: QuarterView | None,
        acting: Sequence[ActedOn],
        *,
        over_two: bool,
    ) -> None:
        self._base, self._now, self._before = base, now, before
        self._rows = {line: row for row, line in enumerate(self._lines(acting))}
        self._asked = [d.code for d in base.instrument.dimensions if self._is_asked_in_both(d.code)]
        figures = [self._figures(code, acting) for code in self._asked]
        found = verdicts(figures, over_two=over_two)
        self._verdicts: Mapping[str, Verdicts] = dict(zip(self._asked, found, strict=True))

    def read(self, action: ActedOn, *, is_first: bool) -> Reading:
        """Say what is known before figures are looked at, else what the figures say."""
        reason = self._known_reason(action, is_first=is_first)
        if reason is not None or action.dimension is None:
            return self._reading(action, ActionVerdict(Verdict.CANNOT_TELL_YET, reason, None), None)
        column, row = self._verdicts[action.dimension], self._rows[action.line]
        told = column.of(row)
        if told is None:
            raise ValueError("an action that is read must be among those that were judged")
        if action.steps_done:
            return self._reading(action, told, column.effect(row))
        if told.reason in {None, Reason.NOISE}:
            told = ActionVerdict(Verdict.CANNOT_TELL_YET, Reason.STEPS_OPEN, told.visible_change_100)
        return self._reading(action, told, None)

    def _reading(self, action: ActedOn, verdict: ActionVerdict, effect: Effect | None) -> Reading:
        return Reading(action.id, self._base.quarter, verdict, effect)

    def _known_reason(self, action: ActedOn, *, is_first: bool) -> Reason | None:
        if action.dimension is None or action.dimension not in {d.code for d in self._base.instrument.dimensions}:
            return Reason.NO_DIMENSION
        if action.is_unit:
            return Reason.NOT_A_TEAM
        if action.dimension not in self._verdicts:
            return Reason.NOT_ASKED
        return Reason.WITHIN_SPAN if is_first and action.span == TWO_QUARTERS else None

    def _lines(self, acting: Sequence[ActedOn]) -> list[str]:
        """Line up the teams released in the first quarter, and those that act whether they are shown or not."""
        teams = {
            line
            for records in self._base.records.values()
            for line, is_team in zip(records.lines, records.is_team.tolist(), strict=True)
            if is_team
        }
        return sorted(teams | {action.line for action in acting})

    def _is_asked_in_both(self, code: str) -> bool:
        return code in {d.code for d in self._now.instrument.dimensions}

    def _figures(self, code: str, acting: Sequence[ActedOn]) -> DimensionFigures:
        dimension = self._base.instrument.dimension(code)
        width = dimension.scale.hi - dimension.scale.lo
        whole = self._base.organisation.get("dimensions", {}).get(code, {})
        lines = list(self._rows)
        acted = np.isin(lines, [a.line for a in acting if a.dimension == code])
        return DimensionFigures(
            first=_quarter(self._base, lines, code, width),
            second=_quarter(self._now, lines, code, width),
            tau2=_variance(whole, "tau2", width),
            sigma2=_variance(whole, "sigma2", width),
            acted=acted,
            steps_done=acted,
            members_changed=~np.isin(lines, list(self._now.lines)),
            items_changed=_differ(_items(self._base, code), _items(self._now, code)),
            higher_is_better=dimension.higher_is_better,
            before=self._quarter_before(lines, code, width),
        )

    def _quarter_before(self, lines: Sequence[str], code: str, width: int) -> Quarter | None:
        """Take the quarter before the first where the line is unbroken: same items here, same members by the line."""
        before = self._before
        if before is None or _items(before, code) is None or _differ(_items(before, code), _items(self._base, code)):
            return None
        return _quarter(before, lines, code, width)


def _quarter(view: QuarterView, lines: Sequence[str], code: str, width: int) -> Quarter:
    """Read the displayed figures of one dimension for some teams; n is 0 where none are shown or it is another team."""
    records = view.records.get(code)
    shown = _released(records)
    figures = [view.dimension(line, code) if line in shown else {} for line in lines]
    whole = view.organisation.get("dimensions", {}).get(code, {}).get("score_100")
    return Quarter(
        n=np.array([int(f.get("n", 0)) for f in figures], dtype=np.int64),
        score_100=np.array([float(f.get("score_100", 0)) for f in figures]),
        sd_100=np.array([_sd(f, width) for f in figures]),
        organisation_100=float(whole) if isinstance(whole, int | float) else None,
    )


def _released(records: DimensionRecords | None) -> frozenset[str]:
    if records is None:
        return frozenset()
    return frozenset(line for line, team in zip(records.lines, records.is_team.tolist(), strict=True) if team)


def _sd(figures: Node, width: int) -> float:
    value = figures.get("sd_raw")
    return 100.0 * float(value) / width if isinstance(value, int | float) else float("nan")


def _variance(figures: Mapping[str, Any], key: str, width: int) -> float | None:
    """Bring a released variance component to the 0-100 scale; None where it is withheld."""
    value = figures.get(key)
    return float(value) * (100.0 / width) ** 2 if isinstance(value, int | float) else None


def _items(view: QuarterView, code: str) -> str | None:
    records = view.records.get(code)
    return None if records is None else records.items


def _differ(one: str | None, other: str | None) -> bool:
    """Whether two item sets are known to differ; where nobody was shown there is none."""
    return one is not None and other is not None and one != other
