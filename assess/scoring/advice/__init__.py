"""Which practice to recommend, from displayed figures only; the texts live elsewhere."""

from assess.scoring.advice.matching import recommend
from assess.scoring.advice.practice import (
    AdviceDimension,
    AdviceSettings,
    Basis,
    Displayed,
    Guards,
    Practice,
    Recommendation,
)

__all__ = [
    "AdviceDimension",
    "AdviceSettings",
    "Basis",
    "Displayed",
    "Guards",
    "Practice",
    "Recommendation",
    "recommend",
]
