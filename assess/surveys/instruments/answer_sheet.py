"""An empty sheet for answers that were not given on screen: one column per item, one row per person."""

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from assess.localisation import LANGUAGE_NAMES
from assess.localisation import gettext as _
from assess.surveys.instruments.model import Instrument, Item, Outcome


def answer_sheet_csv(instrument: Instrument) -> bytes:
    """Give the header as CSV: `team` and the codes of all items and outcomes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(_header(instrument))
    return text.getvalue().encode()


def answer_sheet_xlsx(instrument: Instrument) -> bytes:
    """Give a workbook: the header on the first sheet, what the codes mean and the options on the second."""
    book = Workbook()
    answers = book.worksheets[0]
    answers.title = _("Answers")
    _write_row(answers, 1, _header(instrument), bold=True)
    answers.freeze_panes = "B2"
    _write_texts(book.create_sheet(_("Items")), instrument)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _header(instrument: Instrument) -> list[str]:
    return ["team", *(rating.code for rating in instrument.ratings)]


def _write_texts(sheet: Worksheet, instrument: Instrument) -> None:
    names = [LANGUAGE_NAMES[language] for language in instrument.languages]
    _write_row(sheet, 1, [_("Code"), _("Dimension"), *names, _("Options")], bold=True)
    for row, rating in enumerate(instrument.ratings, start=2):
        dimension = rating.dimension if isinstance(rating, Item) else ""
        texts = [rating.text[language] for language in instrument.languages]
        _write_row(sheet, row, [rating.code, dimension, *texts, _options(rating, instrument.languages)])
    sheet.freeze_panes = "A2"
    for column, width in zip("CDEF", [60] * (len(names) + 1), strict=False):
        sheet.column_dimensions[column].width = width


def _options(rating: Item | Outcome, languages: tuple[str, ...]) -> str:
    scale = rating.scale
    if not scale.labels:
        return _("%(lo)d to %(hi)d", lo=scale.lo, hi=scale.hi)
    lines = (
        f"{value} = " + " / ".join(scale.label(value, language) for language in languages)
        for value in scale.values_as_shown
    )
    return "\n".join(lines)


def _write_row(sheet: Worksheet, row: int, texts: list[str], *, bold: bool = False) -> None:
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(row=row, column=column, value=text)
        cell.data_type = "s"  # a text that begins with = is no formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
