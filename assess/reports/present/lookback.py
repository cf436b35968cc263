"""The sentence that closes the first page where no change is told: why there is nothing to look back on."""

from collections.abc import Sequence

from assess.localisation import format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.present.headline import may_compare
from assess.reports.present.history import Break, break_between
from assess.reports.present.saying import gettext as _
from assess.surveys.instruments import Instrument


def look_back(
    history: Sequence[Register],
    cycle: Register,
    team: Entry,
    instrument: Instrument,
    *,
    has_change: bool,
    over_time: bool,
) -> str:
    """Choose the sentence; empty where changes or actions are told elsewhere, or nothing may be compared anyway.

    `over_time` tells whether the report has the page of earlier quarters.
    """
    if has_change or not may_compare(team):
        return ""
    known = [(each, node) for each in history if (node := each.node(team.name)) is not None]
    if not known:
        return _never_asked(history, cycle, team.name)
    shown = [each for each, node in known if node.why_not() is None]
    if not shown:
        return _("For earlier quarters nothing is shown of this team, so there is nothing to compare with yet.")
    if shown[-1] is not history[-1] and not _breaks(shown[-1], cycle, team, instrument):
        quarter = format_quarter(history[-1].label or "")
        return _("For %(quarter)s nothing is shown of this team, so there is no change to tell.", quarter=quarter)
    return _not_compared(shown[-1], cycle, team, instrument, over_time=over_time)


def _never_asked(history: Sequence[Register], cycle: Register, name: str) -> str:
    """Tell a first measurement from a team that was part of another group before."""
    own = cycle.groups.get(name, frozenset())
    for earlier in reversed(history):
        if any(own & teams for teams in earlier.groups.values()):
            return _(
                "In %(quarter)s these people were asked in other groups, so the two quarters are not compared.",
                quarter=format_quarter(earlier.label or ""),
            )
    return _("First measurement: nothing to follow up yet. Next quarter this page says what came of your choice.")


def _breaks(earlier: Register, cycle: Register, team: Entry, instrument: Instrument) -> Break | None:
    """Say why no dimension may be compared; None where at least one may."""
    codes = team.part("dimensions").codes
    reasons = [break_between(earlier, cycle, team.name, code, instrument) for code in codes]
    return None if None in reasons else next(iter(reasons), None)


def _not_compared(earlier: Register, cycle: Register, team: Entry, instrument: Instrument, *, over_time: bool) -> str:
    quarter = format_quarter(earlier.label or "")
    reason = _breaks(earlier, cycle, team, instrument)
    if reason is Break.TEAMS:
        return _(
            "In %(quarter)s this team was made up of other teams, so the two quarters are not compared.",
            quarter=quarter,
        )
    if reason is Break.ITEMS:
        return _("The questions are not those of %(quarter)s, so the two quarters are not compared.", quarter=quarter)
    if over_time:
        return _("No change is tested in this report; “Over time” shows the earlier quarters.")
    return _("This report looks at one quarter only; changes since earlier quarters are not part of it.")
