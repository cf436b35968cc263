"""Output files are written whole or not at all."""

import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from assess.errors import InputError
from assess.localisation import gettext as _

STANDARD_OUTPUT = "-"


@contextmanager
def written_whole(out: str) -> Iterator[BinaryIO]:
    """Open `out` for bytes under a passing name and rename at the end; `-` is standard output.

    When the block raises, neither the file nor the passing one is left. InputError when the place cannot be written.
    """
    if out == STANDARD_OUTPUT:
        yield from _standard_output()
        return
    path = Path(out)
    if path.is_dir():
        raise InputError(_("%(file)s is a folder; name a file to write.", file=out))
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        stream = passing.open("xb")
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        passing.replace(path)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        passing.unlink(missing_ok=True)


@contextmanager
def new_private_file(path: Path) -> Iterator[TextIO]:
    """Create a file that only its owner reads; never over an existing one, and gone again if the block fails."""
    with new_private_bytes(path) as stream, io.TextIOWrapper(stream, encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def new_private_bytes(path: Path) -> Iterator[BinaryIO]:
    """Do the same for bytes; what is written is on the disk when the block ends."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InputError(_("%(file)s exists already; name a new file.", file=path)) from error
    except OSError as error:
        raise InputError(
            _("%(file)s cannot be written (%(what)s); name another file.", file=path, what=error.strerror or "")
        ) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            if not stream.closed:  # a text file around it has been flushed into it and has closed it
                stream.flush()
                os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _standard_output() -> Iterator[BinaryIO]:
    stream = sys.stdout.buffer
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; pointing the descriptor elsewhere keeps the exit quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refuse_same_file(out: str, *inputs: Path | None) -> None:
    """Refuse to write the result over what it was made from."""
    for source in inputs:
        both = out != STANDARD_OUTPUT and source is not None and Path(out).exists() and source.exists()
        if both and source is not None and Path(out).samefile(source):
            raise InputError(_("%(file)s would be overwritten by the result; name another file.", file=out))


def _unwritable(out: str, error: OSError) -> InputError:
    reason = error.strerror or type(error).__name__
    return InputError(_("%(file)s cannot be written (%(what)s); name another place.", file=out, what=reason))
