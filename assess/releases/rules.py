"""What may stand in a result document at which number of answers (disclosure, section 2): an allow-list.

The document is judged by itself, without the engine that made it: a key nobody knows, a number where a word belongs, a
precision that tells more, or anything beside a reason is found here, whatever went wrong before.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.releases.allowed import change_faults, item_faults, score_faults, trend_faults
from assess.releases.allowed_whole import whole_faults
from assess.releases.forms import Part, Sizes, is_count, withheld
from assess.scoring.release import Reason
from assess.scoring.rounding import half_up

_CYCLE = {"cycle", "teams", "units", "others", "organisation"}
_HEAD = {"n", "headcount", "response_rate"}
_NODE = {"team", "overall", "dimensions", "items", "outcomes", "change", "trend", "composition"} | _HEAD
_WHOLE = {"overall", "dimensions", "items", "outcomes", "bottom_k", "quality", "drivers"} | _HEAD
_REASONS = {Reason.TOO_FEW, Reason.PROTECTS_OTHERS}


class ForbiddenFigureError(RefusalError):
    """A document would show what disclosure control forbids; nothing of it is stored."""


def refuse_faults(faults: Iterator[str]) -> None:
    """Raise ForbiddenFigureError for the first of them."""
    for fault in faults:
        raise ForbiddenFigureError(
            _(
                "Nothing was stored: the result would hold “%(figure)s”, which the rules of disclosure do not allow. "
                "This is a fault of the program; please report it.",
                figure=fault,
            )
        )


def display_faults(cycle: Part, *, minimum: int) -> Iterator[str]:
    """Name every place of one cycle that shows what its number of answers does not allow; nothing if all is well.

    With `minimum` below 2 data are not confidential and everything may be shown.
    """
    if minimum < 2:
        return
    yield from (f"cycle · {key}" for key in cycle.keys() - _CYCLE)
    for entry in cycle["teams"]:
        yield from _node_faults(entry, {"team"}, minimum)
    for entry in cycle["units"]:
        yield from _node_faults(entry, {"team", "parent"}, minimum)
    for entry in cycle["others"]:
        yield from _placed(f"others in {entry.get('parent')}", _other_faults(entry, minimum))
    if not withheld(cycle["organisation"]):
        yield from _placed("organisation", _whole_faults(cycle["organisation"], minimum))


def _node_faults(entry: Part, naming: set[str], minimum: int) -> Iterator[str]:
    name = str(entry.get("team"))
    if "suppressed" in entry:
        fits = set(entry) <= naming | {"suppressed"} and entry["suppressed"] in _REASONS
        yield from () if fits else (f"{name} · beside a reason",)
        return
    yield from _placed(name, _head_faults(entry, _NODE | naming, minimum))
    sizes = _sizes(entry, minimum)
    if sizes is None:
        return
    yield from _placed(name, _scores(entry, sizes))
    yield from _placed(name, _items(entry, sizes))
    yield from _placed(name, _between(entry))
    yield from _placed(name, _composition(entry.get("composition")))


def _other_faults(entry: Part, minimum: int) -> Iterator[str]:
    yield from sorted(entry.keys() - {"parent", "n", "dimensions"})
    sizes = _sizes(entry, minimum)
    if sizes is None:
        yield "n"
        return
    for code, figure in entry.get("dimensions", {}).items():
        yield from _placed(code, score_faults(figure, _of_any(sizes)))


def _whole_faults(entry: Part, minimum: int) -> Iterator[str]:
    yield from _head_faults(entry, _WHOLE, minimum)
    sizes = _sizes(entry, minimum)
    if sizes is not None:
        yield from whole_faults(entry, _of_any(sizes))
        yield from _items(entry, _of_any(sizes))


def _head_faults(entry: Part, known: set[str], minimum: int) -> Iterator[str]:
    """Judge who answered: n at least the minimum, no more than were invited, the rate in whole percent."""
    yield from sorted(entry.keys() - known)
    sizes = _sizes(entry, minimum)
    if sizes is None:
        yield "n"
        return
    rate, heads = entry.get("response_rate"), sizes.headcount
    if (heads is None) != (rate is None) or (heads is not None and rate != half_up(sizes.n / heads, 0.01)):
        yield "response_rate"


def _sizes(entry: Part, minimum: int) -> Sizes | None:
    """Read n and headcount; None where they cannot stand."""
    n, heads = entry.get("n"), entry.get("headcount")
    if not is_count(n) or n < minimum or (heads is not None and not (is_count(heads) and heads >= n)):
        return None
    return Sizes(n, heads, minimum)


def _of_any(sizes: Sizes) -> Sizes:
    """Expect no largest n: where a figure is hidden in more nodes, its rest has more people than that of the nodes."""
    return replace(sizes, n=sys.maxsize, headcount=None)


def _scores(entry: Part, sizes: Sizes) -> Iterator[str]:
    if "overall" in entry:
        yield from _placed("overall", score_faults(entry["overall"], sizes, is_overall=True))
    for code, figure in entry.get("dimensions", {}).items():
        yield from _placed(code, score_faults(figure, sizes))


def _items(entry: Part, sizes: Sizes) -> Iterator[str]:
    for kind in ("items", "outcomes"):
        for code, figure in entry.get(kind, {}).items():
            yield from _placed(code, item_faults(figure, sizes))


def _between(entry: Part) -> Iterator[str]:
    """Judge changes and trends; none of a dimension of which nothing is shown now."""
    shown = {"overall": entry.get("overall", {}), **entry.get("dimensions", {})}
    for kind, faults in (("change", change_faults), ("trend", trend_faults)):
        for code, figure in entry.get(kind, {}).items():
            n = shown.get(code, {}).get("n")
            if not is_count(n):
                yield f"{kind} · {code}"
            else:
                yield from _placed(f"{kind} · {code}", faults(figure, n))


def _composition(figure: object) -> Iterator[str]:
    if figure is None:
        return
    counts = figure if isinstance(figure, Mapping) else {}
    if set(counts) != {"since", "joined", "left"} or not (is_count(counts["joined"]) and is_count(counts["left"])):
        yield "composition"


def _placed(place: str, faults: Iterator[str]) -> Iterator[str]:
    return (f"{place} · {fault}" for fault in faults)
