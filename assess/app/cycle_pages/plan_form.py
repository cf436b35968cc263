"""The form of a plan: what arrives, read into facts, or a sentence beside each field that cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from assess.accounts.pages.forms import first_errors
from assess.errors import AssessError
from assess.localisation import gettext as _
from assess.surveys.cycles import LONGEST_EXTENSION, refuse_impossible_dates
from assess.surveys.instruments import BUILT_IN, Instrument, default_modules, load_instrument
from assess.surveys.instruments.model import MODULES_A_QUARTER
from assess.surveys.models import Level
from assess.surveys.planned import PlannedFacts

ROTATION, OWN, NONE = "rotation", "own", "none"
_LATEST_YEAR = 2100


def _day(_form: Form, field: Field) -> None:
    if read_day(field.data) is None:
        raise StopValidation(_("Write a day like 2026-12-01."))


def _day_or_nothing(form: Form, field: Field) -> None:
    if (field.data or "").strip():
        _day(form, field)


def _clock(_form: Form, field: Field) -> None:
    if read_time(field.data) is None:
        raise StopValidation(_("Write a time like 09:00."))


def _one_of_three(_form: Form, field: Field) -> None:
    if field.data not in {ROTATION, OWN, NONE}:
        raise StopValidation(_("Choose one of the three."))


def _level(_form: Form, field: Field) -> None:
    if field.data not in set(Level):
        raise StopValidation(_("Choose one of the two levels."))


class PlanForm(Form):
    """One plan."""

    quarter = StringField()
    instrument = StringField()
    modules_by = StringField(validators=[_one_of_three])
    module = SelectMultipleField(validate_choice=False)
    opens_on = StringField(validators=[_day])
    opens_time = StringField(validators=[_clock])
    closes_on = StringField(validators=[_day])
    closes_time = StringField(validators=[_clock])
    latest_on = StringField(validators=[_day_or_nothing])
    level = StringField(validators=[_level])


@dataclass(frozen=True)
class Offered:
    """What may be chosen: quarters; questionnaires; the one a plan has already, whatever file it came from."""

    quarters: Sequence[str]
    kept: Instrument | None = None
    own: Sequence[Instrument] = ()
    """What the organisation has sent."""
    holders: int = 0
    """Key holders with a key in use."""
    fewest_holders: int = 2
    most_holders: int = 3

    @property
    def instruments(self) -> tuple[str, ...]:
        """Codes that may be chosen."""
        kept = () if self.kept is None else (self.kept.code,)
        return tuple(dict.fromkeys((*BUILT_IN, *(instrument.code for instrument in self.own), *kept)))

    def instrument(self, code: str) -> Instrument:
        """Find one of them."""
        if self.kept is not None and self.kept.code == code:
            return self.kept
        return next((instrument for instrument in self.own if instrument.code == code), None) or load_instrument(code)


@dataclass
class ReadPlan:
    """What was read: facts, or what is wrong by field."""

    quarter: str
    facts: PlannedFacts | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_plan(sent: MultiDict[str, str], offered: Offered, *, zone: ZoneInfo, now: datetime) -> ReadPlan:
    """Read a form; a plan that exists keeps its quarter."""
    form = PlanForm(sent)
    form.validate()
    quarter = (form.quarter.data or "") if offered.kept is None else offered.quarters[0]
    plan = ReadPlan(quarter, errors=first_errors(form))
    if quarter not in offered.quarters:
        plan.errors["quarter"] = _("Choose one of the quarters in the list.")
    modules = _read_modules(form, offered, plan)
    _check_level(form, offered, plan)
    moments = _read_moments(form, plan, zone, now)
    if not plan.errors and moments is not None:
        plan.facts = PlannedFacts(str(form.instrument.data), modules, *moments, Level(str(form.level.data)))
    return plan


def in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """Sort messages as the fields stand on the page: the first one has the focus."""
    fields = [str(name) for name in PlanForm().data]
    return dict(sorted(errors.items(), key=lambda error: fields.index(error[0])))


def values_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form shows again after a refusal."""
    sent = PlanForm(form if isinstance(form, MultiDict) else MultiDict(form))
    values: dict[str, Any] = {str(name): value or "" for name, value in sent.data.items()}
    chosen = [code for code in (sent.module.data or []) if code]
    values["module"] = [*chosen, "", ""][: max(MODULES_A_QUARTER, len(chosen))]
    return values


