"""The web page of one node for its leader, and its board, from the same presenters as its PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assess.releases.entry import Entry
from assess.reports.page import environment
from assess.reports.present.action_page import action_page
from assess.reports.present.advice import action_cards
from assess.reports.present.headline import headline
from assess.reports.present.leader_page import LeaderPage, WithheldPage, present_page, present_withheld_page
from assess.reports.present.pages import ActionCard, ActionSheet, PastBlock, WithheldReport
from assess.reports.present.withheld import verdict_on
from assess.reports.team_reports import ReportedCycle, known_practices, recommendations_of, team_report
from assess.scoring.advice import Recommendation


def leader_page(reported: ReportedCycle, node: Entry, *, with_inside: bool) -> LeaderPage | WithheldPage:
    """Present a node in the language of this context; `with_inside` adds the scores directly inside a unit."""
    report = team_report(reported, node)
    minimum = reported.source.minimum
    if isinstance(report, WithheldReport):
        return present_withheld_page(
            reported.cycle, node, report, reported.instrument, minimum, with_inside=with_inside
        )
    return present_page(
        reported.cycle, node, report, reported.instrument, minimum, reported.history, with_inside=with_inside
    )


def page_body(page: LeaderPage | WithheldPage, *, board: str = "", contract: str = "") -> Markup:
    """Fill the part that holds figures with the templates of reports, which refuse a number that is not released.

    `board` is the address where actions are adopted, `contract` that of what was promised; empty without one.
    """
    name = "leader_withheld" if isinstance(page, WithheldPage) else "leader_body"
    gap = "" if page.report.cover.language == "zh" else " "
    text = (
        environment()
        .get_template(f"reports/{name}.html")
        .render(page=page, report=page.report, board=board, contract=contract, gap=gap)
    )
    return Markup(text)  # noqa: S704 - escaped by the template


def verdict_of(reported: ReportedCycle, node: Entry) -> str:
    """Say the sentence that stands first in the report of a node, in the language of this context."""
    reason = node.why_not()
    if reason is not None:
        return verdict_on(reason, reported.source.minimum)
    return headline(node, reported.source.minimum).verdict


@dataclass(frozen=True)
class Proposal:
    """What is proposed to a node: the practice, why, and what the leader takes to the team meeting."""

    practice: str
    card: ActionCard
    sheet: ActionSheet


@dataclass(frozen=True)
class BoardWords:
    """What the report of a node says of actions, for its board.

    `past` is empty for a withheld node: of its earlier actions `past_sentences` say how far they came, and no more.
    """

    proposals: tuple[Proposal, ...]
    past: tuple[PastBlock, ...]
    past_sentences: tuple[str, ...]


def board_words(reported: ReportedCycle, node: Entry) -> BoardWords:
    """Give proposals and earlier actions of a node in the words of its report, in the language of this context."""
    report = team_report(reported, node)
    chosen = recommendations_of(reported, node)
    if isinstance(report, WithheldReport):
        cards = action_cards(node, (), reported.instrument, chosen, known_practices())
        sheets = action_page(
            reported.cycle, node, (), reported.instrument, chosen, known_practices(), reported.history, ()
        ).sheets
        return BoardWords(_proposals(chosen, cards, sheets), (), report.past)
    return BoardWords(_proposals(chosen, report.actions, report.action_page.sheets), report.action_page.past, ())


def _proposals(
    chosen: Sequence[Recommendation], cards: Sequence[ActionCard], sheets: Sequence[ActionSheet]
) -> tuple[Proposal, ...]:
    found = zip(chosen, cards, sheets, strict=True)
    return tuple(Proposal(each.practice, card, sheet) for each, card, sheet in found)
