"""Read the figures of a node from the register; what is withheld becomes None here and nowhere else."""

from dataclasses import dataclass

from assess.releases.entry import Entry
from assess.releases.released import Released, derived
from assess.scoring.rounding import down, half_up, up

OVERALL = "overall"  # code of the overall score among changes, trends and panels
FULL = 10  # answers from which items, shares and agreement carry numbers (disclosure.md 2)

Points = Released[int]


@dataclass(frozen=True)
class Score:
    """A dimension or overall score as displayed: whole points. Limits are None where the document has none."""

    n: Points
    score: Points
    low: Points | None
    high: Points | None
    compare_low: Points | None
    compare_high: Points | None
    logical_low: Points | None
    logical_high: Points | None
    fluctuation: Points | None
    percent_favourable: Points | None
    spread_word: str | None
    versus_word: str | None


def score_of(entry: Entry) -> Score | None:
    """Read a dimension or overall score; None when it is withheld or absent."""
    n, score = entry.number("n"), entry.number("score_100")
    if n is None or score is None:
        return None
    return Score(
        n=whole(n),
        score=whole(score),
        low=lower(entry.number("low_100")),
        high=upper(entry.number("high_100")),
        compare_low=lower(entry.number("compare_low_100")),
        compare_high=upper(entry.number("compare_high_100")),
        logical_low=lower(entry.number("logical_low_100")),
        logical_high=upper(entry.number("logical_high_100")),
        fluctuation=upper(entry.number("fluctuation_100")),
        percent_favourable=nearest(entry.number("percent_favourable")),
        spread_word=word(entry, "spread_word"),
        versus_word=word(entry, "versus_rest", "word"),
    )


def path_of(code: str) -> tuple[str, ...]:
    """Say where a node's entry has a dimension, or the `overall` score."""
    return (OVERALL,) if code == OVERALL else ("dimensions", code)


def score_in(node: Entry, code: str) -> Score | None:
    """Read the score of a dimension, or the `overall` one, of a team, unit or organisation."""
    return score_of(node.part(*path_of(code)))


def answers_in(node: Entry, code: str) -> Points | None:
    """Read how many answered a dimension, or enough of it for the `overall` score, without the rest of the score."""
    n = node.number(*path_of(code), "n")
    return None if n is None else whole(n)


def word(entry: Entry, *path: str) -> str | None:
    """Read the code of one word; the reader gets its translation. None when it is withheld or absent."""
    found = entry.word(*path)
    return None if found is None else found.value


def whole(value: Released[float]) -> Points:
    """Round to whole points as displayed; displayed numbers pass unchanged (a minimum of one leaves decimals)."""
    return derived(lambda shown: int(half_up(shown)), value)


def nearest(value: Released[float] | None) -> Points | None:
    """Round to whole points, if there is a number."""
    return None if value is None else whole(value)


def lower(value: Released[float] | None) -> Points | None:
    """Round a lower limit outwards, if there is one."""
    return None if value is None else derived(lambda shown: int(down(shown)), value)


def upper(value: Released[float] | None) -> Points | None:
    """Round an upper limit outwards, if there is one."""
    return None if value is None else derived(lambda shown: int(up(shown)), value)
