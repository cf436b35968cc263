"""Keys of a cycle as files in the key directory, outside databases and backups; and how they are destroyed.

`link.key`: 32 random bytes from which all personal links are computed. `opening.key`: the P-256 private key of a
confidential cycle. Destroying overwrites, synchronises and unlinks. A tombstone says that a cycle has closed: a
restored database cannot open it again (anonymity.md, Keys of a cycle).
"""

import os
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from assess.localisation import gettext as _
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.errors import KeyMissingError

LINK = "link.key"
OPENING = "opening.key"
TOMBSTONE = "closed"


class CycleKeys:
    """The key files of one cycle."""

    def __init__(self, key_dir: Path, cycle_id: bytes) -> None:
        self.folder = key_dir / cycle_id.hex()

    def create_link_key(self) -> None:
        """Make the key of the links.

        Keys of an opening that was interrupted are replaced: nothing was ever sealed or sent with them.
        """
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for name in (LINK, OPENING):
            self.destroy(name)
        self._write(LINK, token_bytes(32))

    def create_opening_key(self) -> bytes:
        """Make the key of the envelopes of a confidential cycle; return its public half, 65 bytes."""
        private = ec.generate_private_key(ec.SECP256R1())
        self._write(OPENING, private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        return public_bytes(private)

    def link_key(self) -> bytes:
        """Read the key of the links; KeyMissingError after closing."""
        return self._read(LINK)

    def opening_key(self) -> ec.EllipticCurvePrivateKey:
        """Read the key of the envelopes; KeyMissingError after opening."""
        key = load_der_private_key(self._read(OPENING), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyMissingError(_("The file %(file)s is no key of Assess.", file=str(self.folder / OPENING)))
        return key

    def holds(self, name: str) -> bool:
        """Whether a key file is there."""
        return (self.folder / name).exists()

    def copy_of(self, name: str) -> bytes:
        """Read a key file as it is, for the encrypted file that `assess backup --keys` writes; KeyMissingError."""
        return self._read(name)

    def put_back(self, name: str, content: bytes) -> None:
        """Write a key file from such a copy, unless it is there."""
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if not self.holds(name):
            self._write(name, content)

    def destroy(self, name: str) -> None:
        """Overwrite, synchronise and remove one key file; one that is gone already is fine."""
        path = self.folder / name
        if path.exists():
            with path.open("r+b", buffering=0) as file:
                file.write(token_bytes(path.stat().st_size))
                os.fsync(file.fileno())
            path.unlink()
            self._synchronise()

    def mark_closed(self) -> None:
        """Leave the tombstone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / TOMBSTONE).touch(mode=0o600)
        self._synchronise()

    @property
    def is_closed(self) -> bool:
        """Whether this cycle has ever been closed, whatever a restored database says."""
        return (self.folder / TOMBSTONE).exists()

    def _write(self, name: str, content: bytes) -> None:
        with os.fdopen(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self._synchronise()

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        if not path.exists():
            raise KeyMissingError(
                _(
                    "The key file %(file)s is missing; run this on the host that holds the key directory, "
                    "or check ASSESS_KEY_DIR.",
                    file=str(path),
                )
            )
        return path.read_bytes()

    def _synchronise(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
