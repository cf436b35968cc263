"""`assess backup` and `assess restore`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from assess.cli.options import installation
from assess.cli.output import STANDARD_OUTPUT, new_private_bytes
from assess.config import load_settings
from assess.errors import InputError, RefusalError
from assess.extensions import open_database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.operations import restore as restoring
from assess.operations.archive import Archive
from assess.operations.backup import note_backup, write_backup
from assess.operations.key_file import copy_keys, lock_keys, unlock_keys
from assess.operations.losses import left_out_now, losses

_passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its first line is the passphrase of the keys; default: ask.",
)


@click.command()
@click.option("--out", required=True, metavar="FILE", help="Written once, mode 0600; - is standard output.")
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="Write the keys here, encrypted.")
@_passphrase_file
def backup(out: str, keys: Path | None, passphrase_file: Path | None) -> None:
    """Save one moment of the database while the site runs; without keys and without answers that were shuffled.

    With --keys a second file, under a passphrase, holds the keys: keep it elsewhere and destroy it after closing.
    """
    now = datetime.now(UTC)
    with installation() as (settings, database):
        if keys is not None:
            locked = lock_keys(copy_keys(settings), _new_passphrase(passphrase_file))
            with new_private_bytes(keys) as file:
                file.write(locked)
        try:
            with _opened(out) as stream:
                saved = write_backup(database, stream, now=now)
        except BaseException:
            if keys is not None:
                keys.unlink(missing_ok=True)
            raise
        note_backup(settings, saved, now=now)
    click.echo(_("Saved to %(file)s, SHA-256 %(sha256)s.", file=out, sha256=saved.sha256), err=out == STANDARD_OUTPUT)
    for sentence in left_out_now(saved.running, has_keys=keys is not None):
        click.echo(sentence, err=True)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="The keys that were saved with it.")
@_passphrase_file
@click.option(
    "--closed-since/--not-closed-since",
    default=None,
    help="Whether a cycle that was open has closed since the backup; asked where nothing else can tell.",
)
def restore(file: Path | None, keys: Path | None, passphrase_file: Path | None, closed_since: bool | None) -> None:
    """Restore the backup FILE into an empty installation, and say what is lost.

    A survey that has closed since is never opened again. Without FILE only the keys of an open survey are put back,
    where the database is whole and the key directory was lost.
    """
    if file is not None:
        _restore_all(file, keys, passphrase_file, closed_since)
    elif keys is not None:
        _restore_keys(keys, passphrase_file)
    else:
        raise InputError(_("Name a backup, a file of keys with --keys, or both."))


def _restore_all(file: Path, keys: Path | None, passphrase_file: Path | None, closed_since: bool | None) -> None:
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    try:
        with Archive(file) as archive:
            restoring.refuse_unless_empty(database)  # before anybody types a passphrase
            copies = None if keys is None else unlock_keys(keys, _passphrase(passphrase_file))
            restored = restoring.restore(
                database,
                settings,
                archive,
                copies,
                has_closed_since=lambda quarter: _ask(quarter) if closed_since is None else closed_since,
            )
    finally:
        database.close()
    made_at = format_moment(restored.made_at.astimezone(settings.zone))
    click.echo(_("Restored the state of %(moment)s; whatever happened later is lost.", moment=made_at))
    for sentence in losses(restored, settings):
        click.echo(sentence)


def _restore_keys(keys: Path, passphrase_file: Path | None) -> None:
    with installation() as (settings, database):
        copies = unlock_keys(keys, _passphrase(passphrase_file))
        quarters = restoring.restore_keys(database, settings, copies)
    click.echo(_("Put back the keys of %(quarters)s.", quarters=", ".join(quarters)))


@contextmanager
def _opened(out: str) -> Iterator[BinaryIO]:
    if out == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with new_private_bytes(Path(out)) as stream:
        yield stream


def _ask(quarter: str) -> bool:
    if not sys.stdin.isatty():
        raise RefusalError(
            _(
                "%(quarter)s was open when this backup was made, and nothing here tells whether it has closed since; "
                "say so with --closed-since or --not-closed-since.",
                quarter=quarter,
            )
        )
    question = _(
        "%(quarter)s was open when this backup was made. Has it closed since, or are you not sure?", quarter=quarter
    )
    return click.confirm(question, default=True)


def _new_passphrase(file: Path | None) -> str:
    if file is not None:
        return _passphrase(file)
    passphrase: str = click.prompt(_("Passphrase of the keys"), hide_input=True, confirmation_prompt=_("Once more"))
    return passphrase


def _passphrase(file: Path | None) -> str:
    if file is None:
        asked: str = click.prompt(_("Passphrase of the keys"), hide_input=True)
        return asked
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("%(file)s cannot be read; name a text file whose first line is the passphrase.", file=file)
        ) from error
    return lines[0] if lines else ""
