"""Did it work? Each earlier action: what was done, what changed, what is said of it, how much could have been seen."""

from collections.abc import Mapping, Sequence

from assess.actions.past import PastAction
from assess.actions.verdict_words import verdict_sentence, verdict_word, visible_sentence
from assess.localisation import format_quarter
from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.releases.released import Fixed, derived
from assess.reports.present.changes import change_of
from assess.reports.present.comparison import Standing
from assess.reports.present.figures import score_in, upper, word
from assess.reports.present.headline import may_compare
from assess.reports.present.pages import PastBlock
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import sentences_joined, signed
from assess.scoring.verdict import Verdict


def past_blocks(
    cycle: Register,
    team: Entry,
    rows: Sequence[Standing],
    history: Sequence[Register],
    past: Sequence[PastAction],
) -> tuple[PastBlock, ...]:
    """Build one block per earlier action; figures of it come from its entry in the register."""
    if not past:
        return ()
    names = {row.dimension.code: row.name for row in rows}
    entries = {word(entry, "action"): entry for entry in cycle.actions.get(team.name, ())}
    return tuple(_block(team, names, history, action, entries[action.id]) for action in past)


def follow_up(past: Sequence[PastAction]) -> str:
    """Say on the first page what became of the last actions; empty without any."""
    return sentences_joined(
        [
            _("What became of “%(title)s”: %(verdict)s.", title=each.title, verdict=verdict_word(each.verdict))
            for each in past
        ]
    )


def _block(
    team: Entry, names: Mapping[str, str], history: Sequence[Register], action: PastAction, entry: Entry
) -> PastBlock:
    sentences = [
        _change(team, names, history, action),
        verdict_sentence(action.verdict, action.reason, is_final=action.is_final),
        _visible(action, entry),
        _("Noted: %(note)s", note=action.noted) if action.noted else "",
    ]
    return PastBlock(
        title=action.title,
        verdict=verdict_word(action.verdict),
        tone=str(action.verdict),
        facts=tuple(fact for fact in _facts(names, action) if fact),
        sentences=tuple(sentence for sentence in sentences if sentence),
    )


def _facts(names: Mapping[str, str], action: PastAction) -> tuple[str, ...]:
    done, steps = Fixed(action.steps_done), Fixed(len(action.ticked))
    return (
        _("adopted after %(quarter)s", quarter=format_quarter(action.adopted_in)),
        names.get(action.dimension or "", ""),
        _("%(done)s of %(steps)s steps done", done=done, steps=steps),
        action.owner,
    )


def _change(team: Entry, names: Mapping[str, str], history: Sequence[Register], action: PastAction) -> str:
    """Say how the dimension moved since the quarter the action is compared with; nothing where it may not be said.

    Without the word for the change: that looks at the team alone, and the verdict beside it at more.
    """
    name = names.get(action.dimension or "")
    if name is None or action.dimension is None:
        return ""
    change = change_of(team, action.dimension)
    if change is not None and change.since == action.since:
        return _(
            "%(dimension)s since %(quarter)s: %(difference)s points (%(low)s to %(high)s).",
            dimension=name,
            quarter=format_quarter(change.since),
            difference=signed(change.difference),
            low=signed(change.low),
            high=signed(change.high),
        )
    then = next((cycle.node(team.name) for cycle in history if cycle.label == action.since), None)
    before = None if then is None else score_in(then, action.dimension)
    now = score_in(team, action.dimension)
    if before is None or now is None or not may_compare(team):
        return ""
    return _(
        "%(dimension)s: %(before)s in %(quarter)s, %(now)s now (%(difference)s points).",
        dimension=name,
        before=before.score,
        quarter=format_quarter(action.since),
        now=now.score,
        difference=signed(derived(lambda later, earlier: later - earlier, now.score, before.score)),
    )


def _visible(action: PastAction, entry: Entry) -> str:
    points = upper(entry.number("visible_change_100"))
    if action.verdict is not Verdict.CANNOT_TELL_YET or points is None:
        return ""
    return visible_sentence(points)
