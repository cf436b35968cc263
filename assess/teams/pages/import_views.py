"""The views of imports: send a file, look at what it would change, import it, take it back, export."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from assess.accounts.models import Account
from assess.accounts.pages.home import home_entries
from assess.accounts.pages.rights import needs, require_hr
from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.tables.uploads import MOST_BYTES
from assess.teams import waiting
from assess.teams.agreeing import Agreement, NotAgreedError
from assess.teams.asking import questions_of
from assess.teams.columns import COLUMNS, column_for_reader
from assess.teams.exporting import CONTENT_TYPES, export_and_record
from assess.teams.fields import FaultyFileError, RowError
from assess.teams.founding import teams_begun_with
from assess.teams.importing import last_import, undo_import
from assess.teams.models import Person, Team
from assess.teams.state import ROSTER
from assess.teams.telling import outcome_of, sections_of

imports = Blueprint("imports", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409
_ID_DIGITS, _STATE_DIGITS = 32, 64
_FORM_BYTES = 100_000
_SHOWN_ALIKE = 100


@imports.before_request
def allow_more_where_files_come_in() -> None:
    """Raise the limit of what is sent for the one view that takes files; rights are checked before it is read."""
    if request.endpoint == "imports.send":
        request.max_content_length = MOST_BYTES + _FORM_BYTES


@imports.get("/app/import/<any(roster, teams):kind>")
@needs(require_hr)
def overview(account: Account, kind: str) -> ResponseReturnValue:
    """Show what there is, what the last import did and what comes next, and where a file can be sent."""
    waits = [each for each in home_entries(account) if each.is_waiting] if "imported" in request.args else []
    return _overview(kind, next_link=next((each.link for each in waits if each.link), None))


@imports.post("/app/import/<any(roster, teams):kind>")
@needs(require_hr)
def send(account: Account, kind: str) -> ResponseReturnValue:
    """Take a file; one with errors is not kept, and all of them are shown."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _overview(kind, wrong_file=_("Choose a file first.")), CANNOT_BE_TAKEN
    try:
        waiting.send_file(_database(), account.id, kind, file.read(), name=file.filename, now=_now())
    except FaultyFileError as error:
        return _overview(kind, faulty=error), CANNOT_BE_TAKEN
    except InputError as error:
        return _overview(kind, wrong_file=str(error)), CANNOT_BE_TAKEN
    return redirect(f"/app/import/{kind}/preview", 303)


@imports.get("/app/import/<any(roster, teams):kind>/preview")
@needs(require_hr)
def preview(account: Account, kind: str) -> ResponseReturnValue:
    """Show what the file that waits would change."""
    return _preview(account, kind)


@imports.post("/app/import/<any(roster, teams):kind>/preview")
@needs(require_hr)
def confirm(account: Account, kind: str) -> ResponseReturnValue:
    """Import the file that waits, as it was previewed; a second click leads to the same page."""
    import_id, state = _hex("import", _ID_DIGITS), _hex("state", _STATE_DIGITS)
    try:
        waiting.import_waiting_file(
            _database(),
            account.id,
            kind,
            import_id,
            state=state,
            renamed=frozenset(request.form.getlist("renamed")),
            agreed=frozenset(request.form.getlist("agreed")),
            by=account.email,
            now=_now(),
        )
    except NotAgreedError as error:
        return _preview(account, kind, error.missing)
    except waiting.OutdatedPreviewError:
        return redirect(f"/app/import/{kind}/preview?changed", 303)
    except FaultyFileError as error:
        return _overview(kind, faulty=error), CANNOT_BE_TAKEN
    return redirect(f"/app/import/{kind}?imported", 303)


@imports.post("/app/import/<any(roster, teams):kind>/discard")
@needs(require_hr)
def discard(account: Account, kind: str) -> ResponseReturnValue:
    """Throw the file that waits away."""
    waiting.discard_file(_database(), account.id, kind)
    waiting.rewrite_copies(_database())
    return redirect(f"/app/import/{kind}", 303)


@imports.post("/app/import/<any(roster, teams):kind>/undo")
@needs(require_hr)
def undo(_account: Account, kind: str) -> ResponseReturnValue:
    """Take the last import back."""
    try:
        undo_import(_database(), kind, import_id=_hex("import", _ID_DIGITS))
    except RefusalError as error:
        return _overview(kind, str(error)), CONFLICT
    return redirect(f"/app/import/{kind}?undone", 303)


