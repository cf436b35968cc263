"""Teams and roster as files that import again unchanged."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.workbook.child import _WorkbookChild
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.extensions import Database
from assess.teams.fields import guarded
from assess.teams.known import known_teams
from assess.teams.reading import ROSTER_COLUMNS, TEAM_COLUMNS
from assess.teams.roster_proposal import known_people
from assess.teams.state import TEAMS

Cells = Sequence[str]
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_and_record(database: Database, kind: str, form: str) -> bytes:
    """Write the file and note in the log that it was taken, by whom and how many rows; never what is in it.

    It is written outside the transaction of the note, which nobody has to wait for.
    """
    with database.reading() as session:
        content, rows = export_file(session, kind, form)
    with database.writing() as session:
        record(session, f"{kind}.exported", rows=rows, form=form)
    return content


def export_file(session: Session, kind: str, form: str) -> tuple[bytes, int]:
    """Write the current teams or the roster as CSV (UTF-8 with a byte-order mark, for Excel) or XLSX; count the rows.

    Cells that a spreadsheet would compute are kept from it: an apostrophe before them in CSV, text by type in XLSX.
    """
    rows = list(_teams(session) if kind == TEAMS else _people(session))
    return _csv(rows) if form == CSV else _xlsx(rows, kind), len(rows) - 1


def _teams(session: Session) -> Iterator[Cells]:
    yield TEAM_COLUMNS
    teams = [team for team in known_teams(session) if team.is_current]
    names = {team.name for team in teams}
    for team in teams:
        parent = team.parent if team.parent in names else None
        founded = "" if team.founded_on is None else team.founded_on.isoformat()
        yield team.name, parent or "", team.function, founded, team.leader_email or ""


def _people(session: Session) -> Iterator[Cells]:
    yield ROSTER_COLUMNS
    for person in known_people(session):
        yield person.name, person.email or "", person.team, person.mail_language, person.chat_id


def _csv(rows: Iterable[Cells]) -> bytes:
    stream = StringIO(newline="")
    csv.writer(stream).writerows([guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _xlsx(rows: Iterable[Cells], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for letter in "ABCDE":
        sheet.column_dimensions[letter].width = 28
    for row in rows:
        sheet.append([_text_cell(sheet, cell) for cell in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text_cell(sheet: _WorkbookChild, text: str) -> Cell | None:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
