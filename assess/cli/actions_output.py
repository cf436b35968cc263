"""How `assess actions` prints a board, and what worked."""

import click

from assess.actions.board import ActionView, Board
from assess.actions.catalogue import practice_by_code
from assess.actions.past import PastAction
from assess.actions.verdict_words import verdict_sentence, verdict_word, visible_sentence
from assess.actions.words import BASES
from assess.localisation import current_language, format_day, format_quarter
from assess.localisation import gettext as _
from assess.scoring.advice import Recommendation
from assess.scoring.advice.track_record import ENOUGH_ACTIONS, ENOUGH_PRACTICES, TrackRecord
from assess.scoring.verdict import Verdict

_TICKED, _OPEN = "✓", "·"


def print_track_record(record: TrackRecord) -> None:
    """Print which practices helped, or how many actions are still missing."""
    if record.overall is None:
        click.echo(
            _(
                "Nothing to tell yet: a practice is named from %(enough)d finished actions on, and only where at "
                "least %(practices)d practices were tried. So far %(count)d actions could be judged.",
                enough=ENOUGH_ACTIONS,
                practices=ENOUGH_PRACTICES,
                count=record.actions,
            )
        )
        return
    click.echo(_("Points beyond what was expected anyway, with the range that holds in 95 of 100 cases:"))
    named = [(practice_by_code(r.practice).title[current_language()], r) for r in record.practices]
    for name, each in ((_("all practices together"), record.overall), *named):
        click.echo(f"  {each.mean:+5.1f}  ({each.low:+.1f} … {each.high:+.1f})  n {each.actions:3d}  {name}")


def print_board(board: Board) -> None:
    """Print what is proposed, what runs, and how earlier actions turned out."""
    click.echo(f"{board.node}, {format_quarter(board.quarter)}")
    click.echo(_("Proposed:"))
    for proposal in board.proposals:
        click.echo(f"  {_proposal_line(proposal)}")
    click.echo(_("Running:"))
    for action in board.running:
        _print_action(action)
    if not board.running:
        click.echo("  " + _("nothing yet"))
    if board.earlier:
        click.echo(_("Earlier actions:"))
    for past in board.earlier:
        _print_past(past)
    if board.start_up:
        click.echo(_("A new team in ten steps:"))
    for offered in board.start_up:
        name = offered.step.name[current_language()]
        mark = _TICKED if offered.done else _OPEN
        click.echo(f"  {mark} {offered.step.number:2d} {name}: {', '.join(offered.for_team) or '–'}")


def _proposal_line(proposal: Recommendation) -> str:
    title = practice_by_code(proposal.practice).title[current_language()]
    figures = ", ".join(f"{d.code} {d.figure} {d.value}" for d in proposal.because)
    return f"{proposal.practice} {title} · {BASES[proposal.basis]}" + (f" ({figures})" if figures else "")


def _print_action(action: ActionView) -> None:
    details = [action.owner, "" if action.due_on is None else format_day(action.due_on)]
    if action.owner_left:
        details.append(_("no longer on the roster"))
    if action.is_shared:
        details.append(_("shown to members"))
    click.echo("  " + " · ".join([f"{action.place} {action.title}", *(each for each in details if each)]))
    for step in action.steps:
        click.echo(f"      {_TICKED if step.done else _OPEN} {step.number} {step.text}")
    if action.note:
        click.echo("      " + action.note.replace("\n", "\n      "))


def _print_past(past: PastAction) -> None:
    click.echo(f"  {past.title} ({format_quarter(past.adopted_in)}): {verdict_word(past.verdict)}")
    click.echo(f"      {verdict_sentence(past.verdict, past.reason, is_final=past.is_final)}")
    if past.verdict is Verdict.CANNOT_TELL_YET and past.visible_change_100 is not None:
        click.echo(f"      {visible_sentence(past.visible_change_100)}")
