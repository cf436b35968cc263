"""Reports of a published cycle, from its frozen result document and nothing else."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.releases.models import ResultDocument
from assess.releases.store import read_frozen
from assess.reports.present.figures import Node
from assess.reports.present.history import item_sets
from assess.reports.present.over_time import MOST
from assess.reports.present.pages import ContractFacts, ReportSource
from assess.reports.team_reports import ReportedCycle, WrittenReport, reports_for_cycle
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycles import find_cycle
from assess.surveys.earlier import published_before
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
    before_it = published_before(session, cycle, most=MOST - 1)
    earlier = [(before, *read_frozen(session, cycle_id=before.id)) for before in before_it]
    scores: dict[str, Any] = result["scores"]
    source = ReportSource(
        organisation=str(contract["organisation"]),
        engine=str(scores["engine"]),
        minimum=int(contract["minimum"]["answers"]),
        document_sha256=checksum,
        command=f"assess cycle report {quarter} --out reports",
        contract=contract_facts(cycle),
        earlier_sha256=tuple((before.quarter, sha256) for before, _result, sha256 in earlier),
    )
    history = tuple(_reported(before, document) for before, document, _sha256 in earlier)
    return ReportedCycle(_reported(cycle, result), history, frozen_instrument(cycle), source, _comments(session, cycle))


def _reported(cycle: Cycle, result: Mapping[str, Any]) -> Node:
    """Add to the entry of a cycle what decides whether a line goes on: who was in a group, which items were asked."""
    return {
        **result["scores"]["cycles"][0],
        "groups": result["groups"],
        "minimum": result["minimum"]["answers"],
        "item_sets": _item_sets(cycle),
    }


def _comments(session: Session, cycle: Cycle) -> Mapping[str, Mapping[str, list[str]]]:
    """Read the released comments; they are deleted earlier than the figures, so there may be none any more."""
    kept = select(ResultDocument.id).where(ResultDocument.cycle_id == cycle.id, ResultDocument.kind == "comments")
    if session.scalar(kept) is None:
        return {}
    document, _checksum = read_frozen(session, cycle_id=cycle.id, kind="comments")
    comments: Mapping[str, Mapping[str, list[str]]] = document["comments"]
    return comments


def _item_sets(cycle: Cycle) -> dict[str, frozenset[str]]:
    """Read them from the questionnaire as it was; nothing is known where it can no longer be read."""
    try:
        return item_sets(frozen_instrument(cycle))
    except RefusalError:
        return {}


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
