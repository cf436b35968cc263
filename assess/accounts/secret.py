"""The secret of the installation: what forms are signed with, from `ASSESS_SECRET_KEY` or a file only its user reads.

It is made by `assess init` and by nothing else: a web host that made one of its own would refuse the forms of the
others.
"""

import os
import secrets
from pathlib import Path

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.localisation import gettext as _

FILE = "secret.key"
SHORTEST = 32
_FEWEST_DIFFERENT = 8
"""A word of the manual or one letter held down is long, but no secret."""


def make_secret(settings: Settings) -> None:
    """Write the file, mode 0600, unless it is there or the environment holds the secret."""
    if settings.secret_key or secret_file(settings).exists():
        return
    descriptor = os.open(secret_file(settings), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())


def application_secret(settings: Settings) -> bytes:
    """Read the secret; RefusalError where there is none, InputError where it is short or others may read it."""
    if settings.secret_key:
        return _checked(settings.secret_key, "ASSESS_SECRET_KEY")
    path = secret_file(settings)
    if not path.exists():
        raise RefusalError(_("The secret of this installation is missing; create it with: assess init"))
    if path.stat().st_mode & 0o077:
        raise InputError(
            _("%(file)s can be read by other users of this machine; run: chmod 600 %(file)s", file=str(path))
        )
    return _checked(path.read_text(encoding="utf-8", errors="replace").strip(), str(path))


def secret_file(settings: Settings) -> Path:
    """Name the file in the data directory."""
    return settings.data_dir / FILE


def _checked(secret: str, place: str) -> bytes:
    if len(secret) < SHORTEST or len(set(secret)) < _FEWEST_DIFFERENT:
        raise InputError(
            _(
                "%(place)s: the secret is too easy to guess; use at least %(number)d random characters, "
                "for example the output of: openssl rand -hex 32",
                place=place,
                number=SHORTEST,
            )
        )
    return secret.encode()
