"""One quarter of a line as a dot, or as the reason why there is none."""

from assess.localisation import format_quarter
from assess.releases.released import Printable, Suppressed
from assess.reports.charts.quarters import QuarterDot
from assess.reports.present.history import Moment
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import short_quarter
from assess.scoring.release import Reason


def dot_of(moment: Moment, place: int, minimum: int) -> QuarterDot:
    """Draw a quarter at its `place`; without a score a word stands in its column."""
    quarter = format_quarter(moment.quarter)
    score = moment.score
    if score is None or score.compare_low is None or score.compare_high is None:
        reason = why_not(moment, minimum)
        return QuarterDot(
            place=place,
            label=short_quarter(moment.quarter),
            year=moment.quarter[:4],
            score=None,
            note=_("not shown"),
            breaks=False,
            spoken=_("%(quarter)s: %(reason)s", quarter=quarter, reason=reason),
        )
    values: dict[str, Printable] = {
        "quarter": quarter,
        "score": score.score,
        "low": score.compare_low,
        "high": score.compare_high,
    }
    if moment.broken:
        spoken = _("new line from %(quarter)s: %(score)s points, usual range %(low)s to %(high)s", **values)
    else:
        spoken = _("%(quarter)s: %(score)s points, usual range %(low)s to %(high)s", **values)
    return QuarterDot(
        place=place,
        label=short_quarter(moment.quarter),
        year=moment.quarter[:4],
        score=score.score,
        low=score.compare_low,
        high=score.compare_high,
        breaks=moment.broken is not None,
        spoken=spoken,
    )


def why_not(moment: Moment, minimum: int) -> str:
    """Say why a quarter has no score."""
    if moment.reason is None:
        return _("not asked as a group of its own")
    if moment.reason == Suppressed(Reason.NOT_ASKED):
        return _("not asked that quarter")
    return moment.reason.sentence(moment.minimum or minimum)
