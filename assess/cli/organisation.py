"""`assess organisation`: what the organisation is called, how it shows itself, and which thresholds hold."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from assess.cli.options import installation
from assess.config import CHOOSABLE, Settings
from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.looks.choosing import look_in_use
from assess.looks.colours import accent_colour
from assess.looks.logos import read_logo
from assess.looks.look import Look
from assess.organisation.choosing import choose
from assess.organisation.in_force import chosen_texts, text_of
from assess.organisation.looking import change_look

_OPTIONS = {
    "name": "organisation",
    "contact": "contact",
    "time_zone": "time_zone",
    "languages": "languages",
    "minimum": "minimum_group_size",
    "second_step": "second_step",
}


@click.group()
def organisation() -> None:
    """Set name, logo, accent colour, time zone, languages and thresholds, or show them."""


@organisation.command("set")
@click.option("--name", help="Of the organisation, on pages and in what is opened from now on.")
@click.option("--contact", help="Whom members may ask; '' for nobody.")
@click.option("--time-zone", metavar="ZONE", help="Like Europe/Berlin.")
@click.option("--languages", metavar="LIST", help="Of pages: en,zh, zh,en, en or zh; others see the first.")
@click.option("--minimum", metavar="NUMBER", help="Answers behind any figure, at least 4.")
@click.option("--second-step", metavar="WHO", help="admins or everybody.")
@click.option("--logo", type=click.Path(path_type=Path), metavar="FILE", help="PNG, JPEG or SVG, at most 1 MB.")
@click.option("--no-logo", is_flag=True, help="No logo from now on.")
@click.option("--accent", metavar="COLOUR", help="Like #1f6f54; text in it must be readable on white.")
@click.option("--no-accent", is_flag=True, help="The product's own colour from now on.")
def set_command(
    logo: Path | None, accent: str | None, *, no_logo: bool, no_accent: bool, **settings_typed: str | None
) -> None:
    """Set them from now on: a survey that is open keeps its contract, earlier reports keep their look."""
    if (logo is not None and no_logo) or (accent is not None and no_accent):
        raise InputError(_("Set it or take it away, not both."))
    typed = {_OPTIONS[name]: text for name, text in settings_typed.items() if text is not None}
    if logo is None and accent is None and not no_logo and not no_accent and not typed:
        raise InputError(
            _("Say what to set, for example --name NAME, --logo FILE or --accent COLOUR; all with: --help")
        )
    picture = None if logo is None else read_logo(logo)
    colour = None if accent is None else accent_colour(accent)
    if picture is not None:
        from assess.reports.logo_trial import try_out

        try_out(picture)
    with installation() as (settings, database):
        choose(database, settings, typed)
        with database.writing() as session:
            look = look_in_use(session)
            if picture is not None or no_logo:
                look = replace(look, logo=picture)
            if colour is not None or no_accent:
                look = replace(look, accent_set=colour or "")
            change_look(session, look)
    _show_all()


@organisation.command("show")
def show() -> None:
    """Show what is in force, and where it was set."""
    _show_all()


def _show_all() -> None:
    with installation() as (settings, database):
        chosen, look = _kept(database)
    for name, label in _labels().items():
        click.echo(f"{label}: {text_of(settings, name) or '–'} ({_where(settings, chosen, name)})")
    _show_look(look)


def _kept(database: Database) -> tuple[Mapping[str, str], Look]:
    with database.reading() as session:
        return chosen_texts(session), look_in_use(session)


def _labels() -> dict[str, str]:
    return {
        "organisation": _("Name"),
        "contact": _("Contact"),
        "time_zone": _("Time zone"),
        "languages": _("Languages"),
        "minimum_group_size": _("Fewest answers"),
        "second_step": _("Second step"),
    }


def _where(settings: Settings, chosen: Mapping[str, str], name: str) -> str:
    if name in settings.fixed:
        return _("set by the operator in %(variable)s", variable=CHOOSABLE[name])
    return _("set here") if name in chosen else _("not set")


def _show_look(look: Look) -> None:
    if look.logo is None:
        click.echo(_("Logo: none"))
    else:
        kind = {"image/png": "PNG", "image/svg+xml": "SVG"}[look.logo.content_type]
        click.echo(_("Logo: %(kind)s, %(size)d bytes", kind=kind, size=len(look.logo.content)))
    click.echo(_("Accent colour: %(colour)s", colour=look.accent))
