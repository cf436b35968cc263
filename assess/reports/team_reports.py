"""From a result document to team reports as PDF: one, or all of a cycle written to a folder."""

import contextlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from assess.actions.catalogue import PracticeTexts, load_practices
from assess.actions.frozen import FrozenActions
from assess.actions.past import PastAction
from assess.actions.proposing import proposals_for
from assess.actions.shared import SharedAction
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.looks.look import Look
from assess.releases.entry import Entry
from assess.releases.register import Register, scored_registers
from assess.releases.what_worked import WhatWorked
from assess.reports.file_names import file_names
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present import present_team, present_withheld
from assess.reports.present.pages import ContractFacts, ReportSource, TeamReport, WithheldReport
from assess.reports.provenance import TEAM_REPORT, Provenance
from assess.reports.renderer import renderer_versions
from assess.reports.told import Told
from assess.scoring.advice import AdviceSettings, Recommendation
from assess.surveys.coming import Coming
from assess.surveys.instruments import Instrument


@dataclass(frozen=True)
class ReportedCycle:
    """One cycle with all that its reports need; figures come from the registers alone.

    `actions` is what was proposed and frozen when the cycle was published; a file has none and proposes anew.
    `earlier_actions` are those of the cycles before, as far as they are frozen, oldest first. `shared` (by node) and
    `coming` are what members are told beside figures. `record` is the track record of practices up to this quarter.
    """

    cycle: Register
    history: tuple[Register, ...]  # the cycles before, oldest first
    instrument: Instrument
    source: ReportSource
    actions: FrozenActions | None = None
    earlier_actions: tuple[FrozenActions, ...] = ()
    shared: Mapping[str, tuple[SharedAction, ...]] = field(default_factory=dict)
    coming: Coming | None = None
    record: WhatWorked = field(default_factory=WhatWorked)

    def told(self, node: str) -> Told:
        """Give what the members of a node are told beside figures."""
        return Told(self.shared.get(node, ()), self.coming)

    def past(self, node: str) -> tuple[PastAction, ...]:
        """Give how earlier actions of a node were read in this cycle."""
        return () if self.actions is None else self.actions.readings(node)

    def ever(self, node: str) -> tuple[PastAction, ...]:
        """Give how they were read in this cycle and those before, oldest first."""
        return (*(each for frozen in self.earlier_actions for each in frozen.readings(node)), *self.past(node))

    @property
    def label(self) -> str | None:
        """The quarter (`2026Q4`), or None for a file without cycles."""
        return self.cycle.label

    @property
    def nodes(self) -> tuple[Entry, ...]:
        """Teams, then units, as the document lists them."""
        return self.cycle.nodes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all nodes, in the same order."""
        return tuple(node.name for node in self.nodes)


@dataclass(frozen=True)
class WrittenReport:
    """A report on disk, and how far the batch is."""

    team: str
    path: Path
    place: int
    total: int


def latest_cycle(
    document: Mapping[str, Any],
    instrument: Instrument,
    *,
    organisation: str,
    minimum: int,
    command: str,
    contract: ContractFacts | None = None,
) -> ReportedCycle:
    """Take the latest cycle of a file that was scored just now; `command` is printed as the way to rebuild."""
    *history, latest = scored_registers(document, minimum=minimum)
    source = ReportSource(
        organisation=organisation,
        engine=latest.engine,
        minimum=minimum,
        document_sha256=latest.sha256,
        command=command,
        contract=contract,
    )
    return ReportedCycle(latest, tuple(history), instrument, source)


def with_look(reported: ReportedCycle, look: Look) -> ReportedCycle:
    """Give a cycle the look its reports had when they were made."""
    return replace(reported, source=replace(reported.source, look=look))


def team_report(
    reported: ReportedCycle,
    team: Entry,
    *,
    settings: AdviceSettings | None = None,
    already: Sequence[Sequence[str]] = (),
) -> TeamReport | WithheldReport:
    """Present one team or unit in the language of this context; `already` lists earlier recommendations."""
    if team.why_not() is not None:
        return present_withheld(reported.cycle, team, reported.instrument, reported.source, reported.past(team.name))
    return present_team(
        reported.cycle,
        team,
        reported.instrument,
        recommendations_of(reported, team, settings=settings, already=already),
        known_practices(),
        reported.source,
        history=reported.history,
        past=reported.past(team.name),
        ever=reported.ever(team.name),
    )


def team_report_pdf(
    reported: ReportedCycle,
    team: Entry,
    *,
    language: str,
    settings: AdviceSettings | None = None,
    already: Sequence[Sequence[str]] = (),
) -> bytes:
    """Draw the report of one team. Errors: RefusalError when the drawing libraries are missing."""
    with use_language(language):
        page = report_page(team_report(reported, team, settings=settings, already=already))
        source = reported.source
        return render_pdf(
            page,
            Provenance(
                TEAM_REPORT,
                source.document_sha256,
                team.name,
                language,
                source.command,
                renderer_versions(),
                look=source.look.sha256,
            ),
        )


def reports_for_cycle(
    reported: ReportedCycle, out: Path, *, language: str, only: Collection[str] | None = None
) -> Iterator[WrittenReport]:
    """Write all reports of the cycle (or those of `only`) to `out`; yields after each, for a caller to show progress.

    Every file appears whole or not at all. Names are the same whether one report is written or all.
    Errors: InputError when the folder cannot be written.
    """
    make_folder(out)
    names = file_names(reported.names, cycle=reported.label, language=language)
    named = zip(reported.nodes, names, strict=True)
    chosen = [(node, name) for node, name in named if only is None or node.name in only]
    for place, (node, name) in enumerate(chosen, start=1):
        path = out / name
        write_report(path, team_report_pdf(reported, node, language=language))
        yield WrittenReport(node.name, path, place, len(chosen))


def recommendations_of(
    reported: ReportedCycle,
    team: Entry,
    *,
    settings: AdviceSettings | None = None,
    already: Sequence[Sequence[str]] = (),
    is_top: bool = False,
) -> tuple[Recommendation, ...]:
    """Give what a report proposes to a node: as frozen at publication, or chosen now for a file.

    `is_top` is the whole organisation.
    """
    if reported.actions is not None:
        return reported.actions.proposals(team.name)
    return proposals_for(
        team.displayed(),
        reported.instrument,
        settings or AdviceSettings(),
        organisation=reported.cycle.organisation.displayed(),
        already=already,
        is_top=is_top,
    )


@cache
def known_practices() -> Mapping[str, PracticeTexts]:
    """Give the texts of all practices by code."""
    return {texts.code: texts for texts in load_practices()}


def make_folder(out: Path) -> None:
    """Make the folder of the reports. Errors: InputError when it cannot be made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def write_report(path: Path, content: bytes) -> None:
    """Write under a passing name, then rename: a reader or a crash never meets half a file."""
    passing = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with passing.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        passing.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            passing.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        _(
            "%(file)s cannot be written (%(what)s); name another folder with --out.",
            file=str(path),
            what=error.strerror or type(error).__name__,
        )
    )
