"""What can be told from the organisation when every team and unit is looked at together.

Of a team's dimension the document says it itself, tested against all other teams. Of units and overall scores it does
not; those are held against the organisation's score by their displayed ranges, at a false-discovery rate of 10 %.
"""

from collections.abc import Mapping, Sequence

from assess.releases.register import Register
from assess.reports.present.comparison import ABOVE, AROUND, BELOW
from assess.reports.present.figures import OVERALL, Score, path_of, score_in, word
from assess.reports.present.headline import may_compare
from assess.scoring.clear_changes import LEVEL_OF_TEAMS, DisplayedDifference, clear_among_all

Places = Mapping[tuple[str, str], str]


def places_of(cycle: Register, codes: Sequence[str]) -> Places:
    """Place every shown score of `codes` (and `overall`): above, around or below the organisation, by name and code.

    Left out is what may not be compared, and the unit that is the organisation.
    """
    everybody = cycle.organisation.number("n")
    whole = {code: score_in(cycle.organisation, code) for code in (OVERALL, *codes)}
    found: dict[tuple[str, str], str] = {}
    asked: list[tuple[tuple[str, str], DisplayedDifference]] = []
    for node in cycle.nodes:
        if node.why_not() is not None or not may_compare(node) or node.number("n") == everybody:
            continue
        for code in (OVERALL, *codes):
            said = word(node.part(*path_of(code)), "versus_rest", "word")
            if said in {ABOVE, AROUND, BELOW}:
                found[node.name, code] = said or AROUND
            elif (difference := _difference(whole[code], score_in(node, code))) is not None:
                asked.append(((node.name, code), difference))
    clear = clear_among_all([difference for _where, difference in asked], level=LEVEL_OF_TEAMS)
    for (where, difference), is_clear in zip(asked, clear, strict=True):
        away = ABOVE if difference.difference_100 > 0 else BELOW
        found[where] = away if is_clear else AROUND
    return found


def _difference(whole: Score | None, score: Score | None) -> DisplayedDifference | None:
    if score is None or whole is None or score.compare_low is None or score.compare_high is None:
        return None
    reference = whole.score.value
    return DisplayedDifference(
        difference_100=score.score.value - reference,
        low_100=score.compare_low.value - reference,
        high_100=score.compare_high.value - reference,
        freedom=score.n.value + 1,
    )
