"""What the settings page shows: each part in finished words, whoever asks for it and after whatever was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from flask import current_app, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.app import site
from assess.app.in_force import InForce
from assess.config import CHOOSABLE, MINIMUM_FLOOR, Settings
from assess.errors import AssessError
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.queue import WorkQueue
from assess.localisation import current_language, format_day, format_moment, format_quarter
from assess.localisation import gettext as _
from assess.looks.choosing import look_in_use
from assess.looks.look import ACCENT
from assess.organisation.in_force import text_of
from assess.organisation.values import MINIMUM_CEILING
from assess.surveys.holders.people import HolderState, list_holders
from assess.surveys.models import Cycle
from assess.tables.labels import listed

SEEN_LATELY = timedelta(minutes=2)
"""A worker that lives is seen every minute."""


@dataclass(frozen=True)
class Said:
    """What the page says about what was just sent: about which part, and what is wrong with which field."""

    part: str = ""
    done: str = ""
    refusal: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """One setting as the page shows it; `fixed` is the variable that fixes it, or nothing."""

    name: str
    value: str
    typed: str
    fixed: str
    error: str


def settings_page(account: Account, said: Said | None = None) -> str:
    """Draw the page."""
    said = said or Said()
    settings, database = site.settings(), site.database()
    with database.reading() as session:
        running = session.scalar(select(Cycle.quarter).where(Cycle.running.is_(True)))
        holders = [_holder(settings, each) for each in list_holders(session)]
        look = look_in_use(session)
        jobs = _jobs(session)
    shown = {name: _shown(settings, said, name) for name in CHOOSABLE}
    found: InForce = current_app.extensions["assess.in_force"]
    return render_template(
        "app/settings.html",
        said=said,
        shown=shown,
        running=None if running is None else format_quarter(running),
        holders=holders,
        chosen_look=look,
        product_accent=ACCENT,
        has_heavy_logo=look.logo is not None and not found.look.logo,
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc")),
        floor=MINIMUM_FLOOR,
        ceiling=MINIMUM_CEILING,
        provider=settings.oidc_issuer,
        provider_name=settings.oidc_name,
        mail=settings.mail,
        my_address=account.email,
        work=_work(settings),
        jobs=jobs,
        language=current_language(),
    )


def _shown(settings: Settings, said: Said, name: str) -> Shown:
    value = text_of(settings, name)
    fixed = CHOOSABLE[name] if name in settings.fixed else ""
    return Shown(name, value, value if fixed else said.typed.get(name, value), fixed, said.errors.get(name, ""))


def _holder(settings: Settings, holder: HolderState) -> dict[str, str]:
    if not holder.is_active:
        state = _("deactivated")
    elif holder.ready_since is None:
        state = _("key not set up")
    else:
        state = _("key ready since %(day)s", day=format_day(holder.ready_since.astimezone(settings.zone)))
        state += " · " + (_("code not tried yet") if holder.tested_at is None else _("code tried"))
    return {"name": holder.name, "email": holder.email, "state": state}


def _jobs(session: Session) -> dict[str, int]:
    counts = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    found = {str(state): int(number) for state, number in counts}
    return {state: found.get(state, 0) for state in (JobState.WAITING, JobState.RUNNING, JobState.FAILED)}


def _work(settings: Settings) -> list[dict[str, str]]:
    """Say of each queue who works on it; a queue that cannot be reached is said so."""
    now = datetime.now(UTC)
    names = {
        Queue.DEFAULT: _("Reports and batches"),
        Queue.KEEPER: _("Closing in time and mail, beside the keys"),
    }
    return [{"name": name, "state": _seen(settings, queue, now)} for queue, name in names.items()]


def _seen(settings: Settings, queue: Queue, now: datetime) -> str:
    try:
        calls = WorkQueue(settings, queue)
    except AssessError as error:
        return str(error)
    try:
        if not calls.is_reachable():
            return _("The queue does not answer.")
        workers = calls.workers(now=now)
    finally:
        calls.close()
    if not workers:
        return _("No worker has been seen in the last week. Start one with: assess serve, or assess worker")
    lately = [name for name, at in workers.items() if now - at < SEEN_LATELY]
    if lately:
        return _("Workers are there, on %(hosts)s.", hosts=listed(lately))
    last = max(workers.values())
    moment = format_moment(last.astimezone(settings.zone))
    return _("No worker is there now; the last one was seen at %(moment)s.", moment=moment)
