"""Counts of every answer option per item and node, and which of them may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import BoolArray, Pattern, residual_pattern
from assess.scoring.favourable import FEWEST
from assess.scoring.key import ItemKey, ScoringKey
from assess.scoring.limits import Limits
from assess.scoring.moments import IntArray
from assess.scoring.numbers import Numbers, number_nodes
from assess.scoring.tree import Tree


@dataclass(frozen=True)
class ItemCounts:
    """How often each option was ticked, as answered, from the lowest option to the highest.

    `direct`, shape (nodes, options), counts people in the node itself; `unit_totals`, shape (units, options), people in
    and below each unit of the `tree`, in the order of its `unit_rows`.
    """

    item: ItemKey
    tree: Tree
    direct: npt.NDArray[np.signedinteger]
    unit_totals: npt.NDArray[np.signedinteger]
    pattern: Pattern | None = None
    numbers: Numbers | None = None

    @property
    def asked(self) -> bool:
        """Whether anybody anywhere answered it."""
        return bool(self.direct.any())

    def total(self, node: int) -> npt.NDArray[np.signedinteger]:
        """Count the people in and below a node, shape (options,)."""
        row = int(self.tree.unit_rows[node])
        counts: npt.NDArray[np.signedinteger] = self.direct[node] if row < 0 else self.unit_totals[row]
        return counts

    @property
    def shown(self) -> Pattern:
        """Where it may be shown; an item without a decision may be shown nowhere, which is a programming error."""
        if self.pattern is None:
            raise ValueError(f"{self.item.code} has no pattern yet")
        return self.pattern

    @property
    def published(self) -> BoolArray:
        """Nodes for which it may be shown. Shape (nodes,)."""
        return self.shown.published


@dataclass(frozen=True)
class ItemFigures:
    """Figures of one set of counts, after reverse coding; `favourable` is None with fewer than four options."""

    n: int
    mean_raw: float
    variance_raw: float
    favourable: int | None
    unfavourable: int | None


def item_figures(counts: npt.NDArray[np.integer], item: ItemKey) -> ItemFigures:
    """Turn option counts (as answered, shape (options,)) into figures; zero answers give zeros: ask `n` first."""
    keyed: list[int] = counts.tolist()  # for a handful of numbers plain integers are several times faster than arrays
    if item.reverse_keyed:
        keyed.reverse()
    values = range(item.scale.lo, item.scale.hi + 1)
    n = sum(keyed)
    first = sum(count * value for count, value in zip(keyed, values, strict=True))
    second = sum(count * value * value for count, value in zip(keyed, values, strict=True))
    mean = first / n if n else 0.0
    variance = (second - first * first / n) / (n - 1) if n > 1 else 0.0
    countable = item.scale.has_favourable
    return ItemFigures(
        n=n,
        mean_raw=mean,
        variance_raw=max(variance, 0.0),
        favourable=sum(keyed[-2:]) if countable else None,
        unfavourable=sum(keyed[:2]) if countable else None,
    )


def count_items(key: ScoringKey, answers: AnswerMatrix, tree: Tree) -> list[ItemCounts]:
    """Count all options of all items in one pass per item."""
    nodes = len(tree.names)
    result = []
    for place, item in enumerate(key.items):
        column = answers.ratings[:, place]
        present = column != MISSING
        options = item.scale.options
        cell = answers.nodes[present].astype(np.int64) * options + (column[present].astype(np.int64) - item.scale.lo)
        direct = np.bincount(cell, minlength=nodes * options).reshape(nodes, options).astype(np.int32)
        totals = np.asarray(tree.sum_upwards(direct))[tree.is_unit]
        result.append(ItemCounts(item, tree, _narrow(direct), _narrow(totals)))
    return result


def item_patterns(
    key: ScoringKey,
    counts: Sequence[ItemCounts],
    tree: Tree,
    dimensions: Sequence[Pattern],
    nodes: Pattern,
    *,
    minimum: int,
    show_rest: bool = True,
    limits: Limits = Limits(),  # noqa: B008 - frozen, no state
) -> tuple[ItemCounts, ...]:
    """Decide where each item may be shown: never where its dimension is hidden.

    If exactly one item of a dimension would be hidden for a node, the item with the next smallest number of answers
    is hidden too, because the dimension's score would give the single one away.
    """
    shown = list(counts)
    decide = _Deciding(tree, item_floor(minimum), show_rest, limits)
    for dimension, pattern in zip(key.dimensions, dimensions, strict=True):
        for place in dimension.items:
            shown[place] = decide.pattern(counts[place], pattern.published, like=pattern)
        _hide_a_second(shown, dimension.items, decide)
    for place in key.outcomes:
        shown[place] = decide.pattern(counts[place], nodes.published, like=nodes)
    return tuple(decide.numbers(item) if item.pattern else item for item in shown)


def _narrow(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.signedinteger]:
    """Take half the memory, or a quarter, wherever counts allow."""
    return counts.astype(np.min_scalar_type(-int(counts.max(initial=0)) - 1))


def _people(item: ItemCounts) -> IntArray:
    people: IntArray = item.direct.sum(axis=1).astype(np.int64)
    return people


def item_floor(minimum: int) -> int:
    """Answers behind any figure of an item: never below five in confidential data, whatever the minimum."""
    return minimum if minimum < 2 else max(minimum, FEWEST)


@dataclass(frozen=True)
class _Deciding:
    """What is the same for all items of a cycle."""

    tree: Tree
    floor: int
    show_rest: bool
    limits: Limits

    def pattern(self, item: ItemCounts, allowed: BoolArray, *, like: Pattern | None = None) -> ItemCounts:
        """Decide where one item may be shown."""
        limit = self.limits.of_item(item.item.code)
        pattern = residual_pattern(
            _people(item),
            self.tree,
            minimum=self.floor,
            allowed=limit.within(allowed),
            hidden_before=limit.hidden_before,
            show_rest=self.show_rest,
            like=like,
        )
        return replace(item, pattern=pattern)

    def numbers(self, item: ItemCounts) -> ItemCounts:
        """Decide where an item may show numbers."""
        most = self.limits.of_item(item.item.code).numbers
        return replace(item, numbers=number_nodes(_people(item), item.shown, self.tree, minimum=self.floor, most=most))


def _hide_a_second(shown: list[ItemCounts], places: Sequence[int], decide: _Deciding) -> None:
    asked = [place for place in places if shown[place].asked]
    if decide.floor < 2 or len(asked) < 2:
        return
    published = np.stack([shown[place].published for place in asked])
    numbers = np.stack([np.asarray(decide.tree.sum_upwards(_people(shown[place]))) for place in asked])
    lonely = np.flatnonzero(published.sum(axis=0) == len(asked) - 1)
    if not lonely.size:
        return
    second = np.where(published[:, lonely], numbers[:, lonely], np.iinfo(np.int64).max).argmin(axis=0)
    for row, place in enumerate(asked):
        also = lonely[second == row]
        if also.size:
            allowed = published[row].copy()
            allowed[also] = False
            shown[place] = decide.pattern(shown[place], allowed)
