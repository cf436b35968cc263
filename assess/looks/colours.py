"""The accent colour: one that can be read as text on white."""

import re

from assess.errors import InputError
from assess.localisation import gettext as _

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII)
Colour = tuple[int, int, int]


def accent_colour(text: str) -> str:
    """Read an accent colour and bring it to six digits in lower case.

    Errors: InputError for anything but a hexadecimal colour, and for one too pale to be read on white; it names the
    nearest of the same hue that would do.

    >>> accent_colour("#1F6F54")
    '#1f6f54'
    """
    found = _HEX.fullmatch(text.strip().lower())
    if found is None:
        raise InputError(_("“%(value)s” is no colour; write six digits like #1f6f54.", value=text[:40]))
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    colour = (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    ratio = contrast_on_white(colour)
    if ratio < LEAST_CONTRAST:
        raise InputError(
            _(
                "#%(colour)s has a contrast of %(ratio)s to 1 on white; text needs 4.5 to 1. "
                "The nearest that would do is %(nearest)s.",
                colour=digits,
                ratio=f"{int(ratio * 100) / 100:.2f}",  # cut, not rounded: 4.497 is not 4.50
                nearest=hexadecimal(darkened(colour)),
            )
        )
    return f"#{digits}"


def contrast_on_white(colour: Colour) -> float:
    """Give the contrast ratio to white, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast_on_white((0, 0, 0)), 1), round(contrast_on_white((118, 118, 118)), 2)
    (21.0, 4.54)
    """
    red, green, blue = (_linear(part / 255) for part in colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darkened(colour: Colour) -> Colour:
    """Give the lightest shade of a colour, its parts in proportion, that can be read on white."""
    shades = (tuple(part * step // 1000 for part in colour) for step in range(1000, -1, -1))
    return next((r, g, b) for r, g, b in shades if contrast_on_white((r, g, b)) >= LEAST_CONTRAST)


def mixed_with_white(accent: str, share: float) -> str:
    """Mix a colour with white, `share` (0 to 1) of it.

    >>> mixed_with_white("#000000", 0.2)
    '#cccccc'
    """
    parts = (int(accent[start : start + 2], 16) for start in (1, 3, 5))
    red, green, blue = (round(255 - share * (255 - part)) for part in parts)
    return hexadecimal((red, green, blue))


def hexadecimal(colour: Colour) -> str:
    """Write a colour.

    >>> hexadecimal((15, 92, 110))
    '#0f5c6e'
    """
    return "#" + "".join(f"{part:02x}" for part in colour)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
