"""What the figures of a result document say together: subtracted from each other they must isolate no small group.

The residual rule and the rule of ten (disclosure, sections 2 and 3), judged from the printed numbers of answers alone:
once more, and by other code than the one that chose what is shown.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assess.releases.forms import FULL, Part, is_count, is_number

_ITEM_FLOOR = 5
Counts = Mapping[str, int]
Statistic = tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """A result document with the tree it is about: units, and groups under them."""

    document: Part

    @property
    def cycle(self) -> Part:
        """The one cycle of the document."""
        cycle: Part = self.document["scores"]["cycles"][0]
        return cycle

    @property
    def minimum(self) -> int:
        """Answers behind any figure."""
        return int(self.document["minimum"]["answers"])

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """The unit above every unit and every group that is a node of its own."""
        units: dict[str, str | None] = {entry["team"]: entry["parent"] for entry in self.cycle["units"]}
        groups = (group for group in self.document["groups"] if not group["own_members"])
        return units | {group["name"]: group["unit"] for group in groups}

    @cached_property
    def shown(self) -> Mapping[str, Part]:
        """Entries of all nodes that are not withheld."""
        entries = [*self.cycle["teams"], *self.cycle["units"]]
        return {entry["team"]: entry for entry in entries if "suppressed" not in entry}

    @property
    def whole(self) -> Part:
        """The organisation's entry; empty where it is withheld."""
        whole: Part = self.cycle["organisation"]
        return {} if "suppressed" in whole else whole

    def ancestors(self, name: str) -> Iterator[str]:
        """List the units above a node, the nearest first."""
        above = self.parents.get(name)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def residuals(self, counts: Counts, whole: int | None) -> dict[str | None, int]:
        """Subtract from the count of every node those of the topmost counted nodes below it; None: the organisation."""
        left: dict[str | None, int] = {None: 0 if whole is None else whole}
        left.update(counts)
        for name, count in counts.items():
            above = next((unit for unit in self.ancestors(name) if unit in counts), None)
            if above is not None or whole is not None:
                left[above] -= count
        return left


def structure_faults(result: Result) -> Iterator[str]:
    """Name every place where the document contradicts its tree, or where a difference isolates too few."""
    faults = list(_tree_faults(result))
    yield from faults
    if faults:
        return
    yield from _subset_faults(result)
    left = {statistic: result.residuals(*_counts(result, statistic, has_n)) for statistic in _statistics(result)}
    for statistic, residuals in left.items():
        is_item = statistic[:1] in {("items",), ("outcomes",)}
        floor = max(result.minimum, _ITEM_FLOOR) if is_item else result.minimum
        yield from _few(residuals, floor, statistic)
    yield from _others_faults(result, left)
    for statistic in left:
        yield from _few(result.residuals(*_counts(result, statistic, has_numbers)), FULL, (*statistic, f"from {FULL}"))
        if statistic[:1] == ("dimensions",):
            counts, _whole = _counts(result, statistic, has_n)
            effects = {name: n for name, n in counts.items() if _has_effects(result.shown[name], statistic[1])}
            yield from _few(result.residuals(effects, None), FULL, ("change", *statistic, f"from {FULL}"))


def has_n(figure: Part) -> bool:
    """Say whether something is shown of a statistic."""
    return is_count(figure.get("n"))


def has_numbers(figure: Part) -> bool:
    """Say whether a dimension or an item shows what needs ten answers; who answered at all is no such number."""
    if "score_100" in figure:
        return is_number(figure.get("mean_raw"))
    return is_count(figure.get("n")) and figure["n"] >= FULL and ("word" in figure or "mean_raw" in figure)


def _has_effects(entry: Part, code: str) -> bool:
    return is_number(_figure(entry, ("change", code)).get("p"))


def _tree_faults(result: Result) -> Iterator[str]:
    """Hold every node to be one of the contract's, once, and every leaf team to be in one group."""
    entries = [*result.cycle["teams"], *result.cycle["units"]]
    names = [entry["team"] for entry in entries]
    yield from sorted(name for name, count in Counter(names).items() if count > 1)
    units = {entry["team"] for entry in result.cycle["units"]}
    yield from sorted(set(names) ^ result.parents.keys())
    yield from sorted(str(above) for above in set(result.parents.values()) - units - {None})
    yield from sorted(group["name"] for group in result.document["groups"] if group["unit"] not in units)
    seen: set[str] = set()
    for group in result.document["groups"]:
        yield from sorted(seen & set(group["teams"]))
        seen |= set(group["teams"])


def _subset_faults(result: Result) -> Iterator[str]:
    """Refuse an item without its dimension, and an overall score without all of its dimensions."""
    dimensions: Mapping[str, Any] = result.document["dimensions"]
    nodes = [*result.shown.items(), ("organisation", result.whole)]
    for name, entry in nodes:
        scored = {code for code, figure in entry.get("dimensions", {}).items() if "suppressed" not in figure}
        if "suppressed" not in entry.get("overall", {"suppressed": ""}):
            missing = {code for code, dimension in dimensions.items() if dimension["overall"]} - scored
            yield from (f"{name} · overall · {code}" for code in sorted(missing))
        if name == "organisation":
            continue
        items = entry.get("items", {})
        for code, dimension in dimensions.items():
            alone = [
                item for item in dimension["items"] if code not in scored and is_count(items.get(item, {}).get("n"))
            ]
            yield from (f"{name} · {item}" for item in alone)


def _statistics(result: Result) -> Iterator[Statistic]:
    """List everything that has an n of its own; the empty path is who answered at all."""
    found: dict[Statistic, None] = {(): None, ("overall",): None}
    for entry in [*result.shown.values(), result.whole]:
        for kind in ("dimensions", "items", "outcomes"):
            found |= {(kind, code): None for code in entry.get(kind, {})}
    yield from found


def _figure(entry: Part, statistic: Statistic) -> Part:
    figure: Any = entry
    for key in statistic:
        figure = figure.get(key, {})
    return figure if isinstance(figure, Mapping) else {}


def _counts(result: Result, statistic: Statistic, holds: Callable[[Part], bool]) -> tuple[dict[str, int], int | None]:
    """Give the printed n of every node, and that of the organisation, where a figure is shown as asked."""
    figures = ((name, _figure(entry, statistic)) for name, entry in result.shown.items())
    whole = _figure(result.whole, statistic)
    return {name: figure["n"] for name, figure in figures if holds(figure)}, whole["n"] if holds(whole) else None


def _few(residuals: Mapping[str | None, int], floor: int, place: Sequence[str]) -> Iterator[str]:
    for holder, left in residuals.items():
        if left < 0 or 0 < left < floor:
            yield " · ".join(("organisation" if holder is None else holder, *place))


def _others_faults(result: Result, left: Mapping[Statistic, Mapping[str | None, int]]) -> Iterator[str]:
    """Hold a printed rest to what subtraction gives anyway, of everybody and of every dimension."""
    for other in result.cycle["others"]:
        holder = other["parent"]
        counted = {(): other["n"]} | {("dimensions", code): f.get("n") for code, f in other["dimensions"].items()}
        for statistic, n in counted.items():
            if n is not None and left.get(statistic, {}).get(holder) != n:
                yield " · ".join(("others in", "organisation" if holder is None else holder, *statistic))
