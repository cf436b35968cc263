"""Favourable answers: the interval for a share of a finite team, and the words that stand for it below ten answers."""

from enum import StrEnum
from functools import lru_cache
from math import sqrt

TAIL = 0.025
Z = 1.959963984540054
FEWEST = 5  # below this an item shows nothing, whatever the minimum
FULL = 10


class ItemWord(StrEnum):
    """What is said of an item in place of a number; below ten answers each word covers at least three counts."""

    LESS_THAN_HALF = "less_than_half"
    HALF_OR_MORE = "half_or_more"
    FEW = "few"
    ABOUT_HALF = "about_half"
    MOST = "most"
    ALMOST_NOBODY = "almost_nobody"
    ALMOST_EVERYBODY = "almost_everybody"


# Largest number of favourable answers for which the word holds (disclosure, section 2).
_WORDS: dict[int, tuple[tuple[int, ItemWord], ...]] = {
    5: ((2, ItemWord.LESS_THAN_HALF), (5, ItemWord.HALF_OR_MORE)),
    6: ((2, ItemWord.LESS_THAN_HALF), (6, ItemWord.HALF_OR_MORE)),
    7: ((3, ItemWord.LESS_THAN_HALF), (7, ItemWord.HALF_OR_MORE)),
    8: ((2, ItemWord.FEW), (5, ItemWord.ABOUT_HALF), (8, ItemWord.MOST)),
    9: ((2, ItemWord.FEW), (6, ItemWord.ABOUT_HALF), (9, ItemWord.MOST)),
}


def item_word(favourable: int, n: int) -> ItemWord | None:
    """Choose the word for `favourable` of `n` answers; None where numbers are shown or nothing at all (n < 5).

    >>> item_word(3, 5).value, item_word(2, 9).value, item_word(2, 12).value, item_word(6, 12)
    ('half_or_more', 'few', 'almost_nobody', None)
    """
    if not 0 <= favourable <= n:
        raise ValueError(f"{favourable} favourable of {n} answers")
    if n < FEWEST:
        return None
    if n < FULL:
        return next(word for most, word in _WORDS[n] if favourable <= most)
    if favourable <= 2:
        return ItemWord.ALMOST_NOBODY
    if favourable >= n - 2:
        return ItemWord.ALMOST_EVERYBODY
    return None


def favourable_interval(favourable: int, n: int, headcount: int | None) -> tuple[float, float]:
    """95 % limits of the favourable share among all `headcount` colleagues, 0-1; Wilson's where that is unknown.

    Exact hypergeometric limits for K of N: those K in x..N-n+x with P(X <= x | K) > .025 and P(X >= x | K) > .025
    (Buonaccorsi, 1987). They lie inside the logical bounds by construction. n must be at least 1.
    """
    if not 0 <= favourable <= n or n < 1:
        raise ValueError(f"{favourable} favourable of {n} answers")
    if headcount is None or headcount < n:
        return wilson_interval(favourable, n)
    low, high = _hypergeometric_limits(favourable, n, headcount)
    return low / headcount, high / headcount


def wilson_interval(favourable: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share (Newcombe 1998, Stat Med 17:857, method 3)."""
    p = favourable / n
    centre = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = 0.0 if favourable == 0 else (centre - half) / scale
    high = 1.0 if favourable == n else (centre + half) / scale
    return low, high


@lru_cache(maxsize=65536)
def _hypergeometric_limits(x: int, n: int, total: int) -> tuple[int, int]:
    """Bisect for the smallest and the largest K that the data do not contradict; both tails are monotone in K."""
    from scipy.stats import hypergeom  # a second to import, and not needed where headcounts are unknown

    low, high = x, total - n + x
    first, last = low, high
    while first < last:  # smallest K with P(X >= x | K) > tail
        middle = (first + last) // 2
        if float(hypergeom.sf(x - 1, total, middle, n)) > TAIL:
            last = middle
        else:
            first = middle + 1
    smallest = first
    first, last = low, high
    while first < last:  # largest K with P(X <= x | K) > tail
        middle = (first + last + 1) // 2
        if float(hypergeom.cdf(x, total, middle, n)) > TAIL:
            first = middle
        else:
            last = middle - 1
    return smallest, first
