"""What can be told from the organisation when every team and unit is looked at together.

Of a team's dimension the document says it itself, tested against all other teams. Of units and overall scores it does
not; those are held against the organisation's score by their displayed ranges, at a false-discovery rate of 10 %.
"""

from collections.abc import Mapping, Sequence

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.present.comparison import ABOVE, AROUND, BELOW
from assess.reports.present.figures import OVERALL, score_in
from assess.reports.present.headline import may_compare
from assess.scoring.clear_changes import LEVEL_OF_TEAMS, DisplayedDifference, clear_among_all

Places = Mapping[tuple[str, str], str]


def places_of(cycle: Register, codes: Sequence[str]) -> Places:
    """Place every shown score of `codes` (and `overall`): above, around or below the organisation, by name and code.

    Left out is what may not be compared, and the unit that is the organisation.
    """
    everybody = cycle.organisation.number("n")
    found: dict[tuple[str, str], str] = {}
    asked: list[tuple[tuple[str, str], DisplayedDifference]] = []
    for node in cycle.nodes:
        if node.why_not() is not None or not may_compare(node) or node.number("n") == everybody:
            continue
        for code in (OVERALL, *codes):
            score = score_in(node, code)
            if score is not None and score.versus_word in {ABOVE, AROUND, BELOW}:
                found[node.name, code] = score.versus_word or AROUND
            elif (difference := _difference(cycle.organisation, node, code)) is not None:
                asked.append(((node.name, code), difference))
    clear = clear_among_all([difference for _where, difference in asked], level=LEVEL_OF_TEAMS)
    for (where, difference), is_clear in zip(asked, clear, strict=True):
        away = ABOVE if difference.difference_100 > 0 else BELOW
        found[where] = away if is_clear else AROUND
    return found


def _difference(organisation: Entry, node: Entry, code: str) -> DisplayedDifference | None:
    score, whole = score_in(node, code), score_in(organisation, code)
    if score is None or whole is None or score.compare_low is None or score.compare_high is None:
        return None
    reference = whole.score.value
    return DisplayedDifference(
        difference_100=score.score.value - reference,
        low_100=score.compare_low.value - reference,
        high_100=score.compare_high.value - reference,
        freedom=score.n.value + 1,
    )
