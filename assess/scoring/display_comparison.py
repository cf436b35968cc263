"""Agreement, standing among the teams, and figures of the organisation, as they may be printed (measurement, 13.2)."""

from math import sqrt

from assess.scoring.against_rest import rest_word
from assess.scoring.alpha import Alpha, Unavailable
from assess.scoring.comparison import Comparison, TeamComparison
from assess.scoring.display import Figures, plain, withheld
from assess.scoring.drivers import Driver, Estimate
from assess.scoring.engine import CycleScores
from assess.scoring.interval import FULL
from assess.scoring.key import ScaleKey
from assess.scoring.measures import Measure
from assess.scoring.omega import OMEGA_FROM, Omega
from assess.scoring.quality import OutcomeDrivers
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up, significant
from assess.scoring.shrinkage import displayed_p, displayed_shrunken
from assess.scoring.spread import spread_word
from assess.scoring.strata import released_teams

PERSONS = 50  # behind figures of the instrument
DIGITS = 3

_NAMES = ("rwg_j", "rwg_j_skew", "ad", "spread_word")


def show_agreement(measure: Measure, node: int, minimum: int) -> Figures:
    """Agreement of one node in one dimension, from ten scores; listwise statistics also need ten complete answers."""
    exact = minimum < 2
    if int(measure.total.n[node]) < FULL and not exact:
        return {name: withheld(Reason.TOO_FEW) for name in _NAMES}
    if not measure.numbers.shown[node]:
        return {name: withheld(Reason.PROTECTS_OTHERS) for name in _NAMES}
    word = spread_word(int(measure.spread[node]))
    shown: Figures = {"spread_word": withheld(Reason.TOO_FEW) if word is None else str(word)}
    agreement = measure.agreement
    if agreement is None or not agreement.available[node]:
        return {name: withheld(Reason.NOT_AVAILABLE) for name in _NAMES[:3]} | shown
    if int(agreement.n[node]) < FULL and not exact:
        return {name: withheld(Reason.TOO_FEW) for name in _NAMES[:3]} | shown

    def hundredths(value: float) -> float:
        return value if exact else half_up(value, 0.01)

    skew = agreement.rwg_j_skew
    return plain(
        {
            "rwg_j": hundredths(float(agreement.rwg_j[node])),
            "rwg_j_skew": withheld(Reason.NOT_AVAILABLE) if skew is None else hundredths(float(skew[node])),
            "ad": hundredths(float(agreement.ad[node])),
            **shown,
        }
    )


def show_comparison(compared: TeamComparison, node: int, n: int, minimum: int) -> Figures:
    """Where one released team stands; empty for a node that is none."""
    row = int(compared.rows[node])
    if row < 0:
        return {}
    exact = minimum < 2
    none = withheld(Reason.NOT_AVAILABLE)
    figures: Figures = {"shrunken_100": none, "p_bottom": dict(none)}
    if compared.shrunken is not None and compared.bottom is not None:
        mean, p = float(compared.shrunken.mean_100[row]), float(compared.bottom[row])
        figures = {
            "shrunken_100": mean if exact else displayed_shrunken(mean),
            "p_bottom": p if exact else displayed_p(p),
        }
    if not compared.available[row]:
        return plain(figures | {"versus_rest": dict(none)})
    difference, p, q = (float(c[row]) for c in (compared.difference_100, compared.p, compared.q))
    rest: Figures = {"word": str(rest_word(difference, q))}
    if exact or n >= FULL:
        rest |= {
            "difference_100": difference if exact else half_up(difference),
            "p": p if exact else significant(p, 2),
            "q": q if exact else significant(q, 2),
        }
    return plain(figures | {"versus_rest": plain(rest)})


def show_instrument(scores: CycleScores, measure: Measure, scale: ScaleKey) -> Figures:
    """Reliability and variance components of one dimension over the organisation, from 50 persons.

    Components rest on the released teams, alpha and omega also on the pooled others: each counts its own persons.
    """
    exact = scores.minimum < 2
    compared = scores.comparison.measures[measure.code]
    reliability = scores.quality.reliabilities[measure.code]
    within = sqrt(measure.v0)
    figures: Figures = {
        "within_sd_100": within if exact else half_up(within),
        "alpha_within": _digits(measure.reliability, exact),
        **_components(compared, scale, exact),
        "gate": compared.gate.passed,
    }
    persons = int(measure.total.n[released_teams(measure.pattern, scores.tree)].sum())
    if persons < PERSONS and not exact:
        figures = {name: withheld(Reason.TOO_FEW) for name in figures}
    figures |= {**_alpha(reliability.alpha, exact), "omega_total": _omega(reliability.omega, exact)}
    return plain(figures)