@imports.post("/app/import/<any(roster, teams):kind>/<any(csv, xlsx):form>")
@needs(require_hr)
def export(_account: Account, kind: str, form: str) -> ResponseReturnValue:
    """Hand out what there is, as a file that imports again; it is sent like a form, because the log notes it."""
    content = export_and_record(_database(), kind, form)
    headers = {"Content-Disposition": f"attachment; filename={kind}.{form}"}
    return Response(content, content_type=CONTENT_TYPES[form], headers=headers)


def _preview(account: Account, kind: str, missing: Collection[Agreement] = ()) -> ResponseReturnValue:
    """Draw what would change; where a yes is missing, with its message and what else had been ticked."""
    try:
        found = waiting.waiting_file(_database(), account.id, kind, now=_now())
    except FaultyFileError as error:
        return _overview(kind, faulty=error), CANNOT_BE_TAKEN
    if found is None:
        return redirect(f"/app/import/{kind}?gone", 303)
    proposal = found.proposal
    page = render_template(
        "app/import_preview.html",
        kind=kind,
        import_id=found.id.hex(),
        state=found.state.hex(),
        notices=proposal.file.notices,
        outcome=outcome_of(proposal),
        sections=sections_of(proposal),
        questions=questions_of(proposal),
        missing=missing,
        agreed=request.form.getlist("agreed"),
        alike=proposal.alike[:_SHOWN_ALIKE],
        alike_others=len(proposal.alike[_SHOWN_ALIKE:]),
        maybe_renamed=getattr(proposal, "maybe_renamed", ()),
        renamed=request.form.getlist("renamed") if missing else None,
        gone_with_people=bool(getattr(proposal, "gone_with_people", ())),
        changed="changed" in request.args,
    )
    return page, (CANNOT_BE_TAKEN if missing else 200)


def _overview(
    kind: str,
    refusal: str = "",
    *,
    wrong_file: str = "",
    faulty: FaultyFileError | None = None,
    next_link: tuple[str, str] | None = None,
) -> str:
    """Draw the page: what is wrong with a file stands beside its field, or row by row in a list that has the focus."""
    settings: Settings = current_app.extensions["assess.settings"]
    with _database().reading() as session:
        last = last_import(session, kind)
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        begun = 0 if last is None or kind != ROSTER else len(teams_begun_with(session, last.id))
        teams = session.scalar(select(func.count()).select_from(Team).where(Team.is_current)) or 0
    done_at = "" if last is None else format_moment(last.done_at.astimezone(settings.zone))
    return render_template(
        "app/import.html",
        kind=kind,
        columns={column: column_for_reader(column) for column in COLUMNS},
        refusal=refusal,
        wrong_file=wrong_file,
        errors=[] if faulty is None else [_shown(error, faulty.headings) for error in faulty.shown],
        error_count=0 if faulty is None else len(faulty.errors),
        last=last,
        begun=begun,
        done_at=done_at,
        people=people,
        teams=teams,
        said=next((word for word in ("imported", "undone", "gone") if word in request.args), ""),
        next_link=next_link,
    )


def _shown(error: RowError, headings: Mapping[str, str]) -> tuple[str, str, str]:
    """Put an error into the words of the page: where, what, and the row as it was read."""
    if error.row is None:
        return "", error.what, ""
    begins_with_address = "@" in error.what.partition(" ")[0]
    what = error.what if begins_with_address else error.what[:1].upper() + error.what[1:]
    if error.column is None:
        return _("Row %(row)d", row=error.row), what, error.cells
    return (
        _("Row %(row)d, column %(column)s", row=error.row, column=headings.get(error.column, error.column)),
        what,
        error.cells,
    )


def _hex(name: str, digits: int) -> bytes:
    """Read bytes from a hidden field; what is none of ours becomes bytes that fit nothing."""
    text = request.form.get(name, "")
    try:
        return bytes.fromhex(text) if len(text) == digits else b""
    except ValueError:
        return b""


def _database() -> Database:
    database: Database = current_app.extensions["assess.database"]
    return database


def _now() -> datetime:
    return datetime.now(UTC)
