"""What leaders find on the home page: one card for each node they lead, with its verdict and the next thing to do."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry
from assess.actions.board import ActionView, Board, board_if_ready
from assess.app.leaders.boards import newest_if_any
from assess.app.leaders.led import reports_for_leader
from assess.app.leaders.running import running_survey
from assess.app.site import moment, settings
from assess.extensions import Database
from assess.localisation import current_language, format_day, format_quarter
from assess.localisation import gettext as _
from assess.reports.leader_pages import verdict_of
from assess.surveys.led_nodes import LedNode
from assess.tables.labels import some
from assess.tasks.reading import read_once
from assess.teams.leaders import ids_of_teams_led_by, teams_led_by


def entries_of_leaders(session: Session, account: Account) -> Iterable[HomeEntry]:
    """Say what runs for their teams, and of every led node of the newest results how it stands and what comes next."""
    if account.is_hr:
        text = _("What leaders have taken on after the last survey, with their notes; to read.")
        yield HomeEntry(_("Actions of all teams"), text, ("/app/boards", _("Look at the actions")))
    if not account.is_key_holder and not account.is_hr:  # HR finds the next step of every survey
        survey = running_survey(session, ids_of_teams_led_by(session, account.email), now=moment())
        yield from [] if survey is None else [survey]
    led = reports_for_leader(session, account)
    newest = newest_if_any(session)
    if led and newest is not None and led[0].quarter == newest.quarter:
        yield from (_card(led[0].quarter, node) for node in led[0].nodes)
    elif not account.is_key_holder and (teams := teams_led_by(session, account.email)):
        text = _("You lead %(teams)s. After each survey you find the report here.", teams=some(teams))
        yield HomeEntry(_("Your teams"), text, ("/app/reports", _("My teams")))


def _card(quarter: str, node: LedNode) -> HomeEntry:
    database: Database = current_app.extensions["assess.database"]
    reported = read_once(database, quarter)
    entry = reported.cycle.node(node.name)
    verdict = "" if entry is None else verdict_of(reported, entry)
    board = board_if_ready(database, node.name, now=moment())
    today = moment().astimezone(settings().zone).date()
    sentence, link, waits = _next(quarter, node, board, today)
    joined = ("" if current_language() == "zh" else " ").join(part for part in (verdict, sentence) if part)
    return HomeEntry(f"{node.name}\N{NO-BREAK SPACE}· {format_quarter(quarter)}", joined, link, waits)


def _next(quarter: str, node: LedNode, board: Board | None, today: date) -> tuple[str, tuple[str, str], bool]:
    """Choose the next thing: a step that is due, then choosing, then going on."""
    here = f"/app/actions/{node.id}", _("Open the board")
    read = f"/app/nodes/{quarter}/{node.id}", _("Read the results")
    if board is None:
        return _("The results are out."), read, True
    late = next(_overdue(board, today), None)
    if late is not None:
        text = _("“%(title)s” was due on %(day)s; tick off what is done.", title=late[0].title, day=format_day(late[1]))
        return text, here, True
    if not board.running:
        return _("Read the results, then choose one or two things to do."), read, True
    steps = sum(len(each.steps) for each in board.running)
    done = sum(each.steps_done for each in board.running)
    if done < steps:
        return _("Steps ticked off: %(done)d of %(steps)d.", done=done, steps=steps), here, False
    return _("All steps are ticked off."), here, False


def _overdue(board: Board, today: date) -> Iterator[tuple[ActionView, date]]:
    for each in board.running:
        if each.due_on is not None and each.due_on <= today and not each.is_done:
            yield each, each.due_on
