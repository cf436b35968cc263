"""Change and trend of one node as they may be printed (measurement, sections 6.2 to 6.5 and 13.2)."""

import numpy as np

from assess.scoring.between import Between, MeasureChange, MeasureTrend
from assess.scoring.change import change_words, displayed_change
from assess.scoring.display import Figures, plain, withheld
from assess.scoring.interval import FULL
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up, significant
from assess.scoring.trend import FEWEST_QUARTERS, displayed_trend
from assess.scoring.visible_change import displayed_visible_change

_TEN = ("p", "q", "hedges_g", "cliffs_delta", "welch_p", "mann_whitney_p")  # need ten answers in both quarters


class BetweenFigures:
    """Displays what lies between a cycle and its earlier ones; all nodes are rounded once."""

    def __init__(self, between: Between, minimum: int) -> None:
        self._between, self._exact = between, minimum < 2
        self._shown = {code: displayed_change(change.test) for code, change in between.changes.items()}
        self._words = {
            code: change_words(change.test.difference_100, change.q) for code, change in between.changes.items()
        }
        self._visible = {code: displayed_visible_change(c.visible_100) for code, c in between.changes.items()}
        self._slopes = {code: displayed_trend(trend.fitted) for code, trend in between.trends.items()}
        self._directions = {code: trend.fitted.words for code, trend in between.trends.items()}

    def change(self, node: str) -> Figures:
        """Give the change of every measure that has an unbroken line from the cycle before; empty without any."""
        return {
            code: self._change(code, change, change.rows[node])
            for code, change in self._between.changes.items()
            if node in change.rows and bool(change.test.available[change.rows[node]])
        }

    def trend(self, node: str) -> Figures:
        """Give the trend of every measure with five quarters or more; empty without any."""
        return {
            code: self._trend(code, trend, trend.rows[node])
            for code, trend in self._between.trends.items()
            if node in trend.rows and int(trend.fitted.quarters[trend.rows[node]]) >= FEWEST_QUARTERS
        }

    def _change(self, code: str, change: MeasureChange, row: int) -> Figures:
        test, shown = change.test, self._shown[code]
        figures: Figures = {"from": self._between.since}
        if self._exact:
            difference, half = float(test.difference_100[row]), float(test.half_100[row])
            figures |= {"difference_100": difference, "low_100": difference - half, "high_100": difference + half}
        else:
            figures |= {
                "difference_100": float(shown.difference_100[row]),
                "low_100": float(shown.low_100[row]),
                "high_100": float(shown.high_100[row]),
            }
        figures["word"] = str(self._words[code][row])
        visible = float(change.visible_100[row]) if self._exact else float(self._visible[code][row])
        figures["visible_change_100"] = visible if visible > 0 else withheld(Reason.NOT_AVAILABLE)
        if self._exact or change.numbers[row]:
            return plain(figures | self._effects(change, row))
        few = min(int(test.n_earlier[row]), int(test.n_later[row])) < FULL
        reason = Reason.TOO_FEW if few else Reason.PROTECTS_OTHERS
        return plain(figures | {key: withheld(reason) for key in _TEN})

    def _effects(self, change: MeasureChange, row: int) -> Figures:
        def two(value: np.floating | float) -> float:
            return float(value) if self._exact else significant(float(value), 2)

        def hundredths(value: np.floating | float) -> float:
            return float(value) if self._exact else half_up(float(value), 0.01)

        none = withheld(Reason.NOT_AVAILABLE)
        return {
            "p": two(change.test.p[row]),
            "q": two(change.q[row]),
            "hedges_g": hundredths(change.g.value[row]) if change.g.available[row] else dict(none),
            "cliffs_delta": hundredths(change.delta.value[row]) if change.delta.available[row] else dict(none),
            "welch_p": two(change.welch_p[row]) if change.welch_available[row] else dict(none),
            "mann_whitney_p": two(change.ranks.p[row]) if change.ranks.available[row] else dict(none),
        }

    def _trend(self, code: str, trend: MeasureTrend, row: int) -> Figures:
        fitted, shown = trend.fitted, self._slopes[code]
        slope, low, high = (
            (fitted.slope_100, fitted.low_100, fitted.high_100)
            if self._exact
            else (shown.slope_100, shown.low_100, shown.high_100)
        )
        return plain(
            {
                "quarters": int(fitted.quarters[row]),
                "slope_100": float(slope[row]),
                "low_100": float(low[row]),
                "high_100": float(high[row]),
                "word": str(self._directions[code][row]),
            }
        )
