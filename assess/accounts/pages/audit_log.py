"""The audit log as a page for administrators: search, page through, export."""

import io
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_admin
from assess.audit.chain import HEAD_DIGITS, verify
from assess.audit.reading import Wanted, export_entries, find_entries
from assess.audit.recording import record
from assess.audit.words import actor_words, event_groups, sentence_of
from assess.config import Settings
from assess.extensions import Database
from assess.localisation import gettext as _

audit_log = Blueprint("audit_log", __name__)

LONGEST = 100


@audit_log.get("/app/audit")
@needs(require_admin)
def show(_account: Account) -> ResponseReturnValue:
    """Show the newest entries, or those that were looked for."""
    errors: dict[str, str] = {}
    wanted = _wanted(errors)
    page = request.args.get("page", "1")
    with _database().reading() as session:
        found = find_entries(session, wanted, page=int(page) if page.isascii() and page.isdecimal() else 1)
        verified = verify(session)
    return render_template(
        "app/audit_log.html",
        rows=[
            {
                "position": entry.position,
                "moment": f"{entry.at.astimezone(_zone()):%Y-%m-%d %H:%M}",
                "actor": actor_words(entry.actor),
                "sentence": sentence_of(entry, _zone()),
            }
            for entry in found.entries
        ],
        found=found,
        typed=request.args,
        errors=errors,
        groups=event_groups(),
        head=verified.head[:HEAD_DIGITS],
        fault=verified.fault,
        fault_at=verified.position,
        older=_address(found.page + 1) if found.page < found.pages else None,
        newer=_address(found.page - 1) if found.page > 1 else None,
    )


@audit_log.post("/app/audit/export")
@needs(require_admin)
def export(_account: Account) -> ResponseReturnValue:
    """Hand out all entries as CSV; that is an entry itself."""
    text = io.StringIO(newline="")
    with _database().reading() as session:
        number = export_entries(session, Wanted(), text)
    with _database().writing() as session:
        record(session, "log.exported", entries=number)
    name = f"audit-log_{datetime.now(_zone()):%Y-%m-%d}.csv"
    return Response(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _wanted(errors: dict[str, str]) -> Wanted:
    group = request.args.get("about", "")
    return Wanted(
        text=request.args.get("search", "")[:LONGEST],
        group=group if group in event_groups() else "",
        since=_day("since", errors),
        until=_day("until", errors, after=1),
    )


def _day(name: str, errors: dict[str, str], *, after: int = 0) -> datetime | None:
    """Read a day in the organisation's zone; `after` days later for the end of it."""
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    try:
        day = date.fromordinal(date.fromisoformat(typed).toordinal() + after)
    except (ValueError, OverflowError):
        errors[name] = _("Write a day like 2026-12-01.")
        return None
    return datetime.combine(day, time.min, _zone()).astimezone(UTC)


def _address(page: int) -> str:
    kept = {name: request.args[name] for name in ("search", "about", "since", "until") if request.args.get(name)}
    return "/app/audit?" + urlencode({**kept, "page": page})


def _zone() -> ZoneInfo:
    settings: Settings = current_app.extensions["assess.settings"]
    return settings.zone


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database
