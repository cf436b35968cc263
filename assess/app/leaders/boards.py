"""The board of actions of one node: who may open it, and what stands on it besides what the services know."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.actions.board import ActionView, Board, board_if_ready, running_on_boards
from assess.actions.catalogue import practice_by_code
from assess.actions.errors import ActionClosedError
from assess.actions.running import newest_published
from assess.app.leaders.led import reports_for_leader
from assess.app.site import database, moment
from assess.errors import RefusalError
from assess.localisation import current_language, format_quarter
from assess.localisation import gettext as _
from assess.releases.models import Withdrawal
from assess.reports.leader_pages import BoardWords, board_words
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.led_nodes import LedNode
from assess.surveys.models import Cycle, State
from assess.tasks.reading import read_once


@dataclass(frozen=True)
class BoardPage:
    """A board with its words; `board` is None while nobody has worked the proposals out."""

    node: LedNode
    quarter: str
    board: Board | None
    words: BoardWords | None
    dimensions: tuple[tuple[str, str], ...]


def led_board_or_404(account: Account, node_id: str) -> LedNode:
    """Find a node of the newest results that this account leads today.

    NotFound for every other one; ActionClosedError for one of earlier results that are not the newest any more.
    """
    with database().reading() as session:
        led = reports_for_leader(session, account)
        newest = newest_if_any(session)
    for quarter in led:
        found = next((node for node in quarter.nodes if node.id == node_id), None)
        if found is not None and newest is not None and quarter.quarter == newest.quarter:
            return found
        if found is not None:
            raise ActionClosedError(
                _("Newer results are out, in which these people form another group. Its board is under My teams.")
            )
    raise NotFound


def any_board_or_404(node_id: str) -> LedNode:
    """Find a node of the newest results, whoever leads it: for HR, who reads all boards and changes none."""
    found = next((node for node in all_boards() if node.id == node_id), None)
    if found is None:
        raise NotFound
    return found


def all_boards() -> list[LedNode]:
    """List the nodes of the newest results in the order of the tree; nothing while there are none."""
    with database().reading() as session:
        cycle = newest_if_any(session)
        if cycle is None:
            return []
        contract = contract_of(cycle)
    nodes = [*contract["units"], *(group for group in contract["groups"] if not group["own_members"])]
    return [LedNode(str(node["id"]), str(node["name"])) for node in nodes]


def newest_if_any(session: Session) -> Cycle | None:
    """Find the newest results that were not withdrawn, if there are any."""
    chosen = select(Cycle).where(Cycle.state == State.PUBLISHED, Cycle.id.not_in(select(Withdrawal.cycle_id)))
    return session.scalar(chosen.order_by(Cycle.quarter.desc()).limit(1))


def boards_in_short() -> list[tuple[LedNode, list[str]]]:
    """Say of every node of the newest results what runs on its board, and how far it is."""
    nodes = all_boards()
    if not nodes:
        return []
    with database().reading() as session:
        running = running_on_boards(session)
    return [(node, [_how_far(action) for action in running.get(node.name, ())]) for node in nodes]


def _how_far(action: ActionView) -> str:
    return _(
        "%(title)s: %(done)d of %(steps)d steps", title=action.title, done=action.steps_done, steps=len(action.steps)
    )


def board_page(node: LedNode) -> BoardPage:
    """Put a board together; nothing is stored by looking at it."""
    with database().reading() as session:
        cycle = newest_published(session)
        quarter = cycle.quarter
        dimensions = tuple(
            (each.code, each.name.get(current_language()) or each.name["en"])
            for each in frozen_instrument(cycle).dimensions
        )
    board = board_if_ready(database(), node.name, now=moment())
    reported = read_once(database(), quarter)
    entry = reported.cycle.node(node.name)
    words = None if board is None or entry is None else board_words(reported, entry)
    return BoardPage(node, quarter, board, words, dimensions)


def running_or_refusal(page: BoardPage, place: int, since: str | None = None) -> ActionView:
    """Find a running action. With `since`, the form was made for the one adopted then: no other takes its place."""
    running = () if page.board is None else page.board.running
    found = next((each for each in running if each.place == place), None)
    if found is None or (since is not None and since != stamp_of(found)):
        raise RefusalError(
            _("This action is not on the board any more: it was finished, given up, or newer results are out.")
        )
    return found


def stamp_of(action: ActionView) -> str:
    """Name an action on a form by when it was adopted."""
    return action.adopted_at.isoformat()


def notices(board: Board) -> list[str]:
    """Say what a leader should know before adopting or ticking off."""
    found = []
    if board.asked_since is not None:
        quarter = format_quarter(board.asked_since)
        found.append(
            _(
                "The survey of %(quarter)s has closed; for its verdict only steps count that were ticked off before.",
                quarter=quarter,
            )
            if board.asked_closed
            else _(
                "The survey of %(quarter)s is open: what you adopt now is judged one quarter later.", quarter=quarter
            )
        )
    aims = [each.dimension for each in board.running]
    if len(aims) > len(set(aims)) and None not in aims:
        found.append(_("Both actions aim at the same dimension; next quarter they can only be judged together."))
    return found


def knows_practice(code: str) -> bool:
    """Whether the catalogue has a practice of this code."""
    try:
        practice_by_code(code)
    except KeyError:
        return False
    return True
