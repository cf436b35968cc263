"""What goes with the outcomes, over all people: in words and shares only where there are enough of them.

Connections, never causes, and never of a single team (measurement, section 7).
"""

from collections.abc import Iterator, Mapping, Sequence

from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.released import derived, derived_from_all
from assess.reports.charts.percent_bars import PercentRow, percent_bars
from assess.reports.present.figures import Points, word
from assess.reports.present.organisation.pages import ChartBlock, Finding
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, percent, quoted, span, text_in
from assess.scoring.rounding import down, half_up, up
from assess.surveys.instruments import Instrument

_JOINED = " + "


def outcome_drivers(drivers: Sequence[Entry], instrument: Instrument) -> Finding:
    """Build one chart per outcome; `drivers` are the entries of the organisation."""
    if not instrument.outcomes:
        return Finding(_("No outcome was asked about"), (), (_("This questionnaire has no outcomes to relate to."),))
    by_outcome = {
        outcome.code: [entry for entry in drivers if word(entry, "outcome") == outcome.code]
        for outcome in instrument.outcomes
    }
    names = {d.code: text_in(d.name) for d in instrument.dimensions}
    blocks = [
        block
        for outcome in instrument.outcomes
        if (block := _block(text_in(outcome.label), by_outcome[outcome.code], names)) is not None
    ]
    if not blocks:
        return Finding(_("What goes with the outcomes cannot be told yet"), (), (_too_few(),))
    return Finding(_finding(blocks), tuple(blocks), (_no_cause(),))


def _block(outcome: str, drivers: Sequence[Entry], names: Mapping[str, str]) -> ChartBlock | None:
    """Draw the shares of one outcome, the largest first; None below an effective 200 people."""
    rows = sorted(_rows(drivers, names), key=lambda row: -row.percent.value)
    if not rows:
        return None
    top = rows[0]
    together = [row.label for row in rows if row.high is None or row.high.value >= top.percent.value]
    n = derived_from_all(lambda sizes: int(min(sizes)), [s for e in drivers if (s := e.number("n_eff")) is not None])
    if len(together) == len(rows) and len(rows) > 1:
        said = _("%(outcome)s: no dimension stands out", outcome=quoted(outcome))
    else:
        said = _("%(outcome)s goes most with %(names)s", outcome=quoted(outcome), names=listing(together))
    return ChartBlock(
        name=said,
        chart=percent_bars(rows, language=current_language()),
        notes=(_("As if %(n)s people had answered independently.", n=n),),
    )


def _rows(drivers: Sequence[Entry], names: Mapping[str, str]) -> Iterator[PercentRow]:
    for entry in drivers:
        share, low, high = (_percent(entry, key) for key in ("weight_share", "share_low", "share_high"))
        codes = (word(entry, "dimension") or "").split(_JOINED)
        name = _JOINED.join(names.get(code, code) for code in codes)
        if share is None:
            continue
        limits = span(low, high)
        yield PercentRow(
            label=name,
            note="",
            percent=share,
            text=_("%(share)s (%(range)s)", share=percent(share), range=limits) if limits else percent(share),
            spoken=_("%(name)s: %(share)s of what is explained", name=name, share=percent(share)),
            low=low,
            high=high,
        )


def _percent(entry: Entry, key: str) -> Points | None:
    value = entry.number(key)
    if value is None:
        return None
    round_ = {"share_low": down, "share_high": up}.get(key, half_up)
    return derived(lambda shown: int(round_(100 * shown)), value)


def _finding(blocks: Sequence[ChartBlock]) -> str:
    return blocks[0].name


def _too_few() -> str:
    return _(
        "Which dimension goes with an outcome such as recommending the team is told from an effective 200 people on, "
        "counted as if they had answered independently; with fewer, the wrong one would often come first."
    )


def _no_cause() -> str:
    return _(
        "Share of what the dimensions explain together, with 95% limits. It says what goes together, not what causes "
        "what, and holds for the whole organisation, never for one team."
    )
