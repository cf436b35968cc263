"""From displayed figures to at most two recommendations (catalogue, Rules; design, What a recommendation may rest on).

Pure: the same displayed figures, settings and history give the same advice. A withheld figure never advises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assess.scoring.advice.candidates import BY_ITEM_FROM, Candidate, candidates
from assess.scoring.advice.figures import Node, item_percent, number, part
from assess.scoring.advice.guards import guards_hold
from assess.scoring.advice.practice import (
    TEAM_LEAD,
    AdviceDimension,
    AdviceSettings,
    Basis,
    Displayed,
    Practice,
    Recommendation,
)

HABIT = "P68"
RECENT_QUARTERS = 3
MOST = 2

Past = Sequence[Sequence[str]]


@dataclass(frozen=True)
class _Choice:
    """The practice taken, the item that put it first with its figure, and what would have come before it."""

    practice: Practice
    item: Displayed | None
    waiting: tuple[str, ...]


def recommend(
    node: Node,
    practices: Sequence[Practice],
    *,
    dimensions: Sequence[AdviceDimension],
    settings: AdviceSettings = AdviceSettings(),  # noqa: B008 - frozen, no state
    outcomes: Sequence[str] = (),
    already: Past = (),
    organisation: Node | None = None,
) -> tuple[Recommendation, ...]:
    """Choose at most two practices for one node of the Score JSON, at least one of them small.

    `outcomes` are the outcome items with five options that the reader sees; they choose from ten answers on. `already`
    lists what was proposed to this node or adopted by it, oldest quarter first. A withheld node gets the habit only.
    `organisation` is the organisation's record of the same cycle; without it no dimension is in the lowest quarter.
    A dimension no practice belongs to is passed over: when it is the lowest, only the habit remains. The habit is
    always possible, whatever the reader decides on.
    """
    allowed = sorted(
        (p for p in practices if p.scope in settings.scopes and guards_hold(p, settings, node)),
        key=lambda p: p.number,
    )
    chosen: list[Recommendation] = []
    for candidate in candidates(node, dimensions, outcomes, organisation or {}):
        choice = _choose(node, candidate, _still_open(allowed, chosen), settings.scopes, already)
        if choice is None:
            continue
        chosen.append(_recommendation(candidate, choice))
        if len(chosen) == MOST:
            break
    if len(chosen) < MOST and HABIT in {p.code for p in practices} - {r.practice for r in chosen}:
        chosen.append(Recommendation(HABIT, None, Basis.HABIT))
    return tuple(chosen)


def _recommendation(candidate: Candidate, choice: _Choice) -> Recommendation:
    because = candidate.because if choice.item is None else (*candidate.because, choice.item)
    return Recommendation(
        practice=choice.practice.code,
        dimension=None if candidate.dimension is None else candidate.dimension.code,
        basis=candidate.basis,
        because=because,
        item=candidate.item if choice.item is None else choice.item.code,
        waiting=choice.waiting,
    )


def _still_open(allowed: Sequence[Practice], chosen: Sequence[Recommendation]) -> list[Practice]:
    """Leave out what is chosen; after a first practice that is not small only small ones remain."""
    taken = {r.practice for r in chosen}
    small_wanted = any(p.code in taken and p.effort != "S" for p in allowed)
    return [p for p in allowed if p.code not in taken and (p.effort == "S" or not small_wanted)]


def _choose(
    node: Node, candidate: Candidate, practices: Sequence[Practice], scopes: Sequence[str], already: Past
) -> _Choice | None:
    """Take the first fitting practice that was not there lately; if all were, the one longest ago."""
    fitting, item = _in_order(node, candidate, practices, scopes)
    if not fitting:
        return None
    last = _last_seen(already)
    recent = max(len(already) - RECENT_QUARTERS, 0)
    fresh = [p for p in fitting if last.get(p.code, -1) < recent]
    taken = fresh[0] if fresh else min(fitting, key=lambda p: last[p.code])
    before = fitting[: fitting.index(taken)] if fresh else []
    chose = item is not None and item.code in taken.triggers
    return _Choice(taken, item if chose else None, tuple(p.code for p in before))


def _in_order(
    node: Node, candidate: Candidate, practices: Sequence[Practice], scopes: Sequence[str]
) -> tuple[list[Practice], Displayed | None]:
    """Line up the practices of a dimension or of an outcome; from ten answers those of the lowest item come first.

    What the business head alone decides stays before what a team decides, whichever item is the lowest.
    """
    dimension = candidate.dimension
    if dimension is None:
        triggered = [p for p in practices if candidate.item in p.triggers]
        return sorted(triggered, key=lambda p: p.rank_for(frozenset({str(candidate.item)}), scopes)), None
    items = frozenset(dimension.items)
    fitting = [p for p in practices if dimension.code in p.belongs_to]
    fitting = sorted(fitting, key=lambda p: p.rank_for(items, scopes))
    lowest = _lowest_item(node, dimension)
    if lowest is not None:
        fitting = sorted(fitting, key=lambda p: (_is_for_a_team(p, scopes), lowest.code not in p.triggers))
    return fitting, lowest


def _is_for_a_team(practice: Practice, scopes: Sequence[str]) -> bool:
    """Whether a practice belongs to those below the reader; never for a team lead."""
    return scopes[:1] != TEAM_LEAD and practice.scope in TEAM_LEAD


def _lowest_item(node: Node, dimension: AdviceDimension) -> Displayed | None:
    """Find the item with the lowest displayed share, from ten answers on; below, items choose nothing."""
    n = number(node, "dimensions", dimension.code, "n")
    if n is None or n < BY_ITEM_FROM:
        return None
    shares = [
        (share, place, code)
        for place, code in enumerate(dimension.items)
        if (share := item_percent(node, code)) is not None
    ]
    if not shares:
        return None
    share, _place, code = min(shares)
    word = part(node, "items", code, "word")
    return Displayed(code, "word", word) if isinstance(word, str) else Displayed(code, "percent_favourable", share)


def _last_seen(already: Past) -> Mapping[str, int]:
    return {code: quarter for quarter, codes in enumerate(already) for code in codes}
