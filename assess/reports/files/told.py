"""What a report tells in words: what to do, what became of earlier actions, and comments."""

from collections.abc import Sequence

from assess.reports.files.model import Column, Kind, Row, Table, Word
from assess.reports.present.pages import TeamReport
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import sentences_joined
from assess.scoring.advice import Recommendation


def recommendations(report: TeamReport, chosen: Sequence[Recommendation]) -> Table:
    """List what the report proposes, in its own words."""
    rows: tuple[Row, ...] = tuple(
        {
            "number": card.number,
            "practice": recommendation.practice,
            "basis": Word(recommendation.basis.value, card.basis),
            "title": card.title,
            "why": card.why,
            "text": card.text,
            "first_step": card.first_step,
            "evidence": card.evidence,
        }
        for card, recommendation in zip(report.actions, chosen, strict=True)
    )
    columns = (
        Column("number", _("number"), _("The order in the report.")),
        Column("practice", _("code"), _("Stable code of the practice in the catalogue."), Kind.TEXT),
        Column("basis", _("basis"), _("How firmly the proposal stands on the figures."), Kind.TEXT),
        Column("title", _("title"), _("The name of the practice or action."), Kind.TEXT),
        Column("why", _("why this one"), _("What the proposal rests on."), Kind.TEXT),
        Column("text", _("what to do"), _("The practice in short."), Kind.TEXT),
        Column("first_step", _("first step"), _("What to begin with."), Kind.TEXT),
        Column("evidence", _("evidence"), _("How well the practice is studied, and where."), Kind.TEXT),
    )
    return Table("recommendations", _("What to do"), columns, rows)


def past_actions(report: TeamReport) -> Table:
    """List what became of earlier actions."""
    rows: tuple[Row, ...] = tuple(
        {
            "title": block.title,
            "verdict": Word(block.tone, block.verdict),
            "facts": " · ".join(block.facts),
            "says": sentences_joined(block.sentences),
        }
        for block in report.action_page.past
    )
    columns = (
        Column("title", _("title"), _("The name of the practice or action."), Kind.TEXT),
        Column("verdict", _("verdict"), _("Whether it has probably helped."), Kind.TEXT),
        Column("facts", _("what was done"), _("Steps and times as the leader noted them."), Kind.TEXT),
        Column("says", _("in words"), _("What changed, and how much could have been seen."), Kind.TEXT),
    )
    return Table("past_actions", _("Did it work?"), columns, rows)


def comments(report: TeamReport) -> Table:
    """List released comments in the order of the report; it is random and says nothing."""
    blocks = () if report.comments is None else report.comments.blocks
    rows: tuple[Row, ...] = tuple(
        {"prompt": block.prompt, "text": said.text} for block in blocks for said in block.texts
    )
    columns = (
        Column("prompt", _("question"), _("What was asked."), Kind.TEXT),
        Column("text", _("comment"), _("In the writer’s own words. Please do not guess who wrote it."), Kind.TEXT),
    )
    return Table("comments", _("Comments"), columns, rows)
