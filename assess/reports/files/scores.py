"""The overall score and the dimensions: score, ranges, standing, agreement, change and trend, row by row."""

from collections.abc import Iterator, Sequence

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.files.model import Cell, Column, Kind, Row, Table, Withheld, Word
from assess.reports.files.nodes import Subject, quarter_word, subject_columns, whose
from assess.reports.present.changes import change_of, change_word
from assess.reports.present.comparison import asked_dimensions, place_word, standings
from assess.reports.present.dimensions import spread_sentence
from assess.reports.present.figures import FULL, OVERALL, Score, path_of, score_in
from assess.reports.present.items import NOT_AVAILABLE
from assess.reports.present.saying import gettext as _
from assess.reports.present.trends import DOWN, NO_CLEAR_TREND, UP, trend_of
from assess.reports.present.words import band_code, band_word, text_in
from assess.surveys.instruments import Dimension, Instrument


def scores(cycle: Register, subjects: Sequence[Subject], instrument: Instrument, minimum: int) -> Table:
    """Build the table: one row per subject and dimension, the overall score first."""
    rows = tuple(row for subject in subjects for row in _rows(cycle, subject, instrument, minimum))
    columns = (*subject_columns(), *_columns(), *_standing_columns(), *_change_columns(), *_trend_columns())
    return Table("scores", _("Scores"), columns, rows)


def _columns() -> tuple[Column, ...]:
    return (
        Column("code", _("code"), _("Stable code of the dimension or item, for other programs."), Kind.TEXT),
        Column("dimension", _("dimension"), _("Team health is the overall score."), Kind.TEXT),
        Column("n", _("answers"), _("How many people answered.")),
        Column("score_100", _("score"), _("0 to 100 points; not a percentage.")),
        Column("band", _("band"), _("A convention, not a norm."), Kind.TEXT),
        Column("low_100", _("own range from"), _own_meaning()),
        Column("high_100", _("own range to"), _own_meaning()),
        Column("compare_low_100", _("usual range from"), _usual_meaning()),
        Column("compare_high_100", _("usual range to"), _usual_meaning()),
    )


def _own_meaning() -> str:
    return _("95% range of what the score would be if everybody had answered.")


def _usual_meaning() -> str:
    return _("95% range for comparing teams and quarters.")


def _standing_columns() -> tuple[Column, ...]:
    return (
        Column("organisation_100", _("organisation"), _("The score of all shown groups together.")),
        Column("place", _("beside the organisation"), _("Said only where chance alone would seldom do it."), Kind.TEXT),
        Column(
            "percent_favourable",
            _("favourable (%)"),
            _("Share of the two highest options, to the nearest 5; where higher is worse, of high answers."),
        ),
        Column("spread", _("agreement"), _("Whether people see it alike."), Kind.TEXT),
    )


def _change_columns() -> tuple[Column, ...]:
    meaning = _("95% range of the change.")
    return (
        Column("since", _("compared with"), _("The earlier quarter that the change starts from."), Kind.TEXT),
        Column("change_100", _("change"), _("In points, computed before rounding."), Kind.SIGNED),
        Column("change_low_100", _("change from"), meaning, Kind.SIGNED),
        Column("change_high_100", _("change to"), meaning, Kind.SIGNED),
        Column("change_word", _("direction"), _("Said only where noise alone would seldom do it."), Kind.TEXT),
        Column("visible_change_100", _("visible change"), _("A change of this size would usually be seen here.")),
    )


def _trend_columns() -> tuple[Column, ...]:
    meaning = _("95% range of the trend.")
    return (
        Column("trend_quarters", _("quarters of the trend"), _("At least five on one line.")),
        Column("trend_slope_100", _("trend a quarter"), _("Points a quarter."), Kind.HALVES),
        Column("trend_low_100", _("trend from"), meaning, Kind.HALVES),
        Column("trend_high_100", _("trend to"), meaning, Kind.HALVES),
        Column("trend_word", _("trend"), _("Told where the range leaves out 0."), Kind.TEXT),
    )


def _rows(cycle: Register, subject: Subject, instrument: Instrument, minimum: int) -> Iterator[Row]:
    entry = subject.entry
    asked = asked_dimensions(instrument, cycle.organisation if entry.why_not() else entry)
    places = {row.dimension.code: row for row in standings(entry, cycle.organisation, instrument)}
    is_whole = not subject.is_node or entry.number("n") == cycle.organisation.number("n")
    if cycle.organisation.has(OVERALL) and (subject.is_node or entry.has(OVERALL)):
        yield _row(cycle, subject, OVERALL, _("Team health"), None, minimum, is_whole=is_whole)
    for dimension in asked:
        row = dict(_row(cycle, subject, dimension.code, text_in(dimension.name), dimension, minimum, is_whole=is_whole))
        standing = places.get(dimension.code)
        if standing is not None and standing.place is not None and subject.is_node:
            row["place"] = Word(standing.place, place_word(standing.place))
        yield row


def _row(
    cycle: Register,
    subject: Subject,
    code: str,
    name: str,
    dimension: Dimension | None,
    minimum: int,
    *,
    is_whole: bool,
) -> Row:
    entry = subject.entry
    score = score_in(entry, code)
    reference = None if is_whole else score_in(cycle.organisation, code)
    row: dict[str, Cell] = whose(subject) | {
        "code": code,
        "dimension": name,
        "organisation_100": None if reference is None else reference.score,
    }
    if score is None:
        why = Withheld(entry.why_not(*path_of(code)) or NOT_AVAILABLE, minimum)
        return row | dict.fromkeys(("n", "score_100", "low_100", "high_100"), why)
    row |= _score_cells(score, dimension) | _change_cells(entry, code) | _trend_cells(entry, code)
    if dimension is not None and score.percent_favourable is None and subject.is_node:
        why_not = entry.why_not("dimensions", code, "percent_favourable")
        row["percent_favourable"] = None if why_not is None else Withheld(why_not, FULL)
    return row


def _score_cells(score: Score, dimension: Dimension | None) -> dict[str, Cell]:
    is_better = dimension is None or dimension.higher_is_better
    band = band_code(score.score)
    return {
        "n": score.n,
        "score_100": score.score,
        "band": Word(band, band_word(band)) if is_better else Word("higher_is_worse", _("higher is worse")),
        "low_100": score.low,
        "high_100": score.high,
        "compare_low_100": score.compare_low,
        "compare_high_100": score.compare_high,
        "percent_favourable": score.percent_favourable,
        "spread": None if score.spread_word is None else Word(score.spread_word, spread_sentence(score)),
    }


def _change_cells(entry: Entry, code: str) -> dict[str, Cell]:
    change = change_of(entry, code)
    if change is None:
        return {}
    return {
        "since": quarter_word(change.since),
        "change_100": change.difference,
        "change_low_100": change.low,
        "change_high_100": change.high,
        "change_word": Word(change.word, change_word(change)),
        "visible_change_100": change.visible,
    }


def _trend_cells(entry: Entry, code: str) -> dict[str, Cell]:
    trend = trend_of(entry, code)
    if trend is None:
        return {}
    said = {UP: _("▲ rising"), DOWN: _("▼ falling"), NO_CLEAR_TREND: _("no clear trend")}[trend.word]
    return {
        "trend_quarters": trend.quarters,
        "trend_slope_100": trend.slope,
        "trend_low_100": trend.low,
        "trend_high_100": trend.high,
        "trend_word": Word(trend.word, said),
    }
