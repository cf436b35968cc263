"""The job that draws one report of a published cycle into the cache; its key hashes all that decides the bytes."""

import hashlib
from collections.abc import Mapping
from typing import Any

from assess.errors import RefusalError
from assess.jobs.wanting import Wanted
from assess.localisation import gettext as _
from assess.releases.entry import Entry
from assess.reports.cache import report_cache
from assess.reports.drawn_reports import drawn_report, report_key
from assess.reports.over_teams import Choice, over_teams_key, over_teams_pdf, read_choice
from assess.reports.pdf import give_memory_back
from assess.reports.provenance import TEAM_REPORT, TEAMS_OVER_TIME
from assess.reports.renderer import renderer_fingerprint
from assess.reports.team_reports import ReportedCycle
from assess.tables.labels import listed
from assess.tasks.reading import read_once
from assess.tasks.running import Work

REPORT = "report"
IN_A_BATCH = 10  # priority; whoever waits for a single report comes first


def wanted_report(
    reported: ReportedCycle, team: Entry | None, *, language: str, priority: int = 0, kind: str = TEAM_REPORT
) -> Wanted:
    """Say which report is wanted; that of the whole organisation has no team."""
    key = report_key(reported, team, language=language, kind=kind)
    node = None if team is None else team.name
    arguments = {"quarter": reported.label, "node": node, "language": language, "kind": kind}
    return Wanted(REPORT, key, arguments, priority=priority, version=renderer_fingerprint())


def wanted_over_time(reported: ReportedCycle, choice: Choice, *, language: str) -> Wanted:
    """Say which teams are wanted over time."""
    key = over_teams_key(reported, choice, language=language)
    arguments = {"quarter": reported.label, "node": None, "language": language, "kind": TEAMS_OVER_TIME}
    return Wanted(REPORT, key, {**arguments, "choice": choice.written()}, version=renderer_fingerprint())


def draw(work: Work) -> Mapping[str, Any]:
    """Draw the report, or find it drawn; the checksum is recorded with the job."""
    quarter, language = (str(work.claim.arguments[name]) for name in ("quarter", "language"))
    node = work.claim.arguments["node"]
    kind = str(work.claim.arguments.get("kind", TEAM_REPORT))  # a job asked for before there were others has none
    if kind == TEAMS_OVER_TIME:
        return _draw_over_time(work, quarter, language)
    for reported in (read_once(work.database, quarter), read_once(work.database, quarter, anew=True)):
        team = None if node is None else reported.cycle.node(str(node))
        known = node is None or team is not None
        if known and report_key(reported, team, language=language, kind=kind) == work.claim.key:
            cache = report_cache(work.settings)
            content = drawn_report(reported, team, language=language, cache=cache, kind=kind)
            give_memory_back()
            return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    named = read_once(work.database, quarter).source.organisation if node is None else str(node)
    raise RefusalError(_("The report of %(node)s is another one by now; ask for it again.", node=named))


def _draw_over_time(work: Work, quarter: str, language: str) -> Mapping[str, Any]:
    choice = read_choice(str(work.claim.arguments["choice"]))
    for reported in (read_once(work.database, quarter), read_once(work.database, quarter, anew=True)):
        if over_teams_key(reported, choice, language=language) == work.claim.key:
            cache = report_cache(work.settings)
            content = cache.get(work.claim.key) or over_teams_pdf(reported, choice, language=language)
            cache.put(work.claim.key, content)
            give_memory_back()
            return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    raise RefusalError(_("The report of %(node)s is another one by now; ask for it again.", node=listed(choice.teams)))
