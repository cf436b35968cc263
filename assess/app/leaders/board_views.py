"""The board of actions: look at it, adopt, tick off, show to members, give up. HR looks, and changes nothing."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.models import Account
from assess.accounts.pages.forms import first_errors
from assess.accounts.pages.rights import needs, require_hr, signed_in_account
from assess.actions import adopting, keeping
from assess.actions.board import newest_document
from assess.actions.catalogue import practice_by_code
from assess.actions.frozen import actions_if_frozen
from assess.actions.running import newest_published
from assess.app.leaders.board_forms import AdoptForm, OwnForm, lines, read_date
from assess.app.leaders.boards import (
    BoardPage,
    any_board_or_404,
    board_page,
    boards_in_short,
    knows_practice,
    led_board_or_404,
    notices,
    running_or_refusal,
    stamp_of,
)
from assess.app.leaders.catalogue_list import topics_for
from assess.app.site import database, moment, settings
from assess.errors import AssessError
from assess.localisation import current_language, format_day, format_quarter
from assess.reports.present.advice import effort_word, owner_word, span_word

boards = Blueprint("boards", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409
_ONE = "/app/actions/<node_id>"
_STEPS = f"{_ONE}/<int:place>/<any(tick, untick, show, hide, drop):what>"


@boards.get(_ONE)
@needs(signed_in_account)
def board(account: Account, node_id: str) -> ResponseReturnValue:
    """Show the board of a node this account leads."""
    return _board_page(board_page(led_board_or_404(account, node_id)), may_change=True)


@boards.get("/app/boards")
@needs(require_hr)
def every_board(_account: Account) -> ResponseReturnValue:
    """List all boards of the newest results."""
    every = boards_in_short()
    with_action = sum(bool(running) for _node, running in every)
    return render_template("app/boards.html", boards=every, with_action=with_action)


@boards.get("/app/boards/<node_id>")
@needs(require_hr)
def board_of_others(_account: Account, node_id: str) -> ResponseReturnValue:
    """Show the board of any node, to read."""
    return _board_page(board_page(any_board_or_404(node_id)), may_change=False)


@boards.post(f"{_ONE}/prepare")
@needs(signed_in_account)
def prepare(account: Account, node_id: str) -> ResponseReturnValue:
    """Work out what is proposed to all nodes of the newest results, where publication has not done so."""
    led_board_or_404(account, node_id)
    newest_document(database(), now=moment())
    return _back(node_id)


@boards.get(f"{_ONE}/adopt/<practice>")
@needs(signed_in_account)
def adopt_page(account: Account, node_id: str, practice: str) -> ResponseReturnValue:
    """Show a practice in full, with who looks after it and by when."""
    return _adopt_page(board_page(led_board_or_404(account, node_id)), practice, AdoptForm(), {})


@boards.post(f"{_ONE}/adopt/<practice>")
@needs(signed_in_account)
def adopt(account: Account, node_id: str, practice: str) -> ResponseReturnValue:
    """Adopt a practice."""
    page, form = board_page(led_board_or_404(account, node_id)), AdoptForm(request.form)
    if not form.validate():
        return _adopt_page(page, practice, form, first_errors(form)), CANNOT_BE_TAKEN
    try:
        adopting.adopt_practice(
            database(),
            page.node.name,
            practice,
            now=moment(),
            zone=settings().zone,
            owner=form.owner.data or "",
            due_on=read_date(form.due_on.data or ""),
        )
    except AssessError as error:
        return _adopt_page(page, practice, form, {"": str(error)}), CONFLICT
    return _back(node_id)


@boards.get(f"{_ONE}/own")
@needs(signed_in_account)
def own_page(account: Account, node_id: str) -> ResponseReturnValue:
    """Show the form for an action in the leader's own words."""
    return _own_page(board_page(led_board_or_404(account, node_id)), OwnForm(), {})


