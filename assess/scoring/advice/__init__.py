"""Which practice to recommend, from displayed figures only; the texts live elsewhere."""

from assess.scoring.advice.guards import guards_hold, is_younger, open_guards
from assess.scoring.advice.matching import HABIT, recommend
from assess.scoring.advice.practice import (
    BUSINESS_HEAD,
    TEAM_LEAD,
    UNIT_HEAD,
    AdviceDimension,
    AdviceSettings,
    Basis,
    Displayed,
    Guards,
    Practice,
    Recommendation,
)

__all__ = [
    "BUSINESS_HEAD",
    "HABIT",
    "TEAM_LEAD",
    "UNIT_HEAD",
    "AdviceDimension",
    "AdviceSettings",
    "Basis",
    "Displayed",
    "Guards",
    "Practice",
    "Recommendation",
    "guards_hold",
    "is_younger",
    "open_guards",
    "recommend",
]
