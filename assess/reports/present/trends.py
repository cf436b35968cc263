"""The trend of a line over at least five quarters: words and numbers from the trend figures of the document."""

from collections.abc import Mapping
from dataclasses import dataclass

from assess.releases.entry import Entry
from assess.releases.released import Printable, Released, derived
from assess.reports.present.figures import Points, whole, word
from assess.reports.present.headline import may_compare
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, signed
from assess.scoring.rounding import down, half_up, up

_HALF = 0.5
UP, DOWN, NO_CLEAR_TREND = "up", "down", "no_clear_trend"


@dataclass(frozen=True)
class Trend:
    """The slope of an unbroken line in points per quarter, to half points."""

    quarters: Points
    slope: Released[float]
    low: Released[float]
    high: Released[float]
    word: str


def trend_of(team: Entry, code: str) -> Trend | None:
    """Read the trend of a dimension (or `overall`); None when there is none or nothing may be compared."""
    entry = team.part("trend", code)
    quarters, slope = entry.number("quarters"), entry.number("slope_100")
    low, high = entry.number("low_100"), entry.number("high_100")
    if quarters is None or slope is None or low is None or high is None or not may_compare(team):
        return None
    said = word(entry, "word")
    return Trend(
        quarters=whole(quarters),
        slope=derived(lambda shown: half_up(shown, _HALF), slope),
        low=derived(lambda shown: down(shown, _HALF), low),
        high=derived(lambda shown: up(shown, _HALF), high),
        word=said if said in {UP, DOWN} else NO_CLEAR_TREND,
    )


def trend_sentence(trend: Trend, *, turned: bool = False) -> str:
    """Say the trend with its limits; without an arrow where the last quarter went against it (`turned`)."""
    values: dict[str, Printable] = {
        "quarters": trend.quarters,
        "slope": signed(trend.slope, decimals=1),
        "low": signed(trend.low, decimals=1),
        "high": signed(trend.high, decimals=1),
    }
    if turned and trend.word == UP:
        return _(
            "Taken over all %(quarters)s quarters it still rose: about %(slope)s a quarter (%(low)s to %(high)s).",
            **values,
        )
    if turned and trend.word == DOWN:
        return _(
            "Taken over all %(quarters)s quarters it still fell: about %(slope)s a quarter (%(low)s to %(high)s).",
            **values,
        )
    if trend.word == UP:
        return _("▲ Rising over %(quarters)s quarters: about %(slope)s a quarter (%(low)s to %(high)s).", **values)
    if trend.word == DOWN:
        return _("▼ Falling over %(quarters)s quarters: about %(slope)s a quarter (%(low)s to %(high)s).", **values)
    return _("No clear trend over %(quarters)s quarters: %(slope)s a quarter (%(low)s to %(high)s).", **values)


def directions(trends: Mapping[str, Trend]) -> str:
    """Name the lines that rise or fall."""
    rising = listing([name for name, trend in trends.items() if trend.word == UP])
    falling = listing([name for name, trend in trends.items() if trend.word == DOWN])
    if rising and falling:
        return _(
            "Over the quarters as a whole rising: %(rising)s; falling: %(falling)s.", rising=rising, falling=falling
        )
    if rising:
        return _("Over the quarters as a whole rising: %(names)s.", names=rising)
    if falling:
        return _("Over the quarters as a whole falling: %(names)s.", names=falling)
    return _("No clear trend over the quarters as a whole.")
