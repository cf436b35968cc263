"""Mail in the background, on the host with the keys: work the outbox, and once a day remind leaders of actions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from assess.actions.mailing import queue_action_reminders, reminders_may_leave, write_action_mail
from assess.config import Settings
from assess.extensions import Database
from assess.jobs.models import Queue
from assess.jobs.wanting import Wanted, find_job
from assess.messages.letter import Letter
from assess.messages.models import Kind, OutboxMessage
from assess.messages.outbox import is_any_due
from assess.messages.sending import Worked, work_outbox
from assess.reports.mailing import write_results_mail
from assess.surveys.mailing import write_survey_mail
from assess.tasks.running import Work

SEND, REMIND_LEADERS = "mail", "remind_leaders"
SECONDS_A_RUN = 30.0
"""Then the worker turns to what else is due, a closing say; the next minute goes on."""


def overdue_mail(session: Session, settings: Settings, *, now: datetime) -> list[Wanted]:
    """List what is due: nothing without a mail server. One key an hour, so that a failure is not for ever."""
    if settings.mail is None:
        return []
    jobs = []
    if is_any_due(session, now=now):
        jobs.append(Wanted(SEND, f"{now:%Y-%m-%dT%H}", queue=Queue.KEEPER))
    day = f"{now.astimezone(settings.zone):%Y-%m-%d}"
    if reminders_may_leave(settings, now=now) and find_job(session, REMIND_LEADERS, day) is None:
        jobs.append(Wanted(REMIND_LEADERS, day, queue=Queue.KEEPER))
    return jobs


def send(work: Work) -> Mapping[str, Any]:
    """Send for half a minute; a server that takes nothing is no failure of the job, the next minute tries again."""
    done = send_due(work.database, work.settings, seconds=SECONDS_A_RUN)
    return {
        "sent": done.sent,
        "later": done.later,
        "failed": done.failed,
        "dropped": done.dropped,
        "stopped": done.stopped,
    }


def remind_leaders(work: Work) -> Mapping[str, Any]:
    """Queue the day's reminders of actions."""
    return {"leaders": queue_action_reminders(work.database, work.settings, now=_now())}


def send_due(database: Database, settings: Settings, *, seconds: float | None = None) -> Worked:
    """Send what is due, whatever kind it is."""
    return work_outbox(database, settings, partial(_write, database, settings), clock=_now, seconds=seconds)


def _write(database: Database, settings: Settings, session: Session, message: OutboxMessage) -> Letter | None:
    if message.kind == Kind.ACTIONS:
        return write_action_mail(database, session, settings, message, now=_now())
    if message.kind == Kind.MEMBERS:
        return write_results_mail(session, settings, message)
    return write_survey_mail(session, settings, message, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
