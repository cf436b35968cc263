"""What is proposed to every node of a quarter: the matching over displayed figures, with what was there before."""

from collections.abc import Mapping, Sequence
from typing import Any

from assess.actions.catalogue import load_practices
from assess.actions.quarters import NOTHING, Node, Place, QuarterView, advice_dimensions, advice_outcomes
from assess.scoring.advice import AdviceSettings, Basis, Displayed, Recommendation, recommend
from assess.surveys.instruments import Instrument

Past = Sequence[Sequence[str]]


def proposals_for(
    node: Node,
    instrument: Instrument,
    settings: AdviceSettings,
    *,
    organisation: Node = NOTHING,
    already: Past = (),
    is_top: bool = False,
) -> tuple[Recommendation, ...]:
    """Choose at most two practices for one released or withheld node; `is_top` is the whole company."""
    return recommend(
        node,
        [texts.practice for texts in load_practices()],
        dimensions=advice_dimensions(instrument, tuple(node.get("dimensions", NOTHING))),
        settings=settings,
        outcomes=advice_outcomes(instrument, sensitive=is_top),
        already=already,
        organisation=organisation,
    )


def proposals_of(
    view: QuarterView, settings: Mapping[str, AdviceSettings], past: Mapping[str, Past]
) -> dict[str, tuple[Recommendation, ...]]:
    """Choose for every node of a quarter; `past` is by line, what was proposed or adopted, oldest quarter first."""
    return {place.name: _for_place(view, place, settings[place.name], past) for place in view.places}


def _for_place(
    view: QuarterView, place: Place, settings: AdviceSettings, past: Mapping[str, Past]
) -> tuple[Recommendation, ...]:
    return proposals_for(
        view.entries.get(place.name, NOTHING),
        view.instrument,
        settings,
        organisation=view.organisation,
        already=past.get(place.line, ()),
        is_top=place.is_top,
    )


def written(recommendation: Recommendation) -> dict[str, object]:
    """Write a recommendation down for a frozen document."""
    return {
        "practice": recommendation.practice,
        "dimension": recommendation.dimension,
        "basis": str(recommendation.basis),
        "because": [[d.code, d.figure, d.value] for d in recommendation.because],
        "item": recommendation.item,
        "waiting": list(recommendation.waiting),
    }


def read_back(entry: Mapping[str, Any]) -> Recommendation:
    """Read a recommendation out of a frozen document."""
    return Recommendation(
        practice=entry["practice"],
        dimension=entry["dimension"],
        basis=Basis(entry["basis"]),
        because=tuple(Displayed(code, figure, value) for code, figure, value in entry["because"]),
        item=entry["item"],
        waiting=tuple(entry["waiting"]),
    )
