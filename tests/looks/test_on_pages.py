"""On pages every accent can be read, in light and dark, and no logo is heavy."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assess.looks.colours import LEAST_CONTRAST, Colour, darkened, hexadecimal
from assess.looks.look import Logo, Look
from assess.looks.on_pages import MOST_LOGO_BYTES, contrast, dark_shades, light_shades, small_logo, stylesheet
from tests.looks.pictures import SVG, picture

INK, INK_SOFT = (0x16, 0x26, 0x2B), (0x48, 0x59, 0x5F)
DARK_INK, DARK_INK_SOFT = (0xE6, 0xEE, 0xF0), (0xA8, 0xBA, 0xBF)
LIGHT_GROUNDS = ((255, 255, 255), (0xF3, 0xF6, 0xF6))
DARK_GROUNDS = ((0x15, 0x21, 0x26), (0x0D, 0x15, 0x18))
PART = st.integers(0, 255)
ACCENTS = st.builds(lambda r, g, b: darkened((r, g, b)), PART, PART, PART)


@given(ACCENTS)
def test_every_accent_that_may_be_set_can_be_read_on_every_ground(accent: Colour) -> None:
    light, dark = light_shades(hexadecimal(accent)), dark_shades(hexadecimal(accent))
    for shades, grounds, inks in (
        (light, LIGHT_GROUNDS, (INK, INK_SOFT)),
        (dark, DARK_GROUNDS, (DARK_INK, DARK_INK_SOFT)),
    ):
        for ground in (*grounds, shades.wash):
            assert contrast(shades.accent, ground) >= LEAST_CONTRAST
            assert contrast(shades.accent_strong, ground) >= LEAST_CONTRAST
            assert all(contrast(ink, ground) >= LEAST_CONTRAST for ink in inks)
        assert contrast(shades.on_accent, shades.accent) >= LEAST_CONTRAST
        assert contrast(shades.on_accent, shades.accent_strong) >= LEAST_CONTRAST


def test_the_style_sheet_holds_colours_and_nothing_else() -> None:
    text = stylesheet(Look("#8a1c4a")).decode()
    one = r":root\{(--[a-z-]+:#[0-9a-f]{6};){4}\}"
    assert re.fullmatch(rf"{one}@media \(prefers-color-scheme:dark\)\{{{one}\}}", text)
    assert stylesheet(Look()) == b""


def noise() -> Logo:
    """A picture that cannot be packed: the worst a logo can be."""
    import random

    pixels = random.Random(7).randbytes(1200 * 480 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (1200, 480), pixels).save(out, "PNG")
    return Logo(out.getvalue(), "image/png")


def test_no_logo_is_heavy_or_larger_than_its_place() -> None:
    for logo in (noise(), Logo(picture(), "image/png")):
        small = small_logo(logo)
        assert small is not None
        assert len(small.content) <= MOST_LOGO_BYTES
        with Image.open(io.BytesIO(small.content)) as shown:
            assert shown.format == "PNG"
            assert shown.width <= 288
            assert shown.height <= 72


def test_a_drawing_is_shown_as_it_is_unless_it_is_too_detailed() -> None:
    simple = Logo((SVG % "").encode(), "image/svg+xml")
    assert small_logo(simple) == simple
    paths = "".join(f'<path d="M{n * 7919 % 1013} {n * 104729 % 997}L{n * 31 % 89} {n}"/>' for n in range(2500))
    assert small_logo(Logo((SVG % paths).encode(), "image/svg+xml")) is None
