"""The machine: room on the disk, a clock that is right, fonts and libraries, a backup that is not too old, https."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import RefusalError
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.operations.backup import last_backup
from assess.operations.doctor.finding import Finding, fine, note, wrong
from assess.operations.places import sqlite_file
from assess.reports.fonts import MISSING_MARK, printable
from assess.reports.pdf import render_pdf
from assess.surveys.contract import contract_of
from assess.surveys.inviting import BYTES_PER_INVITED
from assess.surveys.models import Cycle, Group
from assess.teams.models import Person

OLD_AFTER = timedelta(days=7)
_SLOW_CLOCK = timedelta(minutes=2)
"""Clocks of several machines never agree to the second."""
_SAMPLE = "Assess 0123 健康"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def examine_disk(session: Session, settings: Settings) -> Iterator[Finding]:
    """Compare the room that is left with what the running survey, or the next one, may need."""
    file = sqlite_file(settings)
    if file is None:
        yield note(_("The disk of the database server was not looked at: four times its envelopes should be free."))
        return
    asked = select(func.sum(Group.invited)).join(Cycle, Cycle.id == Group.cycle_id).where(Cycle.running.is_(True))
    invited = session.scalar(asked) or session.scalar(select(func.count()).select_from(Person)) or 0
    needed = BYTES_PER_INVITED * invited
    free = shutil.disk_usage(file.parent).free
    facts = {"free": free // 1_000_000, "needed": -(-needed // 1_000_000), "invited": invited}
    if free < needed:
        yield wrong(
            _("%(free)d MB are free; a survey of %(invited)d people may need %(needed)d MB.", **facts),
            _("A full disk in mid-cycle turns members away."),
            _("Free some room, or move the data folder to a larger disk."),
        )
    else:
        yield fine(_("%(free)d MB are free, and a survey of %(invited)d people needs at most %(needed)d MB.", **facts))


def examine_clock(session: Session, settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at the time zone and whether the clock has gone back."""
    running = session.scalar(select(Cycle).where(Cycle.running.is_(True)))
    zone = settings.time_zone if running is None else str(contract_of(running)["time_zone"])
    if running is not None and zone != settings.time_zone:
        yield wrong(
            _(
                "The contract of %(quarter)s counts in %(contract)s, but the time zone that is set is %(setting)s.",
                quarter=running.quarter,
                contract=zone,
                setting=settings.time_zone,
            ),
            _("HR and members read different closing times."),
            _("Until it is published, set %(zone)s again: ASSESS_TIME_ZONE, or the settings page.", zone=zone),
        )
    seen = max((mark for mark in session.scalars(select(Cycle.clock_mark)) if mark is not None), default=None)
    local = format_moment(now.astimezone(settings.zone))
    if seen is not None and seen > now + _SLOW_CLOCK:
        yield wrong(
            _(
                "The clock says %(now)s, but a cycle has already seen %(seen)s.",
                now=local,
                seen=format_moment(seen.astimezone(settings.zone)),
            ),
            _("Surveys close later than their contract says."),
            _("Set the clock, and keep it right with a time service such as systemd-timesyncd."),
        )
    else:
        yield fine(_("The clock says %(now)s in %(zone)s.", now=local, zone=settings.time_zone))


def examine_drawing() -> Iterator[Finding]:
    """Draw a page with both scripts."""
    why = _("No report and no sheet of codes can be drawn.")
    try:
        drawn = render_pdf(f"<!doctype html><html lang='en'><title>{_SAMPLE}</title><p>{_SAMPLE}</p>")
    except RefusalError as error:
        yield wrong(str(error), why)
        return
    if MISSING_MARK in printable(_SAMPLE) or not drawn.startswith(b"%PDF-"):
        yield wrong(
            _("The fonts inside the package cannot draw Chinese."), why, _("Install Assess again, with all its files.")
        )
    else:
        yield fine(_("Fonts and the libraries that draw PDF files are there."))


def examine_backup(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Say how old the last backup is."""
    made_at = last_backup(settings)
    why = _("A lost disk costs everything since then.")
    remedy = _("Make one every night: assess backup --out FILE")
    if made_at is None:
        yield note(_("Nothing is known of a backup made on this machine."), why, remedy)
    elif now - made_at > OLD_AFTER:
        yield wrong(_("The last backup is %(days)d days old.", days=(now - made_at).days), why, remedy)
    else:
        yield fine(_("The last backup is of %(moment)s.", moment=format_moment(made_at.astimezone(settings.zone))))


def examine_address(settings: Settings) -> Iterator[Finding]:
    """Look at the address that stands in invitations."""
    if settings.is_https:
        yield fine(_("Members reach the site over https."))
        return
    why = _("Passwords and answers travel unprotected, and browsers on other machines cannot seal answers.")
    remedy = _("Put a server with a certificate before the site, and set ASSESS_BASE_URL to its https address.")
    what = _("ASSESS_BASE_URL is %(address)s, without https.", address=settings.base_url)
    here = (urlsplit(settings.base_url).hostname or "") in _LOOPBACK
    yield note(what, why, remedy) if here else wrong(what, why, remedy)
