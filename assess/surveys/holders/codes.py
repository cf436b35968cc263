"""The opening code of a key holder, and the private key wrapped under it.

128 random bits as 26 characters of Crockford's base 32, then two check characters, in seven groups of four. The check
characters are those of a Reed-Solomon code over the field of 32 elements (x^5 + x^2 + 1): with c_0 … c_27 the values,
sum c_i = 0 and sum c_i a^i = 0. One wrong character is located; two that were swapped are noticed.

Wrapped key: `1 ‖ salt 16 ‖ nonce 12 ‖ AES-256-GCM(PKCS#8)` under HKDF-SHA256(the 16 bytes, salt, "assess/holder/1").
The browser writes and reads the same (assess/static/holder).
"""

from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from assess.localisation import gettext as _
from assess.surveys.envelopes.links import ALPHABET, plain_letters, read_code, write_code
from assess.surveys.errors import WrongCodeError

CODE_CHARACTERS = 28
GROUP = 4
FORMAT = 1
_INFO = b"assess/holder/1"
_SALT, _NONCE = 16, 12


def _powers() -> tuple[int, ...]:
    """Return a^0 … a^30 of the primitive element a = x."""
    values = [1]
    while len(values) < 31:
        doubled = values[-1] << 1
        values.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return tuple(values)


_POWER = _powers()
_LOG = {value: exponent for exponent, value in enumerate(_POWER)}


def new_code() -> str:
    """Draw an opening code, as it is printed."""
    return write_opening_code(token_bytes(16))


def write_opening_code(secret: bytes) -> str:
    """Write 16 bytes as seven groups with their check characters.

    >>> write_opening_code(bytes(16))
    '0000-0000-0000-0000-0000-0000-0000'
    """
    values = [ALPHABET.index(letter) for letter in write_code(secret)]
    plain_sum, weighted = _sums(values)
    # c26 + c27 = plain_sum and c26 a^26 + c27 a^27 = weighted
    last = _divide(weighted ^ _times(plain_sum, _POWER[26]), _POWER[26] ^ _POWER[27])
    letters = "".join(ALPHABET[value] for value in (*values, plain_sum ^ last, last))
    return "-".join(letters[place : place + GROUP] for place in range(0, CODE_CHARACTERS, GROUP))


def read_opening_code(typed: str) -> bytes:
    """Read a code as people type it: any case, blanks, dashes, O for 0, I and L for 1.

    WrongCodeError says what to look at: how many characters there are, which one cannot occur, which group is wrong.
    """
    letters = plain_letters(typed)
    if not letters:
        raise WrongCodeError(_("Type the opening code."))
    odd = next((letter for letter in letters if letter not in ALPHABET), None)
    if odd is not None:
        raise WrongCodeError(_("The character “%(sign)s” does not occur in opening codes.", sign=odd))
    if len(letters) != CODE_CHARACTERS:
        raise WrongCodeError(
            _(
                "An opening code has %(want)s characters; this one has %(have)s.",
                want=CODE_CHARACTERS,
                have=len(letters),
            )
        )
    _check([ALPHABET.index(letter) for letter in letters])
    secret = read_code(letters[:26])
    if secret is None:
        raise WrongCodeError(_several())
    return secret


def wrap(code: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Wrap a private key under an opening code."""
    salt, nonce = token_bytes(_SALT), token_bytes(_NONCE)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = AESGCM(_wrapping_key(read_opening_code(code), salt)).encrypt(nonce, plain, None)
    return bytes([FORMAT]) + salt + nonce + sealed


def unwrap(code: str, wrapped: bytes) -> ec.EllipticCurvePrivateKey:
    """Open a wrapped key; WrongCodeError for a wrong code and for a broken file alike."""
    secret = read_opening_code(code)
    salt, nonce, sealed = wrapped[1:17], wrapped[17:29], wrapped[29:]
    try:
        if wrapped[:1] != bytes([FORMAT]):
            raise ValueError("another format")
        plain = AESGCM(_wrapping_key(secret, salt)).decrypt(nonce, sealed, None)
        key = load_der_private_key(plain, None)
    except (InvalidTag, ValueError) as error:
        raise WrongCodeError(_("This code does not open this key.")) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WrongCodeError(_("This code does not open this key."))
    return key


def _wrapping_key(secret: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, _INFO).derive(secret)


def _check(values: list[int]) -> None:
    plain_sum, weighted = _sums(values)
    if plain_sum == 0 and weighted == 0:
        return
    place = (_LOG[weighted] - _LOG[plain_sum]) % 31 if plain_sum and weighted else CODE_CHARACTERS
    if place >= CODE_CHARACTERS:
        raise WrongCodeError(_several())
    raise WrongCodeError(
        _(
            "Group %(group)s is wrong: look at its four characters again. If they are right, compare the whole code.",
            group=place // GROUP + 1,
        )
    )


def _several() -> str:
    return _("More than one character is wrong, or two are swapped: compare the whole code.")


def _sums(values: list[int]) -> tuple[int, int]:
    plain_sum = weighted = 0
    for place, value in enumerate(values):
        plain_sum ^= value
        weighted ^= _times(value, _POWER[place])
    return plain_sum, weighted


def _times(a: int, b: int) -> int:
    return _POWER[(_LOG[a] + _LOG[b]) % 31] if a and b else 0


def _divide(a: int, b: int) -> int:
    return _POWER[(_LOG[a] - _LOG[b]) % 31] if a else 0
