"""Pages on which the leader changes the words, the owner and date, or the note of a running action."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from assess.accounts.models import Account
from assess.accounts.pages.forms import first_errors
from assess.accounts.pages.rights import needs, signed_in_account
from assess.actions import adopting, keeping
from assess.actions.board import ActionView
from assess.app.leaders.board_forms import AdaptForm, AssignForm, NoteForm, RetitleForm, lines, read_date
from assess.app.leaders.boards import BoardPage, board_page, led_board_or_404, running_or_refusal, stamp_of
from assess.app.site import database, moment, settings
from assess.errors import AssessError

editing = Blueprint("editing_actions", __name__)

CANNOT_BE_TAKEN, CONFLICT = 422, 409
_WHAT = "/app/actions/<node_id>/<int:place>/<any(adapt, assign, note):what>"


@dataclass(frozen=True)
class _Change:
    """One page: its form for an action, what stands in it at first, and what is done with it."""

    form: Callable[[ActionView], type[Form]]
    start: Callable[[ActionView], dict[str, str]]
    do: Callable[[str, ActionView, Form], object]


@editing.get(_WHAT)
@needs(signed_in_account)
def edit_page(account: Account, node_id: str, place: int, what: str) -> ResponseReturnValue:
    """Show the form with what holds now."""
    page = board_page(led_board_or_404(account, node_id))
    action = running_or_refusal(page, place)
    change = _CHANGES[what]
    return _page(page, action, what, change.form(action)(data=change.start(action)), {})


@editing.post(_WHAT)
@needs(signed_in_account)
def edit(account: Account, node_id: str, place: int, what: str) -> ResponseReturnValue:
    """Take what was typed, or say beside the field why not."""
    page = board_page(led_board_or_404(account, node_id))
    action = running_or_refusal(page, place, request.form.get("since", ""))
    change = _CHANGES[what]
    form = change.form(action)(request.form)
    if not form.validate():
        return _page(page, action, what, form, first_errors(form)), CANNOT_BE_TAKEN
    try:
        change.do(page.node.name, action, form)
    except AssessError as error:
        return _page(page, action, what, form, {"": str(error)}), CONFLICT
    return redirect(f"/app/actions/{node_id}", 303)


def _page(page: BoardPage, action: ActionView, what: str, form: Form, errors: dict[str, str]) -> str:
    return render_template(
        "app/action_edit.html",
        page=page,
        action=action,
        what=what,
        form=form.data,
        errors=errors,
        since=stamp_of(action),
        with_steps="steps" in form.data,
    )


def _adapt(node: str, action: ActionView, form: Form) -> object:
    """Take over what differs: words of the catalogue that stay as they are stay in every language."""
    title = str(form["title"].data or "").strip()
    steps = lines(str(form["steps"].data or "")) if "steps" in form.data else None
    if steps is not None and [step for step in steps if step.strip()] == [step.text for step in action.steps]:
        steps = None
    return adopting.adapt_action(
        database(),
        node,
        action.place,
        now=moment(),
        title=None if title == action.title else title,
        steps=steps,
    )


def _assign(node: str, action: ActionView, form: Form) -> object:
    due_on = read_date(str(form["due_on"].data or ""))
    return keeping.assign_action(
        database(),
        node,
        action.place,
        now=moment(),
        zone=settings().zone,
        owner=str(form["owner"].data or ""),
        due_on=None if due_on == action.due_on else due_on,
        no_date=due_on is None,
    )


def _note(node: str, action: ActionView, form: Form) -> object:
    return keeping.note_on(database(), node, action.place, str(form["note"].data or ""), now=moment())


def _due(action: ActionView) -> str:
    return "" if action.due_on is None else action.due_on.isoformat()


_CHANGES = {
    "adapt": _Change(
        lambda action: RetitleForm if action.steps_done else AdaptForm,
        lambda action: {"title": action.title, "steps": "\n".join(step.text for step in action.steps)},
        _adapt,
    ),
    "assign": _Change(
        lambda _action: AssignForm,
        lambda action: {"owner": action.owner, "due_on": _due(action), "was_due_on": _due(action)},
        _assign,
    ),
    "note": _Change(lambda _action: NoteForm, lambda action: {"note": action.note}, _note),
}
