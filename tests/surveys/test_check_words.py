"""Check words: the published examples of proquints, and that they follow the contract's bytes."""

import hashlib

import pytest

from assess.surveys.check_words import check_words, proquints

# D. S. Wilkerson, A Proposal for Proquints (arXiv:0901.4016), the table of addresses.
PUBLISHED = {
    "127.0.0.1": "lusab-babad",
    "63.84.220.193": "gutih-tugad",
    "63.118.7.35": "gutuk-bisog",
    "140.98.193.141": "mudof-sakat",
    "64.255.6.200": "haguz-biram",
    "128.30.52.45": "mabiv-gibot",
    "147.67.119.2": "natag-lisaf",
    "212.58.253.68": "tibup-zujah",
    "216.35.68.215": "tobog-higil",
    "216.68.232.21": "todah-vobij",
    "198.81.129.136": "sinid-makam",
    "12.110.110.204": "budov-kuras",
}


@pytest.mark.parametrize(("address", "words"), PUBLISHED.items())
def test_the_published_examples(address: str, words: str) -> None:
    assert "-".join(proquints(bytes(int(part) for part in address.split(".")))) == words


def test_every_value_has_a_word_of_its_own() -> None:
    assert len({proquints(value.to_bytes(2, "big")) for value in range(65536)}) == 65536


def test_six_words_say_the_first_ninety_six_bits_of_the_hash() -> None:
    contract = b'{"format":"assess/1"}'
    words = check_words(contract)
    assert words.split() == list(proquints(hashlib.sha256(contract).digest()[:12]))
    assert len(words) == 6 * 5 + 5
    assert check_words(contract + b" ") != words


def test_half_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="two bytes"):
        proquints(b"abc")