def _read_modules(form: PlanForm, offered: Offered, plan: ReadPlan) -> tuple[str, ...]:
    code = form.instrument.data or ""
    if code not in offered.instruments:
        plan.errors["instrument"] = _("Choose one of the questionnaires in the list.")
        return ()
    if form.modules_by.data == NONE or plan.errors.get("quarter"):
        return ()
    if form.modules_by.data == ROTATION:
        chosen = rotation_of(plan.quarter, offered.instrument(code))
    else:
        chosen = tuple(module for module in (form.module.data or []) if module)
    if len(chosen) > MODULES_A_QUARTER:
        plan.errors["module"] = _("Choose at most two modules: a survey has to stay short.")
        return ()
    try:
        offered.instrument(code).effective(chosen)
    except AssessError as error:
        plan.errors["module"] = str(error)
    return chosen


def rotation_of(quarter: str, instrument: Instrument) -> tuple[str, ...]:
    """Give the modules of the published rotation, as far as this questionnaire has them."""
    return tuple(code for code in default_modules(quarter) if code in instrument.modules)


def _check_level(form: PlanForm, offered: Offered, plan: ReadPlan) -> None:
    if form.level.data != Level.ANONYMOUS or "level" in plan.errors:
        return
    if offered.holders < offered.fewest_holders:
        plan.errors["level"] = _(
            "An anonymous survey needs two key holders who have made their key; so far it is %(number)d. Choose "
            "confidential, or wait for them.",
            number=offered.holders,
        )
    elif offered.holders > offered.most_holders:
        plan.errors["level"] = _(
            "An envelope is sealed to three key holders at most, and %(number)d have a key. Have one deactivated.",
            number=offered.holders,
        )


def _read_moments(
    form: PlanForm, plan: ReadPlan, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime, datetime] | None:
    """Read the three dates; what is wrong stands beside the day it is about."""
    if any(name in plan.errors for name in ("opens_on", "opens_time", "closes_on", "closes_time", "latest_on")):
        return None
    opens = _joined(form.opens_on.data, form.opens_time.data, zone)
    closes = _joined(form.closes_on.data, form.closes_time.data, zone)
    latest = _joined(form.latest_on.data, form.closes_time.data, zone) if (form.latest_on.data or "").strip() else None
    final = latest or closes + LONGEST_EXTENSION
    if opens.date() < now.astimezone(zone).date():
        plan.errors["opens_on"] = _("This day has passed; choose today or a later day.")
    if closes <= now:
        plan.errors["closes_on"] = _("The closing has passed already; choose a later one.")
        return None
    try:
        refuse_impossible_dates(opens, closes, final)
    except AssessError as error:
        plan.errors["latest_on" if closes > opens else "closes_on"] = str(error)
    return opens, closes, final


def _joined(day: str | None, clock: str | None, zone: ZoneInfo) -> datetime:
    read, at = read_day(day), read_time(clock)
    if read is None or at is None:
        raise ValueError("a form that was not validated")
    return datetime.combine(read, at, zone)


def read_day(text: str | None) -> date | None:
    """Read an ISO day of this century; None for what is none."""
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return day if 2000 <= day.year <= _LATEST_YEAR else None


def read_time(text: str | None) -> time | None:
    """Read hours and minutes; None for what is none."""
    try:
        return time.fromisoformat((text or "").strip()[:5])
    except ValueError:
        return None


def latest_by_default(closes_on: date) -> date:
    """Propose how far a survey may be extended."""
    return closes_on + timedelta(days=LONGEST_EXTENSION.days)
