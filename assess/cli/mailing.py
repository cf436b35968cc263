"""`assess cycle remind`, and what opening a survey by mail says."""

from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from assess.cli.options import installation
from assess.config import Settings
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.messages.models import MOST_REMINDERS, Kind
from assess.surveys.cycles import find_cycle
from assess.surveys.mailing import queue_reminder, rounds_of
from assess.surveys.models import Invitation


@click.command("remind")
@click.argument("quarter")
def remind_command(quarter: str) -> None:
    """Remind everybody with an address, whoever has answered: nobody knows. Twice at most."""
    with installation() as (settings, database):
        number, people = queue_reminder(database, settings, quarter, now=datetime.now(UTC))
        click.echo(
            _(
                "Queued reminder %(number)d of %(most)d to %(people)d people. It leaves within minutes where a worker "
                "runs; else: assess mail send",
                number=number,
                most=MOST_REMINDERS,
                people=people,
            )
        )


def say_who_is_invited(database: Database, settings: Settings, quarter: str) -> None:
    """Say how many invitations leave and when, and how many people need a slip."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        mailed = rounds_of(session, cycle).recipients[Kind.INVITATION, 1]
        slips = session.scalar(
            select(func.count()).select_from(Invitation).where(Invitation.cycle_id == cycle.id, Invitation.is_paper)
        )
    click.echo(
        _(
            "Queued %(mailed)d invitations; they leave from %(opens)s on, by a worker or with: assess mail send",
            mailed=mailed,
            opens=format_moment(cycle.opens_at.astimezone(settings.zone)),
        )
    )
    if slips:
        click.echo(
            _(
                "%(slips)d people have no address; print slips for them: assess cycle codes %(quarter)s --out FILE.pdf",
                slips=slips,
                quarter=quarter,
            )
        )
