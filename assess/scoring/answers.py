"""The answers of one cycle as a matrix of bytes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assess.scoring.key import ScoringKey

MISSING = np.int8(-128)


@dataclass(frozen=True)
class AnswerMatrix:
    """What people ticked, before any recoding.

    `ratings` has shape (respondents, items of the key), `nodes` shape (respondents,) with places in a Tree. A skipped
    item is MISSING. The order of rows carries no meaning.
    """

    ratings: npt.NDArray[np.int8]
    nodes: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.ratings.dtype != np.int8 or self.ratings.ndim != 2:
            raise ValueError("ratings must be a two-dimensional int8 array")
        if self.nodes.dtype != np.int32 or self.nodes.shape != (self.ratings.shape[0],):
            raise ValueError("nodes must be an int32 array with one place per respondent")

    def check(self, key: ScoringKey, nodes: int) -> None:
        """Refuse ratings outside their scale and places outside the tree; never clip.

        Raises ValueError naming the item.
        """
        if self.ratings.shape[1] != len(key.items):
            raise ValueError(f"{len(key.items)} items in the key, {self.ratings.shape[1]} columns in the answers")
        if self.nodes.size and not 0 <= int(self.nodes.min()) <= int(self.nodes.max()) < nodes:
            raise ValueError("an answer names a node outside the tree")
        for place, item in enumerate(key.items):
            column = self.ratings[:, place]
            wrong = (column != MISSING) & ((column < item.scale.lo) | (column > item.scale.hi))
            if wrong.any():
                raise ValueError(
                    f"{item.code}: rating {int(column[wrong][0])} outside {item.scale.lo}..{item.scale.hi}"
                )
