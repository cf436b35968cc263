"""What a leader may know of a survey that runs for their team: what its public contract says, nothing of answers."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.pages.home import HomeEntry
from assess.localisation import current_language, format_moment, format_quarter
from assess.localisation import gettext as _
from assess.surveys.contract import contract_of
from assess.surveys.led_nodes import nodes_of_teams
from assess.surveys.models import Cycle, State
from assess.tables.labels import some


def running_survey(session: Session, team_ids: Collection[int], *, now: datetime) -> HomeEntry | None:
    """Say of the survey that runs and asks one of these teams until when it does, and when results come.

    A team that is too small alone is asked in a group with others; its leader learns what the report will be about.
    """
    cycle = session.scalar(select(Cycle).where(Cycle.running.is_(True)))
    nodes = [] if cycle is None else nodes_of_teams(session, cycle, team_ids)
    if cycle is None or not nodes:
        return None
    contract = contract_of(cycle)
    merged = {str(group["id"]) for group in contract["groups"] if len(group["teams"]) > 1}
    together = [node.name for node in nodes if node.id in merged]
    sentences = [_until(cycle, [node.name for node in nodes], ZoneInfo(str(contract["time_zone"])), now)]
    if together:
        sentences.append(
            _("Small teams are asked together: your report is about the whole of %(groups)s.", groups=some(together))
        )
    return HomeEntry(
        _("%(survey)s is running", survey=format_quarter(cycle.quarter)),
        ("" if current_language() == "zh" else " ").join(sentences),
        (f"/contract/{cycle.contract_hash}", _("Read what was promised")),
        rank=0,
    )


def _until(cycle: Cycle, names: list[str], zone: ZoneInfo, now: datetime) -> str:
    if cycle.state != State.OPEN or cycle.closes_at <= now:
        return _("It has closed. The results come to you here once HR has published them.")
    return _(
        "It asks %(teams)s and closes on %(moment)s. The results come to you here once HR has published them. Nobody "
        "knows who has answered.",
        teams=some(names),
        moment=format_moment(cycle.closes_at.astimezone(zone)),
    )
