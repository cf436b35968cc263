"""`assess organisation`: how the organisation shows itself in reports."""

from dataclasses import replace
from pathlib import Path

import click

from assess.cli.options import installation
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.looks.choosing import look_in_use, use_look
from assess.looks.colours import accent_colour
from assess.looks.logos import read_logo
from assess.looks.look import Logo, Look


@click.group()
def organisation() -> None:
    """Set the logo and the accent colour of reports, or show them."""


@organisation.command("set")
@click.option("--logo", type=click.Path(path_type=Path), metavar="FILE", help="PNG, JPEG or SVG, at most 1 MB.")
@click.option("--no-logo", is_flag=True, help="No logo from now on.")
@click.option("--accent", metavar="COLOUR", help="Like #1f6f54; text in it must be readable on white.")
@click.option("--no-accent", is_flag=True, help="The product's own colour from now on.")
def set_command(logo: Path | None, accent: str | None, *, no_logo: bool, no_accent: bool) -> None:
    """Set them for reports that are drawn from now on; earlier reports keep theirs."""
    if (logo is not None and no_logo) or (accent is not None and no_accent):
        raise InputError(_("Set it or take it away, not both."))
    if logo is None and accent is None and not no_logo and not no_accent:
        raise InputError(_("Say what to set: --logo FILE, --accent COLOUR, --no-logo or --no-accent."))
    picture = None if logo is None else read_logo(logo)
    colour = None if accent is None else accent_colour(accent)
    if picture is not None:
        _try_out(picture)
    with installation() as (settings, database):
        with database.writing() as session:
            look = look_in_use(session)
            if picture is not None or no_logo:
                look = replace(look, logo=picture)
            if colour is not None or no_accent:
                look = replace(look, accent_set=colour or "")
            use_look(session, look)
        _show(settings.organisation, look)


def _try_out(logo: Logo) -> None:
    """Draw it once, so that no report fails because of it. Errors: RefusalError where it cannot be drawn."""
    from assess.reports.pdf import render_pdf

    render_pdf(f'<!doctype html><html lang="en"><title>-</title><p><img src="{logo.address}" alt="-"></p></html>')


@organisation.command("show")
def show() -> None:
    """Show name, logo and accent colour."""
    with installation() as (settings, database):
        with database.reading() as session:
            look = look_in_use(session)
        _show(settings.organisation, look)


def _show(name: str, look: Look) -> None:
    click.echo(_("Name: %(name)s (set by ASSESS_ORGANISATION; a contract keeps it)", name=name))
    if look.logo is None:
        click.echo(_("Logo: none"))
    else:
        kind = {"image/png": "PNG", "image/svg+xml": "SVG"}[look.logo.content_type]
        click.echo(_("Logo: %(kind)s, %(size)d bytes", kind=kind, size=len(look.logo.content)))
    click.echo(_("Accent colour: %(colour)s", colour=look.accent))
