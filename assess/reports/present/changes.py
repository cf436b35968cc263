"""What changed since an earlier quarter: words and numbers from the change figures of the document, nothing computed.

Where fewer than half answered nothing is compared, so there is no change either (measurement.md 9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.reports.present.figures import (
    OVERALL,
    Node,
    Score,
    node_named,
    number,
    part,
    score_in,
    whole,
    withheld_reason,
    word,
)
from assess.reports.present.headline import may_compare
from assess.reports.present.words import signed
from assess.scoring.rounding import down, up

HIGHER, LOWER, NO_CLEAR_CHANGE = "higher", "lower", "no_clear_change"


@dataclass(frozen=True)
class Change:
    """A change as displayed, in whole points. `visible` is the smallest change this team could show, None if unsaid."""

    since: str
    difference: int
    low: int
    high: int
    word: str
    visible: int | None

    @property
    def is_clear(self) -> bool:
        """Whether noise alone would seldom do it."""
        return self.word != NO_CLEAR_CHANGE


def change_of(team: Node, code: str) -> Change | None:
    """Read the change of a dimension (or `overall`); None when there is none or nothing may be compared."""
    entry = part(team, "change").get(code)
    if not isinstance(entry, Mapping) or withheld_reason(entry) is not None or not may_compare(team):
        return None
    since, difference = word(entry, "from"), number(entry, "difference_100")
    low, high = number(entry, "low_100"), number(entry, "high_100")
    if since is None or difference is None or low is None or high is None:
        return None
    said, visible = word(entry, "word"), number(entry, "visible_change_100")
    return Change(
        since=since,
        difference=whole(difference),
        low=int(down(low)),
        high=int(up(high)),
        word=said if said in {HIGHER, LOWER} else NO_CLEAR_CHANGE,
        visible=None if visible is None else int(up(visible)),
    )


def score_before(history: Sequence[Node], team: Node, code: str, change: Change) -> Score | None:
    """Find the score a change starts from, as it was displayed then."""
    return score_in(_entry_before(history, team, change), code)


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


def headline_changes(team: Node, names: Mapping[str, str]) -> tuple[str, ...]:
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
    return abs(change.difference) / max(change.high - change.low, 1)


def changes_note(team: Node, codes: Sequence[str], history: Sequence[Node]) -> tuple[str, ...]:
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
        *_low_response_note(team, changes, history),
        *_composition_note(team),
    )


def _composition_note(team: Node) -> tuple[str, ...]:
    """Say who came and went since the quarter compared with; nothing where that is not known."""
    composition = part(team, "composition")
    since, joined, left = composition.get("since"), number(composition, "joined"), number(composition, "left")
    if since is None or joined is None or left is None:
        return ()
    quarter = format_quarter(str(since))
    if joined == left == 0:
        return (_("The same people were asked as in %(quarter)s.", quarter=quarter),)
    return (
        _(
            "Joined since %(quarter)s: %(joined)d; left: %(left)d. A change may also come from that.",
            quarter=quarter,
            joined=int(joined),
            left=int(left),
        ),
    )


def _visible_note(team: Node, changes: Sequence[Change], history: Sequence[Node]) -> tuple[str, ...]:
    seen = sorted(change.visible for change in changes if change.visible is not None)
    if not seen:
        return ()
    points = _("%(low)s to %(high)s", low=seen[0], high=seen[-1]) if seen[0] < seen[-1] else str(seen[0])
    now, before = number(team, "n"), number(_entry_before(history, team, changes[0]), "n")
    if now is not None and before is not None and now != before:
        return (
            _(
                "With %(before)s answers then and %(now)s now, a change of about %(points)s points would usually be "
                "seen.",
                before=int(before),
                now=int(now),
                points=points,
            ),
        )
    return (
        _(
            "With %(now)s answers a quarter, a change of about %(points)s points would usually be seen.",
            now=int(now or 0),
            points=points,
        ),
    )


def _low_response_note(team: Node, changes: Sequence[Change], history: Sequence[Node]) -> tuple[str, ...]:
    if may_compare(_entry_before(history, team, changes[0])):
        return ()
    quarter = format_quarter(changes[0].since)
    return (_("In %(quarter)s fewer than half answered, so changes since then say little.", quarter=quarter),)


def _entry_before(history: Sequence[Node], team: Node, change: Change) -> Node:
    """Find this node's entry in the quarter a change starts from; empty when it is not at hand."""
    found = [node_named(cycle, str(team["team"])) for cycle in history if cycle.get("cycle") == change.since]
    return (found[0] or {}) if found else {}
