"""A look as pages of the site show it: colours that can be read in light and dark, and a logo that weighs little."""

import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from assess.looks.colours import LEAST_CONTRAST, Colour, contrast_on_white, hexadecimal
from assess.looks.look import Logo, Look

MOST_LOGO_BYTES = 6_000
_ROOM = (288, 72)  # twice what the bar of a page has
_WHITE: Colour = (255, 255, 255)
_PAPER: Colour = (0xF3, 0xF6, 0xF6)  # of static/tokens.css, as the next two
_DARK_SURFACE: Colour = (0x15, 0x21, 0x26)
_DARK_PAPER: Colour = (0x0D, 0x15, 0x18)
_LIGHT_WASH, _DARK_WASH, _STRONGER = 0.1, 0.14, 0.25


@dataclass(frozen=True)
class Shades:
    """The colours of one scheme that follow the accent."""

    accent: Colour
    accent_strong: Colour
    on_accent: Colour
    wash: Colour

    def rules(self) -> str:
        """Write them as custom properties."""
        named: Mapping[str, Colour] = {
            "accent": self.accent,
            "accent-strong": self.accent_strong,
            "on-accent": self.on_accent,
            "wash": self.wash,
        }
        return "".join(f"--{name}:{hexadecimal(colour)};" for name, colour in named.items())


def light_shades(accent: str) -> Shades:
    """Darken an accent until it can be read on the paper and on its own wash.

    >>> hexadecimal(light_shades("#0f5c6e").accent)
    '#0f5c6e'
    """
    wash = _mixed(_WHITE, _colour(accent), _LIGHT_WASH)
    found = _until_readable(_colour(accent), (0, 0, 0), (_WHITE, _PAPER, wash))
    return Shades(found, _mixed(found, (0, 0, 0), _STRONGER), _WHITE, wash)


def dark_shades(accent: str) -> Shades:
    """Lighten an accent until it can be read on dark surfaces and on its own dark wash."""
    wash = _mixed(_DARK_SURFACE, _colour(accent), _DARK_WASH)
    found = _until_readable(_colour(accent), _WHITE, (_DARK_SURFACE, _DARK_PAPER, wash))
    return Shades(found, _mixed(found, _WHITE, _STRONGER), _DARK_PAPER, wash)


def stylesheet(look: Look) -> bytes:
    """Write the colours that follow the accent; nothing where the product's own is used."""
    if not look.accent_set:
        return b""
    light, dark = light_shades(look.accent_set).rules(), dark_shades(look.accent_set).rules()
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}".encode()


def preview_stylesheet(look: Look) -> bytes:
    """Write the same colours for the two parts of the preview, whichever scheme its reader has."""
    light, dark = light_shades(look.accent_set).rules(), dark_shades(look.accent_set).rules()
    return f".preview.light{{{light}}}.preview.dark{{{dark}}}".encode()


def small_logo(logo: Logo) -> Logo | None:
    """Draw a logo anew for the bar of a page; None for a drawing too detailed to be sent with every page."""
    if logo.content_type == "image/svg+xml":
        return logo if len(gzip.compress(logo.content, 9)) <= MOST_LOGO_BYTES else None
    with Image.open(io.BytesIO(logo.content), formats=("PNG",)) as picture:
        picture.load()
        whole = picture.convert("RGBA")
    whole.thumbnail(_ROOM)
    content = _written(whole)
    for colours in (256, 64, 16):
        if len(content) > MOST_LOGO_BYTES:
            content = _written(whole.quantize(colours, method=Image.Quantize.FASTOCTREE))
    while len(content) > MOST_LOGO_BYTES:
        whole = whole.resize((max(1, whole.width * 3 // 4), max(1, whole.height * 3 // 4)))
        content = _written(whole.quantize(16, method=Image.Quantize.FASTOCTREE))
    return Logo(content, "image/png")


def worst_contrast(accent: str) -> tuple[float, float]:
    """Give the least contrast of an accent's shade to any ground it stands on, in light and in dark."""
    light, dark = light_shades(accent), dark_shades(accent)
    return (
        min(contrast(light.accent, ground) for ground in (_WHITE, _PAPER, light.wash)),
        min(contrast(dark.accent, ground) for ground in (_DARK_SURFACE, _DARK_PAPER, dark.wash)),
    )


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 1)
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _until_readable(colour: Colour, towards: Colour, grounds: tuple[Colour, ...]) -> Colour:
    shades = (_mixed(colour, towards, step / 100) for step in range(101))
    return next(shade for shade in shades if all(contrast(shade, ground) >= LEAST_CONTRAST for ground in grounds))


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _colour(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _luminance(colour: Colour) -> float:
    return 1.05 / contrast_on_white(colour) - 0.05


def _written(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
