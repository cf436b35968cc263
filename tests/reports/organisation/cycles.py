"""Released cycles of an organisation, written by hand, so that what the report must say can be counted by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assess.localisation import use_language
from assess.releases.register import Register, register_of
from assess.releases.released import let_out
from assess.releases.what_worked import PracticeEffect, WhatWorked
from assess.reports.organisation_report import organisation_report
from assess.reports.present.organisation.pages import OrganisationReport
from assess.reports.team_reports import ReportedCycle
from tests.reports import shop

TOP = "Lantern 灯笼"
DIMENSIONS = ("COM", "TRU", "ROL", "MOT")
Figures = dict[str, Any]


def figure(score: int, *, n: int = 12, half: int = 8, place: str | None = "around", **more: Any) -> Figures:
    """Make a dimension, or an overall score (`place` None), as a document has it."""
    rest = {} if place is None else {"versus_rest": {"word": place}}
    low, high = max(0, score - half), min(100, score + half)
    return {
        "n": n,
        "score_100": score,
        "low_100": low,
        "high_100": high,
        "compare_low_100": low,
        "compare_high_100": high,
        **rest,
        **more,
    }


def node(
    name: str, scores: Mapping[str, Figures] | None = None, *, n: int = 12, heads: int = 14, **more: Any
) -> Figures:
    """Make a team or unit; dimensions that are not named stand at 60, around the organisation."""
    place = None if "parent" in more else "around"
    dimensions = {code: figure(60, n=n, place=place) for code in DIMENSIONS} | dict(scores or {})
    return {
        "team": name,
        "n": n,
        "headcount": heads,
        "response_rate": round(n / heads, 2),
        "overall": figure(60, n=n, place=None),
        "dimensions": dimensions,
        "items": {},
        "outcomes": {},
        **more,
    }


def hidden(name: str, reason: str = "too_few", **more: Any) -> Figures:
    return {"team": name, "suppressed": reason, **more}


def whole(n: int, *, gates: Sequence[str] = (), bottom_k: int | None = 2, **more: Any) -> Figures:
    """Make the organisation's entry; teams differ on the dimensions in `gates`."""
    none = {"suppressed": "not_available"}
    dimensions = {
        code: figure(60, n=n, half=3, place=None, gate=code in gates, mu_100=60, tau2=0.1) for code in DIMENSIONS
    }
    for each in dimensions.values():
        del each["compare_low_100"], each["compare_high_100"]
    return {
        "n": n,
        "headcount": n + 20,
        "response_rate": round(n / (n + 20), 2),
        "overall": {"n": n, "score_100": 60, "low_100": 57, "high_100": 63},
        "dimensions": dimensions,
        "items": shop.document()["cycles"][0]["organisation"]["items"],
        "outcomes": shop.document()["cycles"][0]["organisation"]["outcomes"],
        "bottom_k": bottom_k or none,
        "quality": {"straight_lining_percent": 0},
        "drivers": [],
        **more,
    }


def cycle(
    teams: Sequence[Figures],
    organisation: Figures,
    *,
    units: Sequence[Figures] = (),
    label: str = "2026Q4",
    above: Mapping[str, str | None] | None = None,
    actions: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Register:
    return register_of(
        {"cycle": label, "teams": teams, "units": units, "others": [], "organisation": organisation},
        engine="1.0.0",
        sha256="0" * 64,
        above=above,
        actions=actions,
    )


def with_top(
    teams: Sequence[Figures], organisation: Figures, *, change: Mapping[str, Any] | None = None, **more: Any
) -> Register:
    """Put a unit above all teams in which everybody stands whom the organisation counts."""
    top = node(TOP, n=organisation["n"], heads=organisation["headcount"], parent=None)
    top["overall"] = figure(60, n=organisation["n"], half=4, place=None)
    if change is not None:
        top["change"] = change
    names = [str(team["team"]) for team in teams]
    return cycle(teams, organisation, units=[top], above=dict.fromkeys(names, TOP), **more)


def reported(
    register: Register, history: Sequence[Register] = (), record: WhatWorked | None = None, name: str = "Lantern"
) -> ReportedCycle:
    base = shop.reported(organisation=name)
    return replace(base, cycle=register, history=tuple(history), record=record or WhatWorked())


def presented(
    register: Register,
    history: Sequence[Register] = (),
    record: WhatWorked | None = None,
    *,
    language: str = "en",
) -> OrganisationReport:
    with use_language(language):
        found = organisation_report(reported(register, history, record))
    assert isinstance(found, OrganisationReport)
    return found


def effect(practice: str, mean: float, low: float, high: float, actions: int) -> PracticeEffect:
    return PracticeEffect(practice, let_out(actions), let_out(mean), let_out(low), let_out(high))


def names(count: int) -> list[str]:
    return [f"Team {number:03}" for number in range(1, count + 1)]


def low(score: int, p: float, shrunken: int) -> Figures:
    """Make a dimension of a team where the gate is open."""
    return figure(score, p_bottom=p, shrunken_100=shrunken)
