"""The form a displayed figure has: a number of a certain step, a word of a list, or a reason (disclosure, section 2).

Independent of the engine on purpose: what is frozen is judged by what stands in it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from assess.scoring.release import Reason

FULL = 10  # answers from which numbers on items, shares, spreads and effect sizes exist
COARSE = 5
_TINY = 1e-6

Form = Callable[[object], bool]
Part = Mapping[str, Any]


@dataclass(frozen=True)
class Sizes:
    """Answers behind a figure, people invited (None: unknown), and the smallest number behind any figure."""

    n: int
    headcount: int | None
    minimum: int


def withheld(value: object) -> bool:
    """Accept a reason and nothing beside it."""
    return isinstance(value, Mapping) and set(value) == {"suppressed"} and value["suppressed"] in set(Reason)


def is_number(value: object) -> TypeGuard[float]:
    """Accept a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: object) -> TypeGuard[int]:
    """Accept a whole number that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def step(size: float, low: float = 0.0, high: float = 100.0) -> Form:
    """Accept multiples of `size` within limits."""

    def holds(value: object) -> bool:
        return is_number(value) and low <= value <= high and abs(value / size - round(value / size)) < _TINY

    return holds


def digits(count: int) -> Form:
    """Accept numbers of at most so many significant digits."""

    def holds(value: object) -> bool:
        return is_number(value) and float(f"{value:.{count - 1}e}") == float(value)

    return holds


def one_of(words: Iterable[str]) -> Form:
    """Accept a word of a list."""
    known = frozenset(words)
    return lambda value: isinstance(value, str) and value in known


def truth(value: object) -> bool:
    """Accept true or false."""
    return isinstance(value, bool)


def from_size(least: int, form: Form, n: int) -> Form:
    """Accept a reason, and from `least` answers on also a figure."""
    return lambda value: withheld(value) or (n >= least and form(value))


def or_withheld(form: Form) -> Form:
    """Accept a figure or a reason."""
    return lambda value: withheld(value) or form(value)


def probability(value: object) -> bool:
    """Accept what lies between 0 and 1 and has two significant digits."""
    return is_number(value) and 0.0 <= value <= 1.0 and digits(2)(value)


POINTS = step(1)
DIFFERENCE = step(1, -100.0)
SHARE = step(5)
HUNDREDTHS = step(0.01, -1e9, 1e9)
RATE = step(0.01, 0.0, 1.0)
