"""Items and outcomes: a word, or shares with their range, as the report has them."""

from collections.abc import Iterator, Sequence

from assess.releases.register import Register
from assess.releases.released import Suppressed
from assess.reports.files.model import Cell, Column, Kind, Row, Table, Withheld, Word
from assess.reports.files.nodes import Subject, subject_columns, whose
from assess.reports.present.comparison import asked_dimensions
from assess.reports.present.items import NOT_AVAILABLE, ItemFigure, figures_of, item_figure, item_word, limits_of
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import text_in
from assess.surveys.instruments import Instrument


def items(cycle: Register, subjects: Sequence[Subject], instrument: Instrument, minimum: int) -> Table:
    """Build the table: one row per team or unit and item; a sensitive outcome is in no file of a team."""
    nodes = [subject for subject in subjects if subject.is_node]
    rows = tuple(row for subject in nodes for row in _rows(cycle, subject, instrument, minimum))
    return Table("items", _("Items"), (*subject_columns(), *_columns()), rows)


def _columns() -> tuple[Column, ...]:
    high = _("Where higher is worse, the words and shares count the high answers.")
    rounded = _("To the nearest 5, so the three shares need not add up to 100.")
    return (
        Column("code", _("code"), _("Stable code of the dimension or item, for other programs."), Kind.TEXT),
        Column(
            "dimension",
            _("dimension"),
            _("The dimension the item belongs to; outcomes stand for themselves."),
            Kind.TEXT,
        ),
        Column("direction", _("reading"), high, Kind.TEXT),
        Column("label", _("short name"), _("The name of the item in the report."), Kind.TEXT),
        Column("statement", _("statement"), _("The item as it was asked."), Kind.TEXT),
        Column("word", _("in words"), _("Each word stands for at least three possible counts."), Kind.TEXT),
        Column("percent_favourable", _("favourable (%)"), rounded),
        Column("percent_low", _("favourable from (%)"), _("95% range of the favourable share.")),
        Column("percent_high", _("favourable to (%)"), _("95% range of the favourable share.")),
        Column("percent_neutral", _("neutral (%)"), rounded),
        Column("percent_unfavourable", _("unfavourable (%)"), rounded),
    )


def _rows(cycle: Register, subject: Subject, instrument: Instrument, minimum: int) -> Iterator[Row]:
    entry, organisation = subject.entry, cycle.organisation
    hidden = entry.why_not() is not None
    for dimension in asked_dimensions(instrument, organisation if hidden else entry):
        worse = None if dimension.higher_is_better else Word("higher_is_worse", _("higher is worse"))
        for figure in figures_of(entry, dimension, instrument):
            yield whose(subject) | {
                "dimension": text_in(dimension.name),
                "direction": worse,
                **_cells(figure, entry.why_not("items", figure.code), minimum),
            }
    for outcome in instrument.outcomes:
        if not outcome.sensitive and (hidden or entry.has("outcomes", outcome.code)):
            figure = item_figure(outcome, entry.part("outcomes"))
            yield whose(subject) | {
                "dimension": _("Outcomes"),
                **_cells(figure, entry.why_not("outcomes", outcome.code), minimum),
            }


def _cells(figure: ItemFigure, why: Suppressed | None, minimum: int) -> dict[str, Cell]:
    named: dict[str, Cell] = {"code": figure.code, "label": figure.label, "statement": figure.statement}
    if figure.word:
        return named | {"word": Word(figure.word, item_word(figure.word, high=figure.upside_down))}
    if figure.shares is None or figure.favourable is None:
        return named | {"word": Withheld(why or NOT_AVAILABLE, minimum)}
    low, high = limits_of(figure)
    unfavourable, neutral, _favourable = figure.shares
    return named | {
        "percent_favourable": figure.favourable,
        "percent_low": low,
        "percent_high": high,
        "percent_neutral": neutral,
        "percent_unfavourable": unfavourable,
    }
