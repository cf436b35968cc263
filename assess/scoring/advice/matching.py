"""From displayed figures to at most two recommendations (catalogue, Rules; design, What a recommendation may rest on).

Pure: the same displayed figures, settings and history give the same advice. A withheld figure never advises.
"""

import math
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
    `organisation` is the organisation's record of the same cycle; without it no dimension is in the lowest quarter.
    A dimension no practice belongs to is passed over: when it is the lowest, only the habit remains.
    """
    allowed = sorted(
        (p for p in practices if p.scope in settings.scopes and _guards_hold(p, settings, team)),
        key=lambda p: p.number,
    )
    chosen: list[Recommendation] = []
    for dimension, basis, because in _candidates(team, dimensions, organisation or {}):
        choice = _choose(team, dimension, _still_open(allowed, chosen), already)
        if choice is None:
            continue
        chosen.append(Recommendation(choice.code, dimension.code, basis, because))
        if len(chosen) == MOST:
            break
    habit = next((p for p in allowed if p.code == HABIT), None)
    if habit is not None and len(chosen) < MOST and HABIT not in {r.practice for r in chosen}:
        chosen.append(Recommendation(HABIT, None, Basis.HABIT))
    return tuple(chosen)


def _still_open(allowed: Sequence[Practice], chosen: Sequence[Recommendation]) -> list[Practice]:
    """Leave out what is chosen; after a first practice that is not small only small ones remain."""
    taken = {r.practice for r in chosen}
    small_wanted = any(p.code in taken and p.effort != "S" for p in allowed)
    return [p for p in allowed if p.code not in taken and (p.effort == "S" or not small_wanted)]


def _candidates(team: Node, dimensions: Sequence[AdviceDimension], organisation: Node) -> list[Candidate]:
    """Clear dimensions, lowest first; if there is none, the lowest one as a starting point."""
    scored = [(score, place, d) for place, d in enumerate(dimensions) if (score := good_score(team, d)) is not None]
    if not scored:
        return []
    clear = [
        (d, Basis.CLEAR, _because(team, d, outside))
        for _score, _place, d in sorted(scored, key=lambda c: c[:2])
        if (outside := _outside_the_noise(team, d, organisation))
    ]
    if clear:
        return clear
    shrunken = [(s, place, d) for _score, place, d in scored if (s := good_score(team, d, "shrunken_100")) is not None]
    ranked = shrunken if len(shrunken) == len(dimensions) else scored
    lowest = min(ranked, key=lambda c: c[:2])[2]
    return [(lowest, Basis.STARTING_POINT, _because(team, lowest))]


def _outside_the_noise(team: Node, dimension: AdviceDimension, organisation: Node) -> tuple[Displayed, ...]:
    """Find the displayed figures that make a dimension clear; none where chance would explain it.

    The whole comparing interval below 50, the lowest quarter of the teams, a clear fall, or two camps
    (measurement, Drivers and triggers).
    """
    code, better = dimension.code, dimension.higher_is_better
    found: list[Displayed] = []
    upper = good_upper(team, dimension)
    if upper is not None and upper < CLEAR_BELOW:
        limit = "compare_high_100" if better else "compare_low_100"
        found.append(Displayed(code, limit, upper if better else 100.0 - upper))
    worse = "lower" if better else "higher"
    if part(team, "change", code, "word") == worse:
        found.append(Displayed(code, "change", worse))
    n = number(team, "dimensions", code, "n")
    if n is not None and n >= BY_ITEM_FROM and part(team, "dimensions", code, "spread_word") == "camps":
        found.append(Displayed(code, "spread_word", "camps"))
    return (*found, *_in_lowest_quarter(team, dimension, organisation))


def _in_lowest_quarter(team: Node, dimension: AdviceDimension, organisation: Node) -> tuple[Displayed, ...]:
    """EB <= mu - 0.674 tau; shrunken means are displayed only where the teams differ more than chance (the gate)."""
    shrunken = good_score(team, dimension, "shrunken_100")
    mu = good_score(organisation, dimension, "mu_100")
    tau2 = number(organisation, "dimensions", dimension.code, "tau2")
    if shrunken is None or mu is None or tau2 is None:
        return ()
    tau_100 = 100.0 * math.sqrt(tau2) / dimension.range_raw
    if shrunken > mu - LOWEST_QUARTER * tau_100:
        return ()
    displayed_mu = mu if dimension.higher_is_better else 100.0 - mu
    return (Displayed(dimension.code, "mu_100", displayed_mu), Displayed(dimension.code, "tau2", tau2))


def _because(team: Node, dimension: AdviceDimension, decisive: tuple[Displayed, ...] = ()) -> tuple[Displayed, ...]:
    """List the dimension's displayed scores, then whatever else decided."""
    figures = ("score_100", "compare_low_100", "compare_high_100", "shrunken_100")
    shown = tuple(
        Displayed(dimension.code, figure, value)
        for figure in figures
        if (value := number(team, "dimensions", dimension.code, figure)) is not None
    )
    return (*shown, *(d for d in decisive if d not in shown))


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
