"""Opening codes: written, mistyped, read; keys wrapped under them; wrong codes that tell nothing."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from assess.surveys.envelopes.links import ALPHABET
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.errors import WrongCodeError
from assess.surveys.holders.codes import new_code, read_opening_code, unwrap, wrap, write_opening_code

KEY = ec.derive_private_key(4711, ec.SECP256R1())
CODE = write_opening_code(bytes(range(16)))
SECRETS = st.binary(min_size=16, max_size=16)


def test_a_code_is_seven_groups_of_four_and_never_the_same() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", new_code())
    assert len({new_code() for _ in range(50)}) == 50


@given(SECRETS)
def test_what_is_written_is_read_however_it_is_typed(secret: bytes) -> None:
    code = write_opening_code(secret)
    assert read_opening_code(code) == secret
    assert read_opening_code(f" {code.lower().replace('-', ' ')}\n") == secret
    assert read_opening_code(code.replace("-", "").replace("0", "o").replace("1", "l")) == secret
    assert read_opening_code(code.replace("1", "I").replace("0", "O")) == secret


@given(SECRETS, st.integers(0, 27), st.integers(1, 31))
def test_one_wrong_character_is_located_in_its_group(secret: bytes, place: int, step: int) -> None:
    letters = list(write_opening_code(secret).replace("-", ""))
    letters[place] = ALPHABET[(ALPHABET.index(letters[place]) + step) % 32]
    with pytest.raises(WrongCodeError, match=f"Group {place // 4 + 1} is wrong"):
        read_opening_code("".join(letters))


@given(SECRETS, st.integers(0, 26))
def test_two_neighbours_that_were_swapped_are_noticed(secret: bytes, place: int) -> None:
    letters = list(write_opening_code(secret).replace("-", ""))
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    if letters[place] == letters[place + 1]:
        return
    with pytest.raises(WrongCodeError, match="two are swapped"):
        read_opening_code("".join(letters))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Type the opening code"),
        (" - ", "Type the opening code"),
        (CODE[:-1], "has 28 characters; this one has 27"),
        (CODE + "0", "has 28 characters; this one has 29"),
        ("U" + CODE[1:], "“U” does not occur"),
        ("é" + CODE[1:], "“É” does not occur"),
        ("7" * 5000, "has 28 characters; this one has 200"),
    ],
)
def test_what_is_no_code_is_explained(typed: str, message: str) -> None:
    with pytest.raises(WrongCodeError, match=message):
        read_opening_code(typed)


def test_bits_that_no_code_uses_are_refused_whatever_the_check_characters() -> None:
    assert all(_message("0" * 25 + "1" + first + second) for first in ALPHABET for second in ALPHABET)


def _message(typed: str) -> str:
    try:
        read_opening_code(typed)
    except WrongCodeError as error:
        return str(error)
    return ""


def test_a_wrapped_key_opens_with_its_code_alone() -> None:
    wrapped = wrap(CODE, KEY)
    assert public_bytes(unwrap(CODE.lower(), wrapped)) == public_bytes(KEY)
    assert wrapped[0] == 1
    assert wrap(CODE, KEY) != wrapped
    with pytest.raises(WrongCodeError, match="This code does not open this key"):
        unwrap(new_code(), wrapped)


def test_a_wrong_code_and_a_broken_file_say_the_same() -> None:
    wrapped = wrap(CODE, KEY)
    broken = [b"", b"\x01", b"\x02" + wrapped[1:], wrapped[:-1], wrapped + b"\0", wrapped[:20], b"\0" * len(wrapped)]
    for place in (0, 1, 17, 29, len(wrapped) - 1):
        flipped = bytearray(wrapped)
        flipped[place] ^= 1
        broken.append(bytes(flipped))
    messages = {_unwrapping(CODE, data) for data in broken} | {_unwrapping(new_code(), wrapped)}
    assert messages == {"This code does not open this key."}


def _unwrapping(code: str, wrapped: bytes) -> str:
    try:
        unwrap(code, wrapped)
    except WrongCodeError as error:
        return str(error)
    return "opened"
