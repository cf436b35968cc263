"""Do people in this node see it alike? One of three words from the person scores (measurement, section 2).

Person scores go in, codes of words come out; the deviations behind a word never leave this file.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from assess.scoring.disclosure import BoolArray
from assess.scoring.moments import CENTRE, FloatArray
from assess.scoring.tree import Tree

WORD_FROM = 10  # scores; with fewer, a word would say too much about single people
NO_WORD = -1
ALIKE_AD = 12.5  # points
LOW, HIGH = 25.0, 75.0
CAMP_PERCENT = 30
_TINY = 1e-9  # forgives the last bits of a score that is exactly on a limit


class SpreadWord(StrEnum):
    """What is said of the spread inside a node."""

    ALIKE = "alike"
    DIFFERENTLY = "differently"
    CAMPS = "camps"


SPREAD_WORDS = tuple(SpreadWord)  # a code is a place in here


def spread_word(code: int) -> SpreadWord | None:
    """Read a code; None where no word is available.

    >>> str(spread_word(0)), spread_word(NO_WORD)
    ('alike', None)
    """
    return None if code == NO_WORD else SPREAD_WORDS[code]


def spread_of_groups(scores: FloatArray, groups: npt.NDArray[np.integer], count: int) -> npt.NDArray[np.int8]:
    """Code the word of each group of persons; persons with a negative group are left out. Shape (count,).

    In this order: `camps`, at least 30 % of the scores (0-100) at or below 25 and at least 30 % at or above 75;
    `alike`, mean |y - m| <= 12.5 points (divisor n); else `differently`. Below ten scores NO_WORD.
    """
    kept = groups >= 0
    where = groups[kept].astype(np.int64)
    score = scores[kept] - CENTRE
    n = np.bincount(where, minlength=count).astype(np.int64)
    mean = np.bincount(where, weights=score, minlength=count) / np.maximum(n, 1)
    ad = np.bincount(where, weights=np.abs(score - mean[where]), minlength=count) / np.maximum(n, 1)
    below = np.bincount(where[score <= LOW - CENTRE + _TINY], minlength=count)
    above = np.bincount(where[score >= HIGH - CENTRE - _TINY], minlength=count)
    camps = (100 * below >= CAMP_PERCENT * n) & (100 * above >= CAMP_PERCENT * n)
    codes = np.full(count, SPREAD_WORDS.index(SpreadWord.DIFFERENTLY), dtype=np.int8)
    codes[ad <= ALIKE_AD + _TINY] = SPREAD_WORDS.index(SpreadWord.ALIKE)
    codes[camps] = SPREAD_WORDS.index(SpreadWord.CAMPS)
    codes[n < WORD_FROM] = NO_WORD
    return codes


def spread_words(
    scores: FloatArray,
    scored: BoolArray,
    nodes: npt.NDArray[np.integer],
    tree: Tree,
    places: npt.NDArray[np.integer] | None = None,
) -> npt.NDArray[np.int8]:
    """Code the word of the people in and below each node. Shape (nodes,).

    `scores` (0-100), `scored` and `nodes` have shape (persons,); a score outside `scored` is never read. Only nodes in
    `places` get a word (None: all), the others NO_WORD. Level by level from below each person moves to the parent: a
    person is read once per level at or above his or her own node.
    """
    score = scores[scored]
    holders = nodes[scored].astype(np.int64)
    codes = np.full(len(tree.names), NO_WORD, dtype=np.int8)
    for level in reversed(tree.levels):
        rank = np.full(len(tree.names), -1, dtype=np.int64)
        rank[level] = np.arange(level.size)
        groups = rank[holders]
        codes[level] = spread_of_groups(score, groups, level.size)
        here = groups >= 0
        holders[here] = tree.parents[holders[here]]
    if places is not None:
        wanted = np.zeros(codes.size, dtype=bool)
        wanted[places] = True
        codes[~wanted] = NO_WORD
    return codes
