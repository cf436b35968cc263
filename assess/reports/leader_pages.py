"""The web page of one node for its leader, from the same frozen cycle and the same presenters as its PDF."""

from markupsafe import Markup

from assess.releases.entry import Entry
from assess.reports.page import environment
from assess.reports.present.leader_page import LeaderPage, WithheldPage, present_page, present_withheld_page
from assess.reports.present.pages import WithheldReport
from assess.reports.team_reports import ReportedCycle, team_report


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
