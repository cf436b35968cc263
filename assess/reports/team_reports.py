"""From a result document to team reports as PDF: one, or all of a cycle written to a folder."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from assess.actions.catalogue import PracticeTexts, load_practices
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.releases.document import canonical_json
from assess.reports.file_names import file_names
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present import present_team, present_withheld
from assess.reports.present.figures import Node, part, withheld_reason
from assess.reports.present.pages import ContractFacts, ReportSource, TeamReport, WithheldReport
from assess.scoring.advice import AdviceDimension, AdviceSettings, Recommendation, recommend
from assess.surveys.instruments import Instrument


@dataclass(frozen=True)
class ReportedCycle:
    """One cycle of a result document with all that its reports need; figures come from the document alone."""

    cycle: Node
    history: tuple[Node, ...]  # the cycles before, oldest first
    instrument: Instrument
    source: ReportSource
    comments: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)  # node, prompt code, texts

    @property
    def label(self) -> str | None:
        """The quarter (`2026Q4`), or None for a file without cycles."""
        value = self.cycle.get("cycle")
        return None if value is None else str(value)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Teams, then units, as the document lists them."""
        return (*self.cycle["teams"], *self.cycle["units"])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all nodes, in the same order."""
        return tuple(str(node["team"]) for node in self.nodes)


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
    """Take the latest cycle of a result document (design.md 5); `command` is printed as the way to rebuild."""
    cycles: Sequence[Node] = document["cycles"]
    source = ReportSource(
        organisation=organisation,
        engine=str(document["engine"]),
        minimum=minimum,
        document_sha256=hashlib.sha256(canonical_json(dict(document))).hexdigest(),
        command=command,
        contract=contract,
    )
    return ReportedCycle(cycles[-1], tuple(cycles[:-1]), instrument, source)


def team_report(
    reported: ReportedCycle,
    team: Node,
    *,
    settings: AdviceSettings | None = None,
    already: Sequence[Sequence[str]] = (),
) -> TeamReport | WithheldReport:
    """Present one team or unit in the language of this context; `already` lists earlier recommendations."""
    if withheld_reason(team) is not None:
        return present_withheld(reported.cycle, team, reported.instrument, reported.source)
    return present_team(
        reported.cycle,
        team,
        reported.instrument,
        _recommendations(reported, team, settings or AdviceSettings(), already),
        _practices(),
        reported.source,
        history=reported.history,
        comments=reported.comments.get(str(team["team"])),
    )


def team_report_pdf(
    reported: ReportedCycle,
    team: Node,
    *,
    language: str,
    settings: AdviceSettings | None = None,
    already: Sequence[Sequence[str]] = (),
) -> bytes:
    """Draw the report of one team. Errors: RefusalError when the drawing libraries are missing."""
    with use_language(language):
        return render_pdf(report_page(team_report(reported, team, settings=settings, already=already)))


def reports_for_cycle(
    reported: ReportedCycle, out: Path, *, language: str, only: Collection[str] | None = None
) -> Iterator[WrittenReport]:
    """Write all reports of the cycle (or those of `only`) to `out`; yields after each, for a caller to show progress.

    Every file appears whole or not at all. Names are the same whether one report is written or all.
    Errors: InputError when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error
    names = file_names(reported.names, cycle=reported.label, language=language)
    named = zip(reported.nodes, names, strict=True)
    chosen = [(node, name) for node, name in named if only is None or node["team"] in only]
    for place, (node, name) in enumerate(chosen, start=1):
        path = out / name
        _write_whole(path, team_report_pdf(reported, node, language=language))
        yield WrittenReport(str(node["team"]), path, place, len(chosen))


def _recommendations(
    reported: ReportedCycle, team: Node, settings: AdviceSettings, already: Sequence[Sequence[str]]
) -> tuple[Recommendation, ...]:
    figures = part(team, "dimensions")
    dimensions = [
        AdviceDimension(d.code, tuple(i.code for i in reported.instrument.items_of(d.code)), d.higher_is_better)
        for d in reported.instrument.dimensions
        if d.code in figures
    ]
    return recommend(
        team,
        [texts.practice for texts in _practices().values()],
        dimensions=dimensions,
        settings=settings,
        already=already,
        organisation=part(reported.cycle, "organisation"),
    )


@cache
def _practices() -> Mapping[str, PracticeTexts]:
    return {texts.code: texts for texts in load_practices()}


def _write_whole(path: Path, content: bytes) -> None:
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
