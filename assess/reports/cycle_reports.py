"""Reports of a published cycle, from its frozen result document and nothing else."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.releases.store import read_frozen
from assess.reports.present.pages import ContractFacts, ReportSource
from assess.reports.team_reports import ReportedCycle, WrittenReport, reports_for_cycle
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycles import find_cycle
from assess.surveys.models import Cycle, State


def reported_cycle(session: Session, quarter: str) -> ReportedCycle:
    """Read a published cycle. RefusalError before publication: nobody sees a figure earlier."""
    cycle = find_cycle(session, quarter)
    if cycle.state != State.PUBLISHED:
        raise RefusalError(
            _("The cycle %(quarter)s is not published yet; nobody sees figures before.", quarter=quarter)
        )
    result, checksum = read_frozen(session, cycle_id=cycle.id)
    contract = contract_of(cycle)
    scores: dict[str, Any] = result["scores"]
    source = ReportSource(
        organisation=str(contract["organisation"]),
        engine=str(scores["engine"]),
        minimum=int(contract["minimum"]["answers"]),
        document_sha256=checksum,
        command=f"assess cycle report {quarter} --out reports",
        contract=contract_facts(cycle),
    )
    return ReportedCycle(scores["cycles"][0], frozenset(), frozen_instrument(cycle), source)


def contract_facts(cycle: Cycle) -> ContractFacts:
    """Take what a report prints of the contract."""
    return ContractFacts(level=cycle.level, sha256_prefix=cycle.contract_hash)


def write_cycle_reports(
    database: Database, quarter: str, out: Path, language: str, *, only: Collection[str] | None = None
) -> Iterator[WrittenReport]:
    """Write the team reports of a published cycle (of the teams `only`); yields each when its file is complete."""
    with database.reading() as session:
        reported = reported_cycle(session, quarter)
    yield from reports_for_cycle(reported, out, language=language, only=only)