@boards.post(f"{_ONE}/own")
@needs(signed_in_account)
def own(account: Account, node_id: str) -> ResponseReturnValue:
    """Add it."""
    page, form = board_page(led_board_or_404(account, node_id)), OwnForm(request.form)
    if not form.validate():
        return _own_page(page, form, first_errors(form)), CANNOT_BE_TAKEN
    try:
        adopting.add_own_action(
            database(),
            page.node.name,
            form.title.data or "",
            lines(form.steps.data or ""),
            now=moment(),
            zone=settings().zone,
            owner=form.owner.data or "",
            due_on=read_date(form.due_on.data or ""),
            dimension=form.dimension.data or None,
        )
    except AssessError as error:
        return _own_page(page, form, {"": str(error)}), CONFLICT
    return _back(node_id)


@boards.get(f"{_ONE}/catalogue")
@needs(signed_in_account)
def catalogue(account: Account, node_id: str) -> ResponseReturnValue:
    """List every practice the leader of this node may decide."""
    page = board_page(led_board_or_404(account, node_id))
    return render_template("app/catalogue.html", page=page, topics=list(topics_for(_scopes(page))))


@boards.post(_STEPS)
@needs(signed_in_account)
def change(account: Account, node_id: str, place: int, what: str) -> ResponseReturnValue:
    """Do one of the things that need no words; the form says for which action it was made."""
    page = board_page(led_board_or_404(account, node_id))
    running_or_refusal(page, place, request.form.get("since", ""))
    name, now = page.node.name, moment()
    if what in {"tick", "untick"}:
        step = request.form.get("step", "")
        number = int(step) if step.isascii() and step.isdecimal() and len(step) < 3 else 0
        keeping.tick_step(database(), name, place, number, now=now, done=what == "tick")
    elif what == "drop":
        adopting.drop_action(database(), name, place, now=now)
    else:
        keeping.share_action(database(), name, place, now=now, shown=what == "show")
    return _back(node_id)


@boards.get(f"{_ONE}/<int:place>/drop")
@needs(signed_in_account)
def drop_page(account: Account, node_id: str, place: int) -> ResponseReturnValue:
    """Ask once more before an action is given up."""
    page = board_page(led_board_or_404(account, node_id))
    action = running_or_refusal(page, place)
    return render_template("app/action_drop.html", page=page, action=action, since=stamp_of(action))


def _board_page(page: BoardPage, *, may_change: bool) -> str:
    return render_template(
        "app/board.html",
        page=page,
        board=page.board,
        words=page.words,
        quarter=format_quarter(page.quarter),
        notices=[] if page.board is None else notices(page.board),
        dimensions=dict(page.dimensions),
        running=set() if page.board is None else {each.practice for each in page.board.running},
        may_change=may_change,
        stamp_of=stamp_of,
        day=format_day,
        quarter_name=format_quarter,
        title_of=lambda code: practice_by_code(code).title[current_language()],
    )


def _adopt_page(page: BoardPage, practice: str, form: AdoptForm, errors: dict[str, str]) -> str:
    code = practice.strip().upper()
    if not knows_practice(code):
        abort(404)
    texts, language = practice_by_code(code), current_language()
    proposed = () if page.words is None else page.words.proposals
    return render_template(
        "app/adopt.html",
        page=page,
        code=code,
        title=texts.title[language],
        text=texts.recommend[language],
        steps=texts.steps[language],
        talk=texts.talk_guide[language],
        facts=(owner_word(texts.owner), span_word(texts.span), effort_word(texts.effort)),
        why=next((each.sheet.why for each in proposed if each.practice == code), ()),
        form=form.data,
        errors=errors,
    )


def _own_page(page: BoardPage, form: OwnForm, errors: dict[str, str]) -> str:
    return render_template("app/own_action.html", page=page, form=form.data, errors=errors)


def _scopes(page: BoardPage) -> tuple[str, ...]:
    with database().reading() as session:
        document = actions_if_frozen(session, newest_published(session))
    return () if document is None else tuple(document.settings(page.node.name).scopes)


def _back(node_id: str) -> ResponseReturnValue:
    return redirect(f"/app/actions/{node_id}", 303)
