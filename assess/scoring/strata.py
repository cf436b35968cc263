"""Which people enter a figure built from several teams (measurement, section 5.0).

Released teams are the set R. All others who may be counted form at most one more team: two different weightings of the
same hidden teams would be two equations.
"""

import numpy as np

from assess.scoring.disclosure import BoolArray, Pattern
from assess.scoring.moments import IntArray
from assess.scoring.tree import Tree


def released_teams(pattern: Pattern, tree: Tree) -> BoolArray:
    """Teams (nodes without children) whose figure is shown: the set R of every figure built from several teams."""
    return pattern.published & ~tree.is_unit


def printed_residuals(pattern: Pattern, tree: Tree, floor: int) -> BoolArray:
    """Say for the organisation (place 0) and each node v (place v+1) whether its residual is large enough."""
    units = pattern.published & tree.is_unit & (pattern.residuals >= floor)
    whole = np.array([pattern.organisation_residual >= floor])
    return np.concatenate([whole, units])


def pooled_others(pattern: Pattern, tree: Tree, direct: IntArray, floor: int) -> BoolArray:
    """Nodes whose people (`direct`, shape (nodes,)) belong to a residual of at least `floor`: one more team."""
    printed = printed_residuals(pattern, tree, floor)
    rest: BoolArray = ~released_teams(pattern, tree) & printed[pattern.owners + 1]
    if int(direct[rest].sum()) < floor:
        rest[:] = False
    return rest


def strata_of(pattern: Pattern, tree: Tree, direct: IntArray, floor: int) -> IntArray:
    """Give the teams of R numbers from 0, the pooled others the next one, all others -1. Shape (nodes,)."""
    teams = released_teams(pattern, tree)
    numbers = np.full(teams.shape, -1, dtype=np.int64)
    count = int(teams.sum())
    numbers[teams] = np.arange(count)
    numbers[pooled_others(pattern, tree, direct, floor)] = count
    return numbers
