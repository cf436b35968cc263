"""What changed since an earlier quarter: words and numbers from the change figures of the document, nothing computed.

Where fewer than half answered nothing is compared, so there is no change either (measurement.md 9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assess.localisation import format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import printed
from assess.reports.present.figures import OVERALL, Points, Score, answers_in, lower, score_in, upper, whole, word
from assess.reports.present.headline import may_compare
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import signed

HIGHER, LOWER, NO_CLEAR_CHANGE = "higher", "lower", "no_clear_change"


@dataclass(frozen=True)
class Change:
    """A change as displayed, in whole points. `visible` is the smallest change this team could show, None if unsaid."""

    since: str
    difference: Points
    low: Points
    high: Points
    word: str
    visible: Points | None

    @property
    def is_clear(self) -> bool:
        """Whether noise alone would seldom do it."""
        return self.word != NO_CLEAR_CHANGE


def change_of(team: Entry, code: str) -> Change | None:
    """Read the change of a dimension (or `overall`); None when there is none or nothing may be compared."""
    entry = team.part("change", code)
    since, difference = word(entry, "from"), entry.number("difference_100")
    low, high = lower(entry.number("low_100")), upper(entry.number("high_100"))
    if since is None or difference is None or low is None or high is None or not may_compare(team):
        return None
    said = word(entry, "word")
    return Change(
        since=since,
        difference=whole(difference),
        low=low,
        high=high,
        word=said if said in {HIGHER, LOWER} else NO_CLEAR_CHANGE,
        visible=upper(entry.number("visible_change_100")),
    )


def score_before(history: Sequence[Register], team: Entry, code: str, change: Change) -> Score | None:
    """Find the score a change starts from, as it was displayed then."""
    before = _entry_before(history, team, change)
    return None if before is None else score_in(before, code)


def answers_before(history: Sequence[Register], team: Entry, code: str, change: Change) -> Points | None:
    """Find how many answers the score rests on that a change starts from."""
    before = _entry_before(history, team, change)
    return None if before is None else answers_in(before, code)


def change_word(change: Change) -> str:
    """Say the change in a table cell: an arrow only where the change is clear."""
    return {
        HIGHER: _("▲ higher"),
        LOWER: _("▼ lower"),
        NO_CLEAR_CHANGE: _("no clear change"),
    }[change.word]


def change_sentence(change: Change | None) -> str:
    """Say the change with its interval; empty where there is none."""
    if change is None:
        return ""
    values = {
        "quarter": format_quarter(change.since),
        "difference": signed(change.difference),
        "low": signed(change.low),
        "high": signed(change.high),
    }
    if change.word == HIGHER:
        return _("▲ Higher than in %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)
    if change.word == LOWER:
        return _("▼ Lower than in %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)
    return _("No clear change since %(quarter)s: %(difference)s points (%(low)s to %(high)s).", **values)


def headline_changes(team: Entry, names: Mapping[str, str]) -> tuple[str, ...]:
    """Say what clearly changed: the overall score, then the clearest dimension of `names`; else that nothing did."""
    overall = change_of(team, OVERALL)
    clear = [(name, change) for code, name in names.items() if (change := change_of(team, code)) and change.is_clear]
    sentences = []
    if overall is not None and overall.is_clear:
        sentences.append(_clear_sentence(_("Team health"), overall))
    if clear:
        sentences.append(_clear_sentence(*max(clear, key=lambda pair: _clearness(pair[1]))))
    if sentences:
        return tuple(sentences)
    since = next((change.since for code in (*names, OVERALL) if (change := change_of(team, code))), None)
    if since is None:
        return ()
    return (_("Compared with %(quarter)s, nothing has clearly changed.", quarter=format_quarter(since)),)


def _clear_sentence(name: str, change: Change) -> str:
    values = {"name": name, "quarter": format_quarter(change.since), "difference": signed(change.difference)}
    if change.word == HIGHER:
        return _("%(name)s is clearly higher than in %(quarter)s (%(difference)s points).", **values)
    return _("%(name)s is clearly lower than in %(quarter)s (%(difference)s points).", **values)


def _clearness(change: Change) -> float:
    """Measure a change in half-widths of its own interval, from displayed figures; ties keep the first."""
    return abs(change.difference.value) / max(change.high.value - change.low.value, 1)


def changes_note(team: Entry, codes: Sequence[str], history: Sequence[Register]) -> tuple[str, ...]:
    """Explain the changes of a page: what could be seen at all, that several were looked at, how they are rounded."""
    changes = [change for code in codes if (change := change_of(team, code))]
    if not changes:
        return ()
    several = (
        _(
            "Several dimensions were looked at together, so “higher” or “lower” is said more sparingly than a single "
            "range would allow."
        ),
    )
    return (
        *_visible_note(team, changes, history),
        *(several if len(changes) > 1 else ()),
        _("A change is computed before rounding and may differ by a point from the difference of the printed scores."),
        *(
            (_("A limit printed as 0 may lie just above or just below it."),)
            if any(_touches(c) for c in changes)
            else ()
        ),
        *_low_response_note(team, changes, history),
        *_composition_note(team),
    )


def _touches(change: Change) -> bool:
    """Whether a limit is printed as 0."""
    return 0 in {change.low.value, change.high.value}


def _composition_note(team: Entry) -> tuple[str, ...]:
    """Say who came and went since the quarter compared with; nothing where that is not known."""
    composition = team.part("composition")
    since, joined, left = word(composition, "since"), composition.number("joined"), composition.number("left")
    if since is None or joined is None or left is None:
        return ()
    quarter = format_quarter(since)
    if joined.value == left.value == 0:
        return (_("The same people were asked as in %(quarter)s.", quarter=quarter),)
    return (
        _(
            "Joined since %(quarter)s: %(joined)s; left: %(left)s. A change may also come from that.",
            quarter=quarter,
            joined=joined,
            left=left,
        ),
    )


def _visible_note(team: Entry, changes: Sequence[Change], history: Sequence[Register]) -> tuple[str, ...]:
    seen = sorted((change.visible for change in changes if change.visible is not None), key=lambda shown: shown.value)
    earlier = _entry_before(history, team, changes[0])
    now, before = team.number("n"), None if earlier is None else earlier.number("n")
    if not seen or now is None:
        return ()
    points = printed(seen[0]) if seen[0] == seen[-1] else _("%(low)s to %(high)s", low=seen[0], high=seen[-1])
    if before is not None and now != before:
        return (
            _(
                "With %(before)s answers then and %(now)s now, a change of about %(points)s points would usually be "
                "seen.",
                before=before,
                now=now,
                points=points,
            ),
        )
    return (
        _(
            "With %(now)s answers a quarter, a change of about %(points)s points would usually be seen.",
            now=now,
            points=points,
        ),
    )


def _low_response_note(team: Entry, changes: Sequence[Change], history: Sequence[Register]) -> tuple[str, ...]:
    earlier = _entry_before(history, team, changes[0])
    if earlier is None or may_compare(earlier):
        return ()
    quarter = format_quarter(changes[0].since)
    return (_("In %(quarter)s fewer than half answered, so changes since then say little.", quarter=quarter),)


def _entry_before(history: Sequence[Register], team: Entry, change: Change) -> Entry | None:
    """Find this node's entry in the quarter a change starts from; None when it is not at hand."""
    return next((cycle.node(team.name) for cycle in history if cycle.label == change.since), None)
