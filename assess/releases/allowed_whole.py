"""The allow-list of the organisation: its scores, and figures of the questionnaire that need fifty people or more."""

from collections.abc import Iterator, Mapping

from assess.releases.allowed import form_faults, score_faults
from assess.releases.forms import (
    HUNDREDTHS,
    POINTS,
    SHARE,
    Form,
    Part,
    Sizes,
    digits,
    from_size,
    is_count,
    one_of,
    or_withheld,
    step,
    truth,
    withheld,
)

INSTRUMENT = 50  # persons behind figures of the questionnaire
DRIVERS = 100  # persons behind correlations with an outcome, and behind omega
_COMPONENTS = ("icc1", "icc2", "f", "p", "tau2", "sigma2", "alpha", "alpha_low", "alpha_high", "alpha_within")
_DRIVER_FIGURES = ("r", "r_low", "r_high", "weight_share", "share_low", "share_high")


def whole_faults(entry: Part, sizes: Sizes) -> Iterator[str]:
    """Judge what stands in the organisation's entry beside who answered and its items."""
    if "overall" in entry:
        yield from (
            f"overall · {fault}" for fault in score_faults(entry["overall"], sizes, is_overall=True, is_whole=True)
        )
    for code, figure in entry.get("dimensions", {}).items():
        yield from (f"{code} · {fault}" for fault in _dimension_faults(figure, sizes))
    yield from form_faults(
        {key: entry[key] for key in ("bottom_k", "quality") if key in entry},
        {"bottom_k": or_withheld(step(1, 2, 5)), "quality": lambda value: _quality_fits(value, entry["n"])},
    )
    for place, driver in enumerate(entry.get("drivers", ())):
        yield from (f"drivers · {place + 1} · {fault}" for fault in _driver_faults(driver))


def _dimension_faults(figure: object, sizes: Sizes) -> Iterator[str]:
    if withheld(figure) or not isinstance(figure, Mapping):
        yield from score_faults(figure, sizes)
        return
    forms = _instrument_forms(n if is_count(n := figure.get("n")) else 0)
    yield from score_faults({key: value for key, value in figure.items() if key not in forms}, sizes, is_whole=True)
    yield from form_faults({key: value for key, value in figure.items() if key in forms}, forms)


def _instrument_forms(n: int) -> dict[str, Form]:
    forms: dict[str, Form] = {key: from_size(INSTRUMENT, digits(3), n) for key in _COMPONENTS}
    return forms | {
        "within_sd_100": from_size(INSTRUMENT, POINTS, n),
        "mu_100": from_size(INSTRUMENT, POINTS, n),
        "gate": from_size(INSTRUMENT, truth, n),
        "alpha_interval": from_size(INSTRUMENT, one_of(("cluster_bootstrap", "feldt")), n),
        "omega_total": from_size(DRIVERS, digits(3), n),
    }


def _quality_fits(value: object, n: int) -> bool:
    fits = from_size(INSTRUMENT, SHARE, n)
    return isinstance(value, Mapping) and set(value) == {"straight_lining_percent"} and fits(*value.values())


def _driver_faults(driver: object) -> Iterator[str]:
    if not isinstance(driver, Mapping):
        yield "figure"
        return
    forms: dict[str, Form] = {key: or_withheld(HUNDREDTHS) for key in _DRIVER_FIGURES}
    forms["outcome"] = forms["dimension"] = lambda value: isinstance(value, str)
    forms["n_eff"] = step(1, DRIVERS, 1e9)
    yield from form_faults(driver, forms)
