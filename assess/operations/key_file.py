"""The second file of a backup: the keys that the first must not hold, under a passphrase, to be kept elsewhere.

Together with a backup of the same days it opens what it should open, and so it is destroyed once the cycle has closed.
Bytes: `assess-keys/1` and a line end ‖ salt 16 ‖ nonce 12 ‖ AES-256-GCM of JSON. The key comes from the passphrase by
scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: 128 MiB and a third of a second for each guess. The numbers belong to
the format, so that a file that was tampered with cannot ask for more.
"""

import json
import os
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from assess.accounts.passwords import check_new_password
from assess.accounts.secret import make_secret, secret_file
from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.localisation import gettext as _
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys

_MAGIC = b"assess-keys/1\n"
_SALT, _NONCE = 16, 12
_CYCLE_FOLDER = re.compile("[0-9a-f]{32}")
_COST = {"n": 2**17, "r": 8, "p": 1}


@dataclass(frozen=True)
class KeyCopies:
    """Key files by cycle id, and the secret of the installation unless the environment holds it."""

    cycles: Mapping[bytes, Mapping[str, bytes]]
    secret: str | None


def copy_keys(settings: Settings) -> KeyCopies:
    """Read what the key directory holds; RefusalError on a host that has none."""
    if not settings.key_dir.is_dir():
        raise RefusalError(
            _(
                "There is no key directory %(folder)s on this machine; save the keys on the one that has it.",
                folder=settings.key_dir,
            )
        )
    cycles = {}
    for folder in sorted(settings.key_dir.iterdir()):
        if not _CYCLE_FOLDER.fullmatch(folder.name):
            continue
        keys = CycleKeys(settings.key_dir, bytes.fromhex(folder.name))
        found = {name: keys.copy_of(name) for name in (LINK, OPENING) if keys.holds(name)}
        if found:
            cycles[bytes.fromhex(folder.name)] = found
    secret = secret_file(settings)
    return KeyCopies(cycles, secret.read_text(encoding="ascii").strip() if secret.exists() else None)


def lock_keys(copies: KeyCopies, passphrase: str) -> bytes:
    """Encrypt; WeakPasswordError for a passphrase that would not hold."""
    check_new_password(passphrase, name="", email="")
    content = {
        "cycles": {
            cycle_id.hex(): {name: b64encode(key).decode("ascii") for name, key in keys.items()}
            for cycle_id, keys in copies.cycles.items()
        },
        "secret": copies.secret,
    }
    salt, nonce = token_bytes(_SALT), token_bytes(_NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(content).encode(), _MAGIC + salt)
    return _MAGIC + salt + nonce + sealed


def unlock_keys(path: Path, passphrase: str) -> KeyCopies:
    """Decrypt; InputError for a file that is none and for a wrong passphrase, which look alike on purpose."""
    try:
        locked = path.read_bytes()
    except OSError as error:
        raise InputError(
            _("%(file)s cannot be read (%(what)s); name the file of the keys.", file=path, what=error.strerror or "")
        ) from error
    body = locked[len(_MAGIC) :]
    if not locked.startswith(_MAGIC) or len(body) <= _SALT + _NONCE:
        raise InputError(_("%(file)s is no key file of a backup; name the one written with --keys.", file=path))
    salt, nonce, sealed = body[:_SALT], body[_SALT : _SALT + _NONCE], body[_SALT + _NONCE :]
    try:
        content: Any = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _MAGIC + salt))
    except InvalidTag as error:
        raise InputError(
            _("%(file)s does not open: the passphrase is another one, or the file is damaged.", file=path)
        ) from error
    cycles = {
        bytes.fromhex(cycle_id): {name: b64decode(key) for name, key in keys.items()}
        for cycle_id, keys in content["cycles"].items()
    }
    return KeyCopies(cycles, content["secret"])


def put_back(settings: Settings, copies: KeyCopies | None, *, cycles: Collection[bytes]) -> None:
    """Write the keys of some cycles and the secret to where they belong; without a copy make a new secret."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if copies is not None:
        put_back_keys(settings, copies, cycles)
        if copies.secret is not None:
            secret_file(settings).unlink(missing_ok=True)
            descriptor = os.open(secret_file(settings), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(copies.secret + "\n")
                os.fsync(file.fileno())
    make_secret(settings)


def put_back_keys(settings: Settings, copies: KeyCopies, cycles: Collection[bytes]) -> None:
    """Write the keys of some cycles; what is there stays."""
    for cycle_id in cycles:
        for name, key in copies.cycles.get(cycle_id, {}).items():
            CycleKeys(settings.key_dir, cycle_id).put_back(name, key)


def _key(passphrase: str, salt: bytes) -> bytes:
    normal = unicodedata.normalize("NFC", passphrase)
    return Scrypt(salt=salt, length=32, **_COST).derive(normal.encode())
