"""Passwords: what is taken as a new one, and Argon2id.

Fifteen characters and no rules about kinds of characters: NIST SP 800-63B-4, section 3.1.1.2, for a password that is
the only factor. The parameters are the second recommendation of RFC 9106, section 4: 64 MiB, three passes.
"""

import re
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assess.accounts.errors import WeakPasswordError
from assess.localisation import gettext as _

SHORTEST = 15
LONGEST = 256
_FEWEST_OWN = 6  # characters that must be left when the commonest words are taken out
_FEWEST_DIFFERENT = 5
_PART = 4  # shorter parts of a name stand in too many innocent words

# What people write where only a length is asked for: words, rows of the keyboard, counting, declarations of love.
COMMONEST = (
    "correcthorsebatterystaple",
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "0123456789",
    "123456789",
    "987654321",
    "12345678",
    "123456",
    "12345",
    "1234",
    "abcdef",
    "abc123",
    "abcd",
    "qwertyuiop",
    "qwertzuiop",
    "qwerty",
    "qwertz",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "yxcvbnm",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "1qaz2wsx",
    "password",
    "passw0rd",
    "passwort",
    "kennwort",
    "secret",
    "welcome",
    "letmein",
    "administrator",
    "admin",
    "changeme",
    "default",
    "iloveyou",
    "woaini",
    "aini",
    "5201314",
    "1314520",
    "520",
    "1314",
    "mima",
    "密码",
    "我爱你",
    "monkey",
    "dragon",
    "football",
    "sunshine",
    "princess",
    "master",
    "hello",
    "login",
    "summer",
    "winter",
    "spring",
    "autumn",
    "assess",
    "team",
    "health",
)

HASHER = PasswordHasher()
_turns = BoundedSemaphore(2)  # each computation takes 64 MiB: many at once would be an attack on memory


def check_new_password(password: str, *, name: str, email: str) -> None:
    """Raise WeakPasswordError with what to change; a good password passes in silence."""
    text = _normal(password)
    if len(text) < SHORTEST:
        raise WeakPasswordError(
            _("The password has fewer than %(number)d characters; a short sentence is a good one.", number=SHORTEST)
        )
    if len(text) > LONGEST:
        raise WeakPasswordError(_("The password has more than %(number)d characters; shorten it.", number=LONGEST))
    plain = _plain(text)
    if any(part in plain for part in _parts_of_a_person(name, email)):
        raise WeakPasswordError(_("The password contains your name or your address; choose one without them."))
    if _is_common(plain):
        raise WeakPasswordError(
            _("This password is one of the first that are tried; choose a sentence only you would write.")
        )


def hash_password(password: str) -> str:
    """Return the Argon2id hash with its salt and parameters."""
    with _turns:
        return HASHER.hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Compare; where nothing is stored the same work is done and the answer is no."""
    with _turns:
        try:
            HASHER.verify(stored or decoy_hash(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def decoy_hash() -> str:
    """Hash nothing anybody knows, so that an unknown address takes as long as a known one."""
    return HASHER.hash("nobody’s password, only there to be compared with")


def _normal(password: str) -> str:
    """Write a letter with an accent one way only: keyboards differ in how they send it."""
    return unicodedata.normalize("NFC", password)


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _parts_of_a_person(name: str, email: str) -> list[str]:
    local, _at, domain = email.partition("@")
    words = [*name.split(), *re.split(r"[._+-]", local), local, domain.partition(".")[0]]
    parts = [part for part in map(_plain, words) if len(part) >= _PART]
    whole = _plain(name)  # two Chinese characters are a whole name
    return [*parts, whole] if len(whole) >= 2 and not whole.isascii() else parts


def _is_common(plain: str) -> bool:
    if len(set(plain)) < _FEWEST_DIFFERENT:
        return True
    for word in sorted(COMMONEST, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(plain) < _FEWEST_OWN or len(set(plain)) < _FEWEST_DIFFERENT - 1
