"""Names in a sentence: joined as the language of the reader joins them."""

from collections.abc import Iterator

import pytest

from assess.localisation import set_language
from assess.tables.labels import listed, some


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    set_language("en")


@pytest.mark.parametrize(
    ("language", "two", "many"), [("en", "Data, Returns", "a, b, …"), ("zh", "Data、Returns", "a、b等")]
)
def test_names_are_joined_as_the_language_does(language: str, two: str, many: str) -> None:
    set_language(language)
    assert listed(["Data", "Returns"]) == some(["Data", "Returns"]) == two
    assert some(["a", "b", "c"], limit=2) == many
