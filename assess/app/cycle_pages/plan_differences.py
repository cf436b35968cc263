"""What somebody has typed into the form of a plan that somebody else has changed meanwhile."""

from collections.abc import Mapping
from typing import Any

from assess.app.cycle_pages.plan_defaults import instrument_name, module_names
from assess.app.cycle_pages.plan_form import NONE, OWN, Offered
from assess.localisation import gettext as _
from assess.surveys.models import Level


def typed_otherwise(
    typed: Mapping[str, Any], stands: Mapping[str, Any], offered: Offered
) -> tuple[tuple[str, str], ...]:
    """List the fields that were typed otherwise than the plan stands now, in words."""
    named = {
        "instrument": (_("Questionnaire"), _instrument(str(typed["instrument"]), offered)),
        "modules_by": (_("Driver modules"), _modules(typed, offered)),
        "opens_on": (_("Opens on"), str(typed["opens_on"])),
        "opens_time": (_("Opening time"), str(typed["opens_time"])),
        "closes_on": (_("Closes on"), str(typed["closes_on"])),
        "closes_time": (_("Closing time"), str(typed["closes_time"])),
        "latest_on": (_("Latest closing day"), str(typed["latest_on"])),
        "level": (_("Level"), _("anonymous") if typed["level"] == Level.ANONYMOUS else _("confidential")),
    }
    return tuple(named[name] for name in named if _differs(name, typed, stands))


def _differs(name: str, typed: Mapping[str, Any], stands: Mapping[str, Any]) -> bool:
    if name == "modules_by" and typed[name] == stands[name] == OWN:
        return bool(typed["module"] != stands["module"])
    return bool(typed[name] != stands[name])


def _instrument(code: str, offered: Offered) -> str:
    return instrument_name(offered.instrument(code)) if code in offered.instruments else code


def _modules(typed: Mapping[str, Any], offered: Offered) -> str:
    if typed["modules_by"] == NONE:
        return _("No module")
    if typed["modules_by"] != OWN:
        return _("As the published rotation says")
    known = [code for code in offered.instruments if code == typed["instrument"]] or offered.instruments
    return module_names(offered.instrument(known[0]), [module for module in typed["module"] if module])
