"""The scores of earlier quarters beside this one, with what breaks a line."""

from collections.abc import Iterator, Sequence

from assess.releases.register import Register
from assess.reports.files.model import Cell, Column, Kind, Row, Table, Withheld, Word
from assess.reports.files.nodes import Subject, quarter_word, subject_columns, whose
from assess.reports.present.comparison import asked_dimensions
from assess.reports.present.figures import OVERALL
from assess.reports.present.history import Break, Moment, line_of
from assess.reports.present.over_time import MOST
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import text_in
from assess.surveys.instruments import Instrument


def quarters(
    history: Sequence[Register], cycle: Register, subjects: Sequence[Subject], instrument: Instrument, minimum: int
) -> Table:
    """Build the table: one row per team or unit, dimension and quarter; empty without an earlier quarter.

    A node of which nothing is shown this quarter has no line, as in its report.
    """
    shown = [subject for subject in subjects if subject.is_node and subject.entry.why_not() is None]
    rows = tuple(row for subject in shown for row in _rows(history, cycle, subject, instrument, minimum))
    return Table("quarters", _("Over time"), (*subject_columns(), *_columns()), rows if history else ())


def _columns() -> tuple[Column, ...]:
    usual = _("95% range for comparing teams and quarters.")
    return (
        Column("code", _("code"), _("Stable code of the dimension or item, for other programs."), Kind.TEXT),
        Column("dimension", _("dimension"), _("Team health is the overall score."), Kind.TEXT),
        Column("quarter", _("quarter"), _("The quarter of the score."), Kind.TEXT),
        Column("score_100", _("score"), _("0 to 100 points; not a percentage.")),
        Column("compare_low_100", _("usual range from"), usual),
        Column("compare_high_100", _("usual range to"), usual),
        Column(
            "new_line",
            _("new line"),
            _("Other teams or other questions than before; earlier quarters cannot be compared."),
            Kind.TEXT,
        ),
    )


def _rows(
    history: Sequence[Register], cycle: Register, subject: Subject, instrument: Instrument, minimum: int
) -> Iterator[Row]:
    lines = [(d.code, text_in(d.name)) for d in asked_dimensions(instrument, subject.entry)]
    if subject.entry.why_not(OVERALL) is None:
        lines.insert(0, (OVERALL, _("Team health")))
    for code, name in lines:
        for moment in line_of(history[-(MOST - 1) :], cycle, subject.name, code, instrument):
            yield whose(subject) | {"code": code, "dimension": name} | _cells(moment, minimum)


def _cells(moment: Moment, minimum: int) -> dict[str, Cell]:
    quarter: dict[str, Cell] = {"quarter": quarter_word(moment.quarter)}
    if moment.score is None:
        return quarter | {"score_100": _why(moment, minimum)}
    return quarter | {
        "score_100": moment.score.score,
        "compare_low_100": moment.score.compare_low,
        "compare_high_100": moment.score.compare_high,
        "new_line": None if moment.broken is None else _broken(moment.broken),
    }


def _why(moment: Moment, minimum: int) -> Cell:
    if moment.reason is None:
        return Word("no_group", _("not asked as a group of its own"))
    return Withheld(moment.reason, moment.minimum or minimum)


def _broken(why: Break) -> Word:
    return Word(why.value, _("other teams") if why is Break.TEAMS else _("other questions"))
