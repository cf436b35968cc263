"""Reports of a published cycle, from its frozen result document and nothing else."""

from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from assess.actions.frozen import actions_if_frozen
from assess.actions.shared import shared_actions
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.looks.choosing import look_in_use
from assess.releases.register import Register, open_register
from assess.releases.what_worked import what_worked
from assess.reports.organisation_report import write_organisation_report
from assess.reports.present.history import item_sets
from assess.reports.present.over_time import MOST
from assess.reports.present.pages import ContractFacts, ReportSource
from assess.reports.team_reports import ReportedCycle, WrittenReport, reports_for_cycle
from assess.surveys.coming import coming_after
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycles import find_cycle
from assess.surveys.earlier import published_before
from assess.surveys.models import Cycle, State
from assess.surveys.same_nodes import register_as_now, same_nodes

_EVERY = 400  # quarters: more than a century


def reported_cycle(session: Session, quarter: str) -> ReportedCycle:
    """Read a published cycle. RefusalError before publication: nobody sees a figure earlier."""
    cycle = find_cycle(session, quarter)
    if cycle.state != State.PUBLISHED:
        raise RefusalError(
            _("The cycle %(quarter)s is not published yet; nobody sees figures before.", quarter=quarter)
        )
    contract = contract_of(cycle)
    register = open_register(session, cycle_id=cycle.id, item_sets=_item_sets(cycle), comments=True, actions=True)
    actions = actions_if_frozen(session, cycle)
    history = [(before, _as_now(session, before, cycle)) for before in published_before(session, cycle, most=MOST - 1)]
    frozen = [each for before, _register in history if (each := actions_if_frozen(session, before)) is not None]
    source = ReportSource(
        organisation=str(contract["organisation"]),
        engine=register.engine,
        minimum=int(contract["minimum"]["answers"]),
        document_sha256=register.sha256,
        command=f"assess cycle report {quarter} --out reports",
        contract=contract_facts(cycle),
        earlier_sha256=tuple((before.quarter, earlier.sha256) for before, earlier in history),
        look=look_in_use(session),
        actions_sha256="" if actions is None else actions.sha256,
        earlier_actions_sha256=tuple(each.sha256 for each in frozen),
    )
    earlier = tuple(earlier for _cycle, earlier in history)
    judged = [(each.id, each.quarter) for each in [*published_before(session, cycle, most=_EVERY), cycle]]
    return ReportedCycle(
        register,
        earlier,
        frozen_instrument(cycle),
        source,
        actions,
        tuple(frozen),
        shared=shared_actions(session, cycle),
        coming=coming_after(session, cycle),
        record=what_worked(session, judged),
    )


def _as_now(session: Session, before: Cycle, now: Cycle) -> Register:
    """Read an earlier cycle under the names of this one."""
    register = open_register(session, cycle_id=before.id, item_sets=_item_sets(before))
    return register_as_now(register, same_nodes(before, now))


def _item_sets(cycle: Cycle) -> dict[str, frozenset[str]]:
    """Read them from the questionnaire as it was; nothing is known where it can no longer be read."""
    try:
        return item_sets(frozen_instrument(cycle))
    except RefusalError:
        return {}


def contract_facts(cycle: Cycle) -> ContractFacts:
    """Take what a report prints of the contract."""
    promised = contract_of(cycle).get("readers", {}).get("organisation_report", ())
    return ContractFacts(
        level=cycle.level, sha256_prefix=cycle.contract_hash, head_reads_all="leader_of_the_root" in promised
    )


def write_cycle_reports(
    database: Database, quarter: str, out: Path, language: str, *, only: Collection[str] | None = None
) -> Iterator[WrittenReport]:
    """Write the team reports of a published cycle (of the teams `only`); yields each when its file is complete."""
    with database.reading() as session:
        reported = reported_cycle(session, quarter)
    yield from reports_for_cycle(reported, out, language=language, only=only)


def write_cycle_organisation_report(database: Database, quarter: str, out: Path, language: str) -> Path:
    """Write the report of the whole organisation of a published cycle; returns where."""
    with database.reading() as session:
        reported = reported_cycle(session, quarter)
    return write_organisation_report(reported, out, language=language)
