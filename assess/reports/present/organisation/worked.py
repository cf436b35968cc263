"""What became of actions over all teams this quarter, and which practices helped here; no team is named."""

from collections.abc import Iterator, Mapping, Sequence

from assess.actions.catalogue import PracticeTexts
from assess.actions.past import PastAction
from assess.actions.verdict_words import verdict_word
from assess.localisation import current_language
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed, Printable, Released, derived_from_all
from assess.releases.what_worked import PracticeEffect, WhatWorked
from assess.reports.charts.change_bars import ChangeRow, change_bars
from assess.reports.present.comparison import Standing
from assess.reports.present.did_it_work import past_blocks
from assess.reports.present.figures import word
from assess.reports.present.organisation.pages import ChartBlock, Finding, PracticeRow, Worked
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import listing, signed, text_in
from assess.scoring.advice.track_record import ENOUGH_ACTIONS, ENOUGH_PRACTICES
from assess.scoring.verdict import Verdict

_OWN = ""  # what a leader thought of alone: counted together, in nobody's words


def worked(
    cycle: Register,
    top: Entry | None,
    rows: Sequence[Standing],
    practices: Mapping[str, PracticeTexts],
    record: WhatWorked,
    history: Sequence[Register],
    past: Sequence[PastAction],
    withdrawn: frozenset[str] = frozenset(),
) -> Worked:
    """Count verdicts by practice and show the track record; `past` are the actions of the whole organisation."""
    verdicts = _verdicts(cycle, withdrawn)
    every = [verdict for each in verdicts.values() for verdict in each]
    return Worked(
        finding=_finding(every),
        sentences=(_counts(every),) if every else (_nothing_read(),),
        headings=(_("Practice"), *(verdict_word(verdict) for verdict in Verdict)) if every else (),
        rows=tuple(_rows(verdicts, practices)),
        record=_record(record, practices),
        rule=_rule(),
        past=() if top is None else past_blocks(cycle, top, rows, history, past),
    )


def _verdicts(cycle: Register, withdrawn: frozenset[str]) -> dict[str, list[Released[str]]]:
    """Collect the verdicts of this quarter by practice, in the order of the catalogue, own actions last."""
    found: dict[str, list[Released[str]]] = {}
    for entries in cycle.actions.values():
        for entry in entries:
            verdict = entry.word("verdict")
            if verdict is not None and word(entry, "since") not in withdrawn:
                found.setdefault(word(entry, "practice") or _OWN, []).append(verdict)
    return {code: found[code] for code in sorted(found, key=lambda code: (code == _OWN, code))}


def _rows(
    verdicts: Mapping[str, Sequence[Released[str]]], practices: Mapping[str, PracticeTexts]
) -> Iterator[PracticeRow]:
    for code, said in verdicts.items():
        name = _("Actions of teams’ own") if code == _OWN else text_in(practices[code].title)
        yield PracticeRow(name, tuple(_count(said, verdict) for verdict in Verdict))


def _count(said: Sequence[Released[str]], verdict: Verdict) -> Printable:
    same = [each for each in said if each.value == verdict]
    return derived_from_all(len, same) if same else "–"


def _finding(every: Sequence[Released[str]]) -> str:
    helped = [each for each in every if each.value == Verdict.LIKELY_HELPED]
    if not every:
        return _("No action of a team was due to be read this quarter")
    if not helped:
        return _("Of the actions read this quarter, none can be said to have helped yet")
    return _(
        "Likely helped: %(helped)s of %(count)s actions read this quarter",
        helped=derived_from_all(len, helped),
        count=derived_from_all(len, every),
    )


def _counts(every: Sequence[Released[str]]) -> str:
    return _(
        "Actions read: %(count)s. “Cannot tell yet” is the usual answer of a small team and no criticism. Teams are "
        "not named; each leader reads the verdict in their own report.",
        count=derived_from_all(len, every),
    )


def _nothing_read() -> str:
    return _("An action is read in the quarter after it was adopted, held against what would have happened anyway.")


def _rule() -> tuple[str, ...]:
    """Say in plain words when an action is said to have helped."""
    return (
        _(
            "A low score tends to rise by itself: the next one is usually nearer to the mean, whatever "
            "is done. That much is taken off."
        ),
        _("What happened to the other teams as well is no merit of the action. That is taken off, too."),
        _("What is left must be more than chance. With a team of eight, a rise of some thirty points would be seen."),
        _("Nothing is said before all steps are ticked off, and nothing about an action that aims at no dimension."),
    )


def _record(record: WhatWorked, practices: Mapping[str, PracticeTexts]) -> Finding:
    """Show how far teams with a practice went beyond what was expected, or say how much is missing."""
    if record.overall is None:
        return Finding(_("Which practices work here cannot be told yet"), (), (_missing(record),))
    effects = [(_("All practices together"), record.overall)]
    effects += [(text_in(practices[each.practice].title), each) for each in record.practices]
    chart = change_bars([_effect(name, each) for name, each in effects], language=current_language())
    helped = [name for name, each in effects[1:] if each.low.value > 0]
    return Finding(
        finding=_("Works here: %(names)s", names=listing(helped[:2])) if helped else _("No practice stands out yet"),
        blocks=(ChartBlock(_("Points beyond what was expected anyway"), chart, ()),),
        notes=(
            _(
                "Pooled over all quarters and drawn towards each other, because a few actions tell little. Bands hold "
                "in 95 of 100 cases. Teams chose their practice, so part of a difference may lie in the teams."
            ),
        ),
    )


def _effect(name: str, effect: PracticeEffect) -> ChangeRow:
    values = {
        "mean": signed(effect.mean, decimals=1),
        "low": signed(effect.low, decimals=1),
        "high": signed(effect.high, decimals=1),
    }
    return ChangeRow(
        label=name,
        note=_("actions: %(count)s", count=effect.actions),
        difference=effect.mean,
        low=effect.low,
        high=effect.high,
        text=_("%(mean)s (%(low)s to %(high)s)", **values),
        spoken=_("%(name)s: %(mean)s points beyond what was expected (%(low)s to %(high)s)", name=name, **values),
        is_good=effect.mean.value > 0,
    )


def _missing(record: WhatWorked) -> str:
    values = {"enough": Fixed(ENOUGH_ACTIONS), "practices": Fixed(ENOUGH_PRACTICES)}
    if record.actions is None:
        return _(
            "A practice is named from %(enough)s finished actions on, where at least %(practices)s practices were "
            "tried. So far none could be judged.",
            **values,
        )
    return _(
        "A practice is named from %(enough)s finished actions on, where at least %(practices)s practices were tried. "
        "So far %(count)s could be judged.",
        count=record.actions,
        **values,
    )
