"""`assess cycle withdraw` and `assess cycle withdrawn`: the one correction of what was published, and its list."""

from datetime import UTC, datetime

import click

from assess.cli.options import installation
from assess.localisation import format_day, format_quarter
from assess.localisation import gettext as _
from assess.releases.withdrawals import withdraw, withdrawals
from assess.reports.cache import report_cache
from assess.surveys.cycles import find_cycle


@click.command("withdraw")
@click.argument("quarter")
@click.option("--because", required=True, metavar="SENTENCE", help="Why; it stays listed for everybody to read.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def withdraw_command(quarter: str, because: str, *, yes: bool) -> None:
    """Withdraw the published results of a quarter as a whole and for good; there is no second release."""
    with installation() as (settings, database):
        if not yes:
            click.confirm(
                _("The results of %(quarter)s will never be shown or compared again. Withdraw them?", quarter=quarter),
                abort=True,
            )
        with database.writing() as session:
            cycle = find_cycle(session, quarter)
            withdraw(session, cycle_id=cycle.id, quarter=quarter, because=because, now=datetime.now(UTC))
        report_cache(settings).empty()  # copies of what nobody may read any more; other quarters are drawn again
        click.echo(_("Withdrew the results of %(quarter)s.", quarter=quarter))


@click.command("withdrawn")
def withdrawn_command() -> None:
    """List the quarters whose results were withdrawn, with the reason."""
    with installation() as (_settings, database), database.reading() as session:
        found = withdrawals(session)
        for each in found:
            click.echo(
                _(
                    "%(quarter)s, withdrawn on %(day)s: %(because)s",
                    quarter=format_quarter(each.quarter),
                    day=format_day(each.withdrawn_at),
                    because=each.because,
                )
            )
        if not found:
            click.echo(_("No results were withdrawn."))
