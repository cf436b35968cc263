"""Personal links: the code of an invitation and the two one-way hashes of its secret.

`s = HMAC-SHA256(link.key, invitation id)[:16]` is written as 26 letters and digits (Crockford's base 32); on paper
`s` has 80 bits and 16 characters. The invitation's row carries one hash of `s`, the envelope's row another, so no row
leads to the other without the code (anonymity.md, Link).
"""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: without I, L, O, U
_LETTERS = frozenset(ALPHABET)
_AS_PYTHON_COUNTS = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")  # its base 32 leaves out no letter
_CONFUSED = str.maketrans("OIL", "011")
_IGNORED = str.maketrans("", "", " -\t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014")
SECRET_BYTES = 16
PAPER_BYTES = 10
_LENGTHS = {26: SECRET_BYTES, 16: PAPER_BYTES}


def link_secret(link_key: bytes, invitation_id: bytes, *, paper: bool = False) -> bytes:
    """Compute `s` of one invitation: 16 bytes, on paper 10."""
    digest = hmac.digest(link_key, invitation_id, "sha256")
    return digest[: PAPER_BYTES if paper else SECRET_BYTES]


def write_code(secret: bytes) -> str:
    """Write `s` as 26 (on paper 16) characters; unused bits at the end are zero.

    >>> write_code(bytes(16)), write_code(bytes([255] * 10))
    ('00000000000000000000000000', 'ZZZZZZZZZZZZZZZZ')
    """
    length = -(-len(secret) * 8 // 5)
    number = int.from_bytes(secret, "big") << (length * 5 - len(secret) * 8)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((length - 1) * 5, -1, -5))


def read_code(typed: str) -> bytes | None:
    """Read a code as people type it: any case, blanks and dashes ignored, O as 0, I and L as 1; None when it is none.

    >>> read_code("OOOO-oooo 0000 0000") == bytes(10)
    True
    """
    letters = plain_letters(typed)
    if len(letters) not in _LENGTHS or not _LETTERS.issuperset(letters):
        return None
    size = _LENGTHS[len(letters)]
    number = int(letters.translate(_AS_PYTHON_COUNTS), 32)
    unused = len(letters) * 5 - size * 8
    if number & ((1 << unused) - 1):
        return None
    return (number >> unused).to_bytes(size, "big")


def plain_letters(typed: str) -> str:
    """Bring what was typed to capital letters without blanks and dashes, O as 0, I and L as 1.

    >>> plain_letters(" ab1o-il")
    'AB1011'
    """
    return typed[:200].translate(_IGNORED).upper().translate(_CONFUSED)


def lookup_of(secret: bytes) -> bytes:
    """Hash by which the invitation is found."""
    return hashlib.sha256(b"assess/lookup" + secret).digest()


def envelope_key(secret: bytes) -> bytes:
    """Hash under which the envelope lies in the box."""
    return hashlib.sha256(b"assess/envelope" + secret).digest()
