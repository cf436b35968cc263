"""What subtraction gives: rows of published sums, columns of people, and whether fewer than five come out alone."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

Parents = Mapping[str, str | None]


def isolated(
    rows: Sequence[frozenset[str]], sizes: Mapping[str, int], *, minimum: int = 5
) -> list[tuple[frozenset[str], int]]:
    """List sets of groups with fewer than `minimum` people whose own sum some combination of the rows tells.

    Groups with the same membership in all rows are one class; a set of classes is told if leaving its columns out
    lowers the rank (disclosure, section 3).
    """
    signatures: dict[tuple[bool, ...], list[str]] = {}
    for group, size in sizes.items():
        signature = tuple(group in row for row in rows)
        if size and any(signature):
            signatures.setdefault(signature, []).append(group)
    classes = list(signatures.items())
    weights = [sum(sizes[group] for group in groups) for _signature, groups in classes]
    table = np.array([signature for signature, _groups in classes], dtype=float).reshape(len(classes), len(rows)).T
    small = [place for place, weight in enumerate(weights) if weight < minimum]
    return [
        (frozenset(group for place in chosen for group in classes[place][1]), sum(weights[place] for place in chosen))
        for count in range(1, min(len(small), minimum - 1) + 1)
        for chosen in combinations(small, count)
        if sum(weights[place] for place in chosen) < minimum and _rank(table) != _rank(np.delete(table, chosen, axis=1))
    ]


def _rank(table: npt.NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(table)) if table.size else 0


def residuals(counts: Mapping[str, int], parents: Parents) -> dict[str | None, int]:
    """Subtract from every printed count those of the topmost printed nodes below; None: the sum of all topmost ones.

    Needs printed numbers and the tree only.
    """
    left: dict[str | None, int] = {None: 0}
    left.update(counts.items())
    for name, count in counts.items():
        above = next((node for node in ancestors(name, parents) if node in counts), None)
        left[above] += -count if above is not None else count
    return left


def ancestors(name: str, parents: Parents) -> Iterator[str]:
    above = parents[name]
    while above is not None:
        yield above
        above = parents[above]
