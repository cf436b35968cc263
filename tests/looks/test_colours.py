"""The accent colour: readable on white, or a sentence that says what would be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.errors import InputError
from assess.looks.colours import LEAST_CONTRAST, accent_colour, contrast_on_white, darkened, mixed_with_white
from assess.looks.look import ACCENT, SOFT, TINT, Look


# Ratios from the definition in WCAG 2.2, computed by hand; #767676 is the lightest grey of its tables that passes AA.
@pytest.mark.parametrize(
    ("colour", "ratio"), [((0, 0, 0), 21.0), ((255, 255, 255), 1.0), ((118, 118, 118), 4.54), ((0, 0, 255), 8.59)]
)
def test_contrast_is_that_of_wcag(colour: tuple[int, int, int], ratio: float) -> None:
    assert round(contrast_on_white(colour), 2) == ratio


def test_the_boundary_is_between_two_greys() -> None:
    assert accent_colour("#767676") == "#767676"
    with pytest.raises(InputError, match=r"#777777 has a contrast of 4\.47 to 1 .* is #767676\."):
        accent_colour("#777777")


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345", "1f6f54", "#1f6f5g", "#1f6f54;x", "url(x)", "#１f6f54"])
def test_only_hexadecimal_colours_are_taken(text: str) -> None:
    with pytest.raises(InputError, match="is no colour"):
        accent_colour(text)


def test_three_digits_and_capitals_are_brought_to_one_form() -> None:
    assert accent_colour(" #00F ") == "#0000ff"


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_what_is_named_as_nearest_is_taken(colour: tuple[int, int, int]) -> None:
    red, green, blue = darkened(colour)
    assert contrast_on_white((red, green, blue)) >= LEAST_CONTRAST
    assert accent_colour(f"#{red:02x}{green:02x}{blue:02x}")
    assert all(new <= old for new, old in zip((red, green, blue), colour, strict=True))


def test_an_empty_look_is_the_products_own() -> None:
    look = Look()
    assert (look.accent, look.soft, look.tint, look.sha256) == (ACCENT, SOFT, TINT, "")
    own = Look("#1f6f54")
    assert len({own.accent, own.soft, own.tint, ACCENT, SOFT, TINT}) == 6
    assert re.fullmatch("[0-9a-f]{64}", own.sha256)
    assert mixed_with_white("#1f6f54", 0.0) == "#ffffff"
