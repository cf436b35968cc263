"""Actions on the time line: a letter after the survey each followed, and the same in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from assess.actions.past import PastAction
from assess.localisation import format_quarter
from assess.releases.history import quarter_number
from assess.releases.released import Fixed, Printable
from assess.reports.charts.quarters import ActionMark
from assess.reports.present.figures import OVERALL
from assess.reports.present.saying import gettext as _

_A_RANGE = 3  # letters in a row from which their ends stand for all of them


@dataclass(frozen=True)
class Marked:
    """One action of the page with its letter."""

    letter: str
    action: PastAction


def marked_actions(actions: Sequence[PastAction], first: str, last: str) -> tuple[Marked, ...]:
    """Give letters to the actions that began between two quarters, in the order in which they began.

    Of an action that was read twice, `actions` may hold both readings, the earlier one first; the later one counts.
    """
    latest = {action.id: action for action in actions if first <= action.since < last}
    ordered = sorted(latest.values(), key=lambda action: (action.since, action.adopted_in))
    return tuple(Marked(_letter(place), action) for place, action in enumerate(ordered))


def _letter(place: int) -> str:
    """Count in letters.

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    return ascii_uppercase[place % len(ascii_uppercase)] * (1 + place // len(ascii_uppercase))


def marks_of(marked: Sequence[Marked], code: str, first: str) -> tuple[ActionMark, ...]:
    """Mark one chart: the overall score with all actions, a dimension with those that aim at it."""
    own: dict[str, list[Marked]] = {}
    for each in marked:
        if code in {OVERALL, each.action.dimension}:
            own.setdefault(each.action.since, []).append(each)
    return tuple(
        ActionMark(
            after=quarter_number(since) - quarter_number(first),
            letters=_together([each.letter for each in there], [each.letter for each in marked]),
            spoken=tuple(
                _(
                    "action %(letter)s after %(quarter)s, “%(title)s”",
                    letter=each.letter,
                    quarter=format_quarter(since),
                    title=each.action.title,
                )
                for each in there
            ),
        )
        for since, there in own.items()
    )


def _together(letters: Sequence[str], alphabet: Sequence[str]) -> str:
    """Write letters side by side, many in a row by their ends.

    >>> _together(["A", "B"], "ABCD"), _together(["A", "B", "C"], "ABCD"), _together(["A", "B", "D"], "ABCD")
    ('A B', 'A–C', 'A B D')
    """
    start = list(alphabet).index(letters[0])
    in_a_row = list(letters) == list(alphabet[start : start + len(letters)])
    return f"{letters[0]}–{letters[-1]}" if in_a_row and len(letters) >= _A_RANGE else " ".join(letters)


def mark_sentences(marked: Sequence[Marked], names: Mapping[str, str]) -> tuple[str, ...]:
    """Say the same in words: letter, title, when, what it aimed at, how far it came."""
    return tuple(_sentence(each, names.get(each.action.dimension or "")) for each in marked)


def _sentence(marked: Marked, dimension: str | None) -> str:
    action = marked.action
    values: dict[str, Printable] = {
        "letter": marked.letter,
        "quarter": format_quarter(action.since),
        "title": action.title,
        "done": Fixed(action.steps_done),
        "steps": Fixed(len(action.ticked)),
    }
    if dimension is None:
        return _("%(letter)s, after %(quarter)s: “%(title)s”; %(done)s of %(steps)s steps done.", **values)
    return _(
        "%(letter)s, after %(quarter)s: “%(title)s” (%(dimension)s); %(done)s of %(steps)s steps done.",
        dimension=dimension,
        **values,
    )