def show_quality(scores: CycleScores) -> Figures:
    """Rate of one answer throughout, over the organisation."""
    percent = scores.quality.straight_lining_percent
    return {"straight_lining_percent": withheld(percent) if isinstance(percent, Reason) else percent}


def show_bottom_k(comparison: Comparison) -> object:
    """How many teams count as the lowest; not available below eight released teams."""
    return comparison.bottom_k or withheld(Reason.NOT_AVAILABLE)


def show_drivers(scores: CycleScores) -> list[Figures]:
    """List what goes with each outcome, from an effective 100 persons; empty without."""
    exact = scores.minimum < 2
    return [_driver(outcome, driver, exact) for outcome in scores.quality.drivers for driver in outcome.found.drivers]


def _driver(outcome: OutcomeDrivers, driver: Driver, exact: bool) -> Figures:
    none = withheld(Reason.TOO_FEW)
    n_eff = outcome.found.n_eff or 0.0
    figures: Figures = {
        "outcome": outcome.outcome,
        "dimension": " + ".join(outcome.dimensions[place] for place in driver.places),
        **_estimate(driver.r, ("r", "r_low", "r_high"), exact),
        "n_eff": n_eff if exact else half_up(n_eff),
    }
    names = ("weight_share", "share_low", "share_high")
    if driver.share is None:
        return plain(figures | {name: dict(none) for name in names})
    return plain(figures | _estimate(driver.share, names, exact))


def _estimate(estimate: Estimate, names: tuple[str, str, str], exact: bool) -> Figures:
    values = (estimate.value, estimate.low, estimate.high)
    return {
        name: withheld(Reason.NOT_AVAILABLE) if value is None else value if exact else half_up(value, 0.01)
        for name, value in zip(names, values, strict=True)
    }


def _alpha(alpha: Alpha | Unavailable, exact: bool) -> Figures:
    names = ("alpha", "alpha_low", "alpha_high")
    if not isinstance(alpha, Alpha):
        reason = Reason.TOO_FEW if alpha is Unavailable.TOO_FEW else Reason.NOT_AVAILABLE
        return {name: withheld(reason) for name in (*names, "alpha_interval")}
    figures: Figures = {
        name: _digits(value, exact) for name, value in zip(names, (alpha.alpha, alpha.low, alpha.high), strict=True)
    }
    return figures | {"alpha_interval": str(alpha.interval)}


def _omega(omega: Omega | Unavailable, exact: bool) -> object:
    if isinstance(omega, Omega):
        return withheld(Reason.TOO_FEW) if omega.persons < OMEGA_FROM else _digits(omega.omega, exact)
    return withheld(Reason.TOO_FEW if omega is Unavailable.TOO_FEW else Reason.NOT_AVAILABLE)


def _components(compared: TeamComparison, scale: ScaleKey, exact: bool) -> Figures:
    components, fit = compared.components, compared.fit
    raw = ((scale.hi - scale.lo) / 100.0) ** 2
    values: dict[str, float | None] = {
        "icc1": None if components is None else components.icc1,
        "icc2": None if components is None else components.icc2,
        "f": None if components is None else components.f,
        "p": None if components is None else components.p,
        "tau2": None if fit is None or fit.tau2 is None else raw * fit.tau2,
        "sigma2": None if fit is None or fit.sigma2 is None else raw * fit.sigma2,
    }
    figures: Figures = {name: _digits(value, exact) for name, value in values.items()}
    mu = None if fit is None else fit.mu
    figures["mu_100"] = withheld(Reason.NOT_AVAILABLE) if mu is None else mu if exact else half_up(mu)
    return figures


def _digits(value: float | None, exact: bool) -> object:
    if value is None:
        return withheld(Reason.NOT_AVAILABLE)
    return value if exact else significant(value, DIGITS)
