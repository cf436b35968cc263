"""What the form of a plan begins with, and what can be chosen in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.app.cycle_pages.campaigns import proposed_dates
from assess.app.cycle_pages.common import today
from assess.app.cycle_pages.plan_form import NONE, OWN, ROTATION, Offered, latest_by_default, rotation_of
from assess.app.site import settings
from assess.localisation import LANGUAGE_NAMES, current_language, format_quarter
from assess.localisation import gettext as _
from assess.surveys.contract import whole_instrument
from assess.surveys.envelopes.seal import MOST_RECIPIENTS
from assess.surveys.holders.ready import FEWEST_HOLDERS, default_level, ready_holders
from assess.surveys.instruments import BUILT_IN, Instrument, load_instrument
from assess.surveys.models import Cycle, State
from assess.surveys.own_instruments.finding import own_instruments
from assess.tables.labels import some

OPENS, CLOSES = "09:00", "18:00"
_QUARTERS_AHEAD = 4
_LATE_DAYS = 31
"""So long into a quarter the one before may still be asked about."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what is sent, what is read, and a line beside it."""

    value: str
    name: str
    hint: str = ""


def offered_now(session: Session, cycle: Cycle | None = None) -> Offered:
    """Say what may be chosen; a plan that exists keeps its quarter."""
    kept = None if cycle is None else whole_instrument(cycle)
    own = [each.instrument for each in own_instruments(session)]
    quarters = _free_quarters(session, today()) if cycle is None else [cycle.quarter]
    holders = len(ready_holders(session))
    return Offered(quarters, kept, own, holders, FEWEST_HOLDERS, MOST_RECIPIENTS)


def first_values(session: Session, offered: Offered) -> dict[str, Any]:
    """Fill in a new plan: the current quarter if it is free, the usual times, days without a campaign."""
    quarter = next((q for q in offered.quarters if q >= quarter_of(today())), "")
    opens_on, closes_on = proposed_dates(max(today(), first_day_of(quarter)) if quarter else today())
    last = session.scalar(
        select(Cycle.instrument_code).where(Cycle.state != State.ABORTED).order_by(Cycle.opens_at.desc()).limit(1)
    )
    return {
        "quarter": quarter,
        "instrument": last if last in offered.instruments else BUILT_IN[0],
        "modules_by": ROTATION,
        "module": ["", ""],
        "opens_on": opens_on.isoformat(),
        "opens_time": OPENS,
        "closes_on": closes_on.isoformat(),
        "closes_time": CLOSES,
        "latest_on": latest_by_default(closes_on).isoformat(),
        "level": default_level(session).value,
    }


def values_of_cycle(cycle: Cycle) -> dict[str, Any]:
    """Fill in a plan that exists."""
    zone = settings().zone
    opens, closes = cycle.opens_at.astimezone(zone), cycle.closes_at.astimezone(zone)
    modules = tuple(cycle.modules)
    by_rotation = modules == rotation_of(cycle.quarter, whole_instrument(cycle))
    return {
        "quarter": cycle.quarter,
        "instrument": cycle.instrument_code,
        "modules_by": (ROTATION if by_rotation else OWN) if modules else NONE,
        "module": ["", ""] if by_rotation else [*modules, "", ""][:2],
        "opens_on": opens.date().isoformat(),
        "opens_time": f"{opens:%H:%M}",
        "closes_on": closes.date().isoformat(),
        "closes_time": f"{closes:%H:%M}",
        "latest_on": cycle.latest_closes_at.astimezone(zone).date().isoformat(),
        "level": cycle.level,
    }


def quarter_choices(offered: Offered) -> list[Choice]:
    """Name the quarters that are free, with the modules the rotation has for each."""
    return [
        Choice(quarter, format_quarter(quarter), module_names(load_instrument(BUILT_IN[0]), rotation_of_all(quarter)))
        for quarter in offered.quarters
    ]


def rotation_of_all(quarter: str) -> tuple[str, ...]:
    """Give the modules of a quarter by the published rotation."""
    return rotation_of(quarter, load_instrument(BUILT_IN[0]))


def instrument_choices(offered: Offered) -> list[Choice]:
    """Name the questionnaires, with their length and languages."""
    return [_instrument_choice(offered.instrument(code)) for code in offered.instruments]


def module_choices(offered: Offered) -> list[Choice]:
    """Name the driver modules of all questionnaires that are offered."""
    found: dict[str, Choice] = {}
    for code in offered.instruments:
        instrument = offered.instrument(code)
        for module in instrument.modules:
            items = len(instrument.items_of_module(module))
            found.setdefault(module, Choice(module, _module_choice(instrument, module, items)))
    return list(found.values())


def module_names(instrument: Instrument, modules: Sequence[str]) -> str:
    """Name modules in the reader's language."""
    return some([module_name(instrument, module) for module in modules]) if modules else _("none")


def module_name(instrument: Instrument, module: str) -> str:
    """Name one module; by its code where it has no other name."""
    named = [d.name.get(current_language(), "") for d in instrument.dimensions if d.module == module]
    return next((name for name in named if name), module)


def instrument_name(instrument: Instrument) -> str:
    """Name a questionnaire with its code and version."""
    code = f"{instrument.code} {instrument.version}"
    name = instrument.name.get(current_language(), "")
    return _("%(name)s (%(code)s)", name=name, code=code) if name else code


def language_names(instrument: Instrument) -> str:
    """Name the languages people are asked in."""
    return some([LANGUAGE_NAMES.get(code, code) for code in instrument.languages])


def quarter_of(day: date) -> str:
    """Name the quarter of a day.

    >>> quarter_of(date(2026, 11, 26))
    '2026Q4'
    """
    return f"{day.year}Q{(day.month + 2) // 3}"


def first_day_of(quarter: str) -> date:
    """Give the first day of a quarter.

    >>> first_day_of("2027Q1")
    datetime.date(2027, 1, 1)
    """
    return date(int(quarter[:4]), int(quarter[5]) * 3 - 2, 1)


def _instrument_choice(instrument: Instrument) -> Choice:
    core = sum(item.dimension in {d.code for d in instrument.dimensions if not d.module} for item in instrument.items)
    hint = _(
        "Statements without modules: %(items)d. Languages: %(languages)s.",
        items=core,
        languages=language_names(instrument),
    )
    return Choice(instrument.code, instrument_name(instrument), hint)


def _module_choice(instrument: Instrument, module: str, items: int) -> str:
    return _("%(name)s – statements: %(items)d", name=module_name(instrument, module), items=items)


def _free_quarters(session: Session, day: date) -> list[str]:
    year, number = day.year, (day.month + 2) // 3
    begun = (day - first_day_of(quarter_of(day))).days
    first = -1 if begun <= _LATE_DAYS else 0
    places = [year * 4 + number - 1 + step for step in range(first, _QUARTERS_AHEAD)]
    wanted = [f"{place // 4}Q{place % 4 + 1}" for place in places]
    taken = set(session.scalars(select(Cycle.quarter).where(Cycle.state != State.ABORTED)))
    return [quarter for quarter in wanted if quarter not in taken]
