"""`assess holders`: key holders, who open the envelopes of anonymous surveys."""

from datetime import UTC, datetime

import click

from assess.accounts.links import INVITATION
from assess.cli.accounts import print_link
from assess.cli.columns import print_columns
from assess.cli.options import installation
from assess.config import Settings
from assess.localisation import LANGUAGES, current_language, format_day
from assess.localisation import gettext as _
from assess.surveys.holders.people import HolderState, invite_holder, list_holders


@click.group()
def holders() -> None:
    """Look after key holders: two or three people without any other role."""


@holders.command()
@click.argument("email")
@click.option("--name", required=True, help="As it is printed in the contract.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the pages; can be changed there.")
def invite(email: str, name: str, language: str | None) -> None:
    """Make EMAIL a key holder and print the one-time link."""
    with installation() as (settings, database):
        token = invite_holder(
            database, email=email, name=name, language=language or current_language(), now=datetime.now(UTC)
        )
        print_link(settings, token, INVITATION)


@holders.command("list")
def list_command() -> None:
    """List the key holders and how far each of them is."""
    with installation() as (settings, database):
        with database.reading() as session:
            found = list_holders(session)
        if found:
            print_columns([(holder.name, holder.email, _key(settings, holder), _trial(holder)) for holder in found])
        else:
            click.echo(_("There are no key holders yet; invite two with: assess holders invite EMAIL --name NAME"))


def _key(settings: Settings, holder: HolderState) -> str:
    if not holder.is_active:
        return _("deactivated")
    if holder.ready_since is None:
        return _("key not set up")
    return _("key ready since %(day)s", day=format_day(holder.ready_since.astimezone(settings.zone)))


def _trial(holder: HolderState) -> str:
    if not holder.is_active or holder.ready_since is None:
        return ""
    return _("code not tried yet") if holder.tested_at is None else _("code tried")
