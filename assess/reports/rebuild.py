"""Making a report again from the result document its checksum names, and saying what differs if anything does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.looks.choosing import look_with
from assess.releases.models import ResultDocument
from assess.reports.cycle_reports import reported_cycle
from assess.reports.one_pagers import one_pager_pdf
from assess.reports.organisation_report import organisation_report_pdf
from assess.reports.over_teams import over_teams_pdf, read_choice
from assess.reports.provenance import (
    ONE_PAGER,
    ORGANISATION_REPORT,
    TEAM_REPORT,
    TEAMS_OVER_TIME,
    Provenance,
    provenance_of,
)
from assess.reports.read_back import ReadBack, read_back
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import ReportedCycle, team_report_pdf, with_look
from assess.reports.told import read_told

_FROM_A_FILE = "assess report "
_SHOWN = 5


class Comparison(StrEnum):
    """How a report and its like, made again just now, compare."""

    IDENTICAL = "identical"
    """Every byte is the same."""
    RENDERER = "renderer"
    """Every number and word is the same; what draws is not."""
    SAVED = "saved"
    """Every number and word is the same, and so is what draws: the file was changed after it was written."""
    WORDS = "words"
    """Every number is the same, some words are not."""
    NUMBERS = "numbers"
    """Other numbers."""


@dataclass(frozen=True)
class Rebuilt:
    """What came out. `passages` are those that only one of the two has: (this file, made again)."""

    comparison: Comparison
    provenance: Provenance
    quarter: str
    content: bytes
    versions: tuple[tuple[str, str, str], ...] = ()  # name, then, now
    passages: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def made_from_a_file(provenance: Provenance) -> bool:
    """Say whether a report was made from a file of answers, which no database keeps."""
    return provenance.command.startswith(_FROM_A_FILE)


def rebuild(session: Session, content: bytes) -> Rebuilt:
    """Make a report again and compare.

    Errors: InputError for a file that is no report of ours; RefusalError where its result document is not here, or
    where it was made from a file.
    """
    there = read_back(content)
    provenance = provenance_of(there.information)
    if made_from_a_file(provenance):
        raise RefusalError(
            _(
                "This report was made from a file of answers, which is kept nowhere. Rebuild it with: %(command)s",
                command=provenance.command,
            )
        )
    quarter = _quarter_of(session, provenance)
    reported = with_look(reported_cycle(session, quarter), look_with(session, provenance.look))
    again = _made_again(reported, provenance, quarter)
    if again == content:
        return Rebuilt(Comparison.IDENTICAL, provenance, quarter, again)
    return _compared(there, read_back(again), provenance, quarter, again)


def _made_again(reported: ReportedCycle, provenance: Provenance, quarter: str) -> bytes:
    """Draw the report; a one-pager with what it was told then, which leaders have changed since."""
    if provenance.report == TEAMS_OVER_TIME:
        return over_teams_pdf(reported, read_choice(provenance.told), language=provenance.language)
    if provenance.report == ORGANISATION_REPORT:
        return organisation_report_pdf(reported, language=provenance.language)
    team = reported.cycle.node(provenance.node)
    if team is None or provenance.report not in {TEAM_REPORT, ONE_PAGER}:
        raise RefusalError(
            _(
                "The result of %(quarter)s knows no report like this one (%(node)s).",
                quarter=quarter,
                node=provenance.node,
            )
        )
    if provenance.report == ONE_PAGER:
        told = read_told(provenance.told)
        return one_pager_pdf(reported, team, language=provenance.language, told=told)
    return team_report_pdf(reported, team, language=provenance.language)


def _quarter_of(session: Session, provenance: Provenance) -> str:
    quarter = session.scalar(
        select(ResultDocument.quarter).where(
            ResultDocument.kind == "result",
            ResultDocument.is_published,
            ResultDocument.sha256 == provenance.result_sha256,
        )
    )
    if quarter is None:
        raise RefusalError(
            _(
                "There is no result document with the checksum %(sha256)s here; run this where the report was made, or "
                "restore a backup.",
                sha256=provenance.result_sha256,
            )
        )
    return str(quarter)


def _compared(there: ReadBack, here: ReadBack, provenance: Provenance, quarter: str, again: bytes) -> Rebuilt:
    versions = _differing(provenance.renderer, renderer_versions())
    only_there, only_here = there.passages - here.passages, here.passages - there.passages
    if there.numbers != here.numbers:
        comparison = Comparison.NUMBERS
    elif only_there or only_here:
        comparison = Comparison.WORDS
    else:
        comparison = Comparison.RENDERER if versions else Comparison.SAVED
    return Rebuilt(comparison, provenance, quarter, again, versions, (_some(only_there), _some(only_here)))


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    names = dict.fromkeys([*then, *now])
    return tuple((name, then.get(name, "–"), now.get(name, "–")) for name in names if then.get(name) != now.get(name))


def _some(passages: Counter[str]) -> tuple[str, ...]:
    return tuple(passages)[:_SHOWN]
