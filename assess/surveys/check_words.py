"""Check words: six words that people can compare by voice or on paper, made from the hash of a contract.

They are proquints (D. S. Wilkerson, A Proposal for Proquints, arXiv:0901.4016, 2009): 16 bits become consonant, vowel,
consonant, vowel, consonant. Six words say the first 96 bits of SHA-256: nobody can make a second contract that has
the same words.
"""

import hashlib

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
WORDS = 6


def check_words(contract: bytes) -> str:
    """Return the six words of a contract, separated by blanks."""
    return " ".join(proquints(hashlib.sha256(contract).digest()[: 2 * WORDS]))


def proquints(data: bytes) -> tuple[str, ...]:
    """Write an even number of bytes as words of five letters.

    >>> proquints(bytes([127, 0, 0, 1]))
    ('lusab', 'babad')
    """
    if len(data) % 2:
        raise ValueError("a word says two bytes")
    return tuple(_word(int.from_bytes(data[place : place + 2], "big")) for place in range(0, len(data), 2))


def _word(value: int) -> str:
    letters = []
    for shift, alphabet in ((12, _CONSONANTS), (10, _VOWELS), (6, _CONSONANTS), (4, _VOWELS), (0, _CONSONANTS)):
        letters.append(alphabet[value >> shift & (len(alphabet) - 1)])
    return "".join(letters)
