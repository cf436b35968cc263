"""`assess accounts`: who may sign in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.orm import Session

from assess.accounts.administration import (
    Roles,
    add_account,
    deactivate_account,
    list_accounts,
    recover_account,
)
from assess.accounts.links import INVITATION, link_address
from assess.accounts.models import Account
from assess.cli.columns import print_columns
from assess.cli.options import installation
from assess.config import Settings
from assess.localisation import LANGUAGES, current_language, format_moment
from assess.localisation import gettext as _
from assess.tables.labels import listed, some
from assess.teams.leaders import teams_led_by


@click.group()
def accounts() -> None:
    """Look after the accounts of leaders, HR and administrators."""


@accounts.command()
@click.argument("email")
@click.option("--name", required=True, help="As it is shown to others.")
@click.option("--admin", is_flag=True, help="Looks after accounts.")
@click.option("--hr", is_flag=True, help="Runs surveys.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the pages; can be changed there.")
def add(email: str, name: str, admin: bool, hr: bool, language: str | None) -> None:
    """Give EMAIL an account and print the one-time link to set a password; leaders need neither role."""
    with installation() as (settings, database):
        token = add_account(
            database,
            email=email,
            name=name,
            roles=Roles(is_admin=admin, is_hr=hr),
            language=language or current_language(),
            now=datetime.now(UTC),
        )
        print_link(settings, token, INVITATION)


@accounts.command("list")
def list_command() -> None:
    """List all accounts with their roles."""
    with installation() as (_settings, database), database.reading() as session:
        found = list_accounts(session)
        if found:
            print_columns([_row(session, account) for account in found])
        else:
            click.echo(_("There are no accounts yet; make the first with: assess init --admin EMAIL --name NAME"))


@accounts.command()
@click.argument("email")
def recover(email: str) -> None:
    """Print a one-time link with which EMAIL sets a new password."""
    with installation() as (settings, database):
        token, lasts = recover_account(database, email, now=datetime.now(UTC))
        print_link(settings, token, lasts)


@accounts.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Let EMAIL sign in no longer; open sessions end at once."""
    with installation() as (_settings, database):
        deactivate_account(database, email)
        click.echo(_("%(email)s can no longer sign in.", email=email.strip().lower()))


def print_link(settings: Settings, token: str, lasts: timedelta) -> None:
    """Print a one-time link and what to do with it; it is stored nowhere and cannot be shown again."""
    expires = format_moment((datetime.now(UTC) + lasts).astimezone(settings.zone))
    click.echo(
        _(
            "One-time link to set a password, until %(moment)s. Hand it over in person or in a private message:",
            moment=expires,
        )
    )
    click.echo(f"  {link_address(settings, token)}")


def _row(session: Session, account: Account) -> Sequence[str]:
    led = teams_led_by(session, account.email)
    roles = {
        _("administrator"): account.is_admin,
        _("HR"): account.is_hr,
        _("key holder"): account.is_key_holder,
        _("leads %(teams)s", teams=some(led, limit=3)): bool(led),
    }
    named = listed(role for role, has in roles.items() if has) or _("no role")
    if not account.is_active:
        state = _("deactivated")
    else:
        state = _("no password yet") if account.password_hash is None else _("active")
    return account.email, account.name, named, state
