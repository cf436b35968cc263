"""From displayed figures to at most two recommendations (catalogue, Rules; design, What a recommendation may rest on).

Pure: the same displayed figures, settings and history give the same advice. A withheld figure never advises.
"""

from collections.abc import Mapping, Sequence

from assess.scoring.advice.figures import Node, good_score, good_upper, item_percent, number, part
from assess.scoring.advice.practice import (
    AdviceDimension,
    AdviceSettings,
    Basis,
    Displayed,
    Practice,
    Recommendation,
)

HABIT = "P68"
CLEAR_BELOW = 50.0
LOWEST_QUARTER = 0.674  # standard normal quantile of .75
BY_ITEM_FROM = 10
RECENT_QUARTERS = 3
MOST = 2

Candidate = tuple[AdviceDimension, Basis, tuple[Displayed, ...]]


def recommend(
    team: Node,
    practices: Sequence[Practice],
    *,
    dimensions: Sequence[AdviceDimension],
    settings: AdviceSettings = AdviceSettings(),  # noqa: B008 - frozen, no state
    already: Sequence[Sequence[str]] = (),
    organisation: Node | None = None,
) -> tuple[Recommendation, ...]:
    """Choose at most two practices for one node of the Score JSON, at least one of them small.

    `already` lists what was recommended to this team, oldest quarter first. A withheld node gets the habit only.
    """
    allowed = sorted(
        (p for p in practices if p.scope in settings.scopes and _guards_hold(p, settings, team)),
        key=lambda p: p.number,
    )
    chosen: list[Recommendation] = []
    for dimension, basis, because in _candidates(team, dimensions, organisation or {}):
        taken = {r.practice for r in chosen}
        choice = _choose(team, dimension, [p for p in allowed if p.code not in taken], already)
        if choice is None:
            continue
        chosen.append(Recommendation(choice.code, dimension.code, basis, because))
        if len(chosen) == MOST:
            break
    habit = next((p for p in allowed if p.code == HABIT), None)
    if habit is not None and len(chosen) < MOST and HABIT not in {r.practice for r in chosen}:
        chosen.append(Recommendation(HABIT, None, Basis.HABIT))
    return _with_a_small_one(tuple(chosen), {p.code: p for p in allowed})


def _candidates(team: Node, dimensions: Sequence[AdviceDimension], organisation: Node) -> list[Candidate]:
    """Clear dimensions, lowest first; if there is none, the lowest one as a starting point."""
    scored = [(score, place, d) for place, d in enumerate(dimensions) if (score := good_score(team, d)) is not None]
    if not scored:
        return []
    clear = [(score, place, d) for score, place, d in scored if _is_clear(team, d, organisation)]
    if clear:
        return [(d, Basis.CLEAR, _because(team, d)) for _score, _place, d in sorted(clear, key=lambda c: c[:2])]
    shrunken = [(s, place, d) for _score, place, d in scored if (s := good_score(team, d, "shrunken_100")) is not None]
    ranked = shrunken if len(shrunken) == len(dimensions) else scored
    lowest = min(ranked, key=lambda c: c[:2])[2]
    return [(lowest, Basis.STARTING_POINT, _because(team, lowest))]


def _is_clear(team: Node, dimension: AdviceDimension, organisation: Node) -> bool:
    """Outside the noise: below 50 with its whole comparing interval, in the lowest quarter, lower, or in camps."""
    upper = good_upper(team, dimension)
    if upper is not None and upper < CLEAR_BELOW:
        return True
    word = part(team, "change", dimension.code, "word")
    if word == ("lower" if dimension.higher_is_better else "higher"):
        return True
    if part(team, "dimensions", dimension.code, "spread_word") == "camps":
        return True
    return _in_lowest_quarter(team, dimension, organisation)


def _in_lowest_quarter(team: Node, dimension: AdviceDimension, organisation: Node) -> bool:
    """EB <= mu - 0.674 tau, where the gate lets shrunken means be displayed at all."""
    shrunken = good_score(team, dimension, "shrunken_100")
    mu = good_score(organisation, dimension, "mu_100")
    spread = number(organisation, "dimensions", dimension.code, "tau_100")
    if shrunken is None or mu is None or spread is None:
        return False
    return shrunken <= mu - LOWEST_QUARTER * spread


def _because(team: Node, dimension: AdviceDimension) -> tuple[Displayed, ...]:
    figures = ("score_100", "compare_low_100", "compare_high_100", "shrunken_100")
    return tuple(
        Displayed(dimension.code, figure, value)
        for figure in figures
        if (value := number(team, "dimensions", dimension.code, figure)) is not None
    )


def _choose(
    team: Node, dimension: AdviceDimension, practices: Sequence[Practice], already: Sequence[Sequence[str]]
) -> Practice | None:
    """Take the first practice of the dimension not recommended lately; if all were, the one longest ago."""
    items = frozenset(dimension.items)
    fitting = sorted((p for p in practices if dimension.code in p.belongs_to), key=lambda p: p.rank_for(items))
    fitting = _lowest_item_first(team, dimension, fitting)
    if not fitting:
        return None
    last = _last_seen(already)
    recent = len(already) - RECENT_QUARTERS
    fresh = [p for p in fitting if last.get(p.code, -1) < max(recent, 0)]
    return fresh[0] if fresh else min(fitting, key=lambda p: last[p.code])


def _lowest_item_first(team: Node, dimension: AdviceDimension, fitting: list[Practice]) -> list[Practice]:
    """From ten answers on the practices of the item with the lowest displayed share come first."""
    n = number(team, "dimensions", dimension.code, "n")
    if n is None or n < BY_ITEM_FROM:
        return fitting
    shares = [
        (share, i, code) for i, code in enumerate(dimension.items) if (share := item_percent(team, code)) is not None
    ]
    if not shares:
        return fitting
    lowest = min(shares)[2]
    return sorted(fitting, key=lambda p: lowest not in p.triggers)


def _last_seen(already: Sequence[Sequence[str]]) -> Mapping[str, int]:
    return {code: quarter for quarter, codes in enumerate(already) for code in codes}


def _guards_hold(practice: Practice, settings: AdviceSettings, team: Node) -> bool:
    guards = practice.guards
    if guards.functions and settings.function not in guards.functions:
        return False
    if guards.younger_than_months is not None and (
        settings.age_months is None or settings.age_months >= guards.younger_than_months
    ):
        return False
    if not guards.needs <= settings.has:
        return False
    scores = {code: number(team, "dimensions", code, "score_100") for code in guards.scores_at_least}
    return all(score is not None and score >= guards.scores_at_least[code] for code, score in scores.items())


def _with_a_small_one(
    chosen: tuple[Recommendation, ...], practices: Mapping[str, Practice]
) -> tuple[Recommendation, ...]:
    """See to it that one of two is small: the habit takes the second place where neither is."""
    if len(chosen) < MOST or any(practices[r.practice].effort == "S" for r in chosen):
        return chosen
    if HABIT not in practices:
        return chosen[:1]
    return (chosen[0], Recommendation(HABIT, None, Basis.HABIT))
