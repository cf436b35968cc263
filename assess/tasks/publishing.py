"""Publishing a quarter with all that belongs to it: one sequence, whoever asks for it."""

from datetime import datetime

from assess.actions.frozen import freeze_actions
from assess.config import Settings
from assess.extensions import Database
from assess.reports.mailing import queue_results_for_members
from assess.surveys.publishing import publish_cycle


def publish_quarter(database: Database, settings: Settings, quarter: str, *, now: datetime) -> None:
    """Freeze the released figures, delete single answers, tell leaders and members, freeze what is proposed.

    Killed anywhere it goes on where it was; done twice it comes to the same, and nobody gets a second message.
    """
    publish_cycle(database, quarter, now=now, settings=settings)
    queue_results_for_members(database, settings, quarter)
    freeze_actions(database, quarter, now=now)
