"""Rounding as it is displayed: half away from zero, and outwards for limits (measurement, Rounding everywhere).

Python and numpy round half to even, which would print 62 for 62.5. The small constant forgives the last bits of a sum.
"""

import math

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]

_TINY = 1e-9
_NOTHING = 1e-300  # below it floats lose digits, and powers of ten run out


def half_up(value: float, step: float = 1.0) -> float:
    """Round to the nearest multiple of `step`, halves away from zero.

    >>> half_up(62.5), half_up(-62.5), half_up(0.125, 0.01), half_up(42.5, 5)
    (63.0, -63.0, 0.13, 45.0)
    """
    whole = math.copysign(math.floor(abs(value) / step + 0.5 + _TINY), value)
    return _multiple(whole, step)


def down(value: float, step: float = 1.0) -> float:
    """Round a lower limit outwards.

    >>> down(54.99), down(55.0 - 1e-12)
    (54.0, 55.0)
    """
    return _multiple(math.floor(value / step + _TINY), step)


def up(value: float, step: float = 1.0) -> float:
    """Round an upper limit outwards.

    >>> up(54.01), up(55.0 + 1e-12)
    (55.0, 55.0)
    """
    return _multiple(math.ceil(value / step - _TINY), step)


def half_up_all(values: _Floats, step: float = 1.0) -> _Floats:
    """Round each to the nearest multiple of `step`, halves away from zero; any shape."""
    return np.copysign(_multiples(np.floor(np.abs(values) / step + 0.5 + _TINY), step), values) + 0.0


def down_all(values: _Floats, step: float = 1.0) -> _Floats:
    """Round each lower limit outwards."""
    return _multiples(np.floor(values / step + _TINY), step)


def up_all(values: _Floats, step: float = 1.0) -> _Floats:
    """Round each upper limit outwards."""
    return _multiples(np.ceil(values / step - _TINY), step)


def significant(value: float, digits: int) -> float:
    """Round to a number of significant digits, halves away from zero.

    >>> significant(0.012345, 2), significant(1764.05, 3), significant(0.0, 2)
    (0.012, 1760.0, 0.0)
    """
    if abs(value) < _NOTHING:
        return 0.0
    exponent = math.floor(math.log10(abs(value))) - digits + 1
    scaled = half_up(value / 10.0**exponent)
    return float(f"{scaled:.0f}e{exponent}") + 0.0  # the decimal nearest to what is meant, not a product of floats


def _multiple(whole: float, step: float) -> float:
    """Multiply without leaving digits behind that a reader would see; never minus zero."""
    inverse = round(1.0 / step)
    return (whole / inverse if step < 1.0 else whole * step) + 0.0


def _multiples(whole: _Floats, step: float) -> _Floats:
    inverse = round(1.0 / step) if step < 1.0 else 1
    return np.asarray((whole / inverse if step < 1.0 else whole * step) + 0.0)
