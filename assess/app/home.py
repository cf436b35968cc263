"""What leaders find on the home page."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry
from assess.localisation import gettext as _
from assess.tables.labels import some
from assess.teams.leaders import teams_led_by


def entries_of_leaders(session: Session, account: Account) -> Iterable[HomeEntry]:
    """Name the teams somebody leads."""
    led = teams_led_by(session, account.email)
    if led:
        text = _("You lead %(teams)s. After each survey you find the report here.", teams=some(led))
        yield HomeEntry(_("Your teams"), text, ("/app/reports", _("My teams")))
