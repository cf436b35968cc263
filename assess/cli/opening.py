"""`assess open`: a key holder opens sealed answers on their own computer, without a server."""

import json
from pathlib import Path

import click

from assess.cli.output import new_private_file
from assess.localisation import gettext as _
from assess.surveys.holders.sealed_file import open_sealed_file


@click.command("open")
@click.argument("sealed", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Written once, mode 0600.")
def open_sealed(sealed: Path, out: Path) -> None:
    """Open the file SEALED, downloaded from the key holder's page; the opening code is asked for.

    What comes out holds single answers without names of people or teams: hand it back on the same page, then delete it.
    """
    code = click.prompt(_("Opening code"))
    opened = open_sealed_file(sealed.read_bytes(), code)
    with new_private_file(out) as file:
        json.dump(opened, file, ensure_ascii=False, separators=(",", ":"))
    click.echo(
        _(
            "Opened %(readable)d envelopes; %(unreadable)d cannot be read, %(copies)d are copies. Hand %(file)s back "
            "on the page you downloaded from, then delete it.",
            readable=opened["readable"],
            unreadable=opened["unreadable"],
            copies=opened["copies"],
            file=out,
        )
    )
