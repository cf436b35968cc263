"""Titles, steps, owners and notes of actions as nobody should write them: text in every report, and never more."""

from dataclasses import replace
from pathlib import Path

import page
import pytest
from markupsafe import escape

from assess.actions.past import PastAction
from assess.actions.shared import SharedAction
from assess.localisation import use_language
from assess.releases.entry import Entry
from assess.reports.one_pagers import one_pager
from assess.reports.page import report_body, report_page
from assess.reports.pdf import render_pdf
from assess.reports.present.team import present_team
from assess.reports.team_reports import ReportedCycle, known_practices, recommendations_of
from assess.reports.told import Told
from assess.scoring.verdict import Reason, Verdict
from tests.adversaries.rendered.company import node_of
from tests.reports import shop
from tests.reports.test_bad_input import NASTY, reported

LONGEST_NOTE = 1_000


def past(text: str) -> PastAction:
    return PastAction(
        id="00",
        practice=None,
        own_title=text,
        own_steps=(text, text * 3),
        ticked=(True, False),
        owner=text,
        noted=(text * LONGEST_NOTE)[:LONGEST_NOTE],
        dimension="COM",
        basis=None,
        adopted_in="2026Q2",
        since="2026Q2",
        verdict=Verdict.CANNOT_TELL_YET,
        reason=Reason.NO_DIMENSION,
        visible_change_100=None,
        is_final=True,
    )


def team_page(cycle: ReportedCycle, text: str) -> str:
    """Draw a team report in which an earlier action is judged."""
    team, source = node_of(cycle, "Ads"), cycle.source
    chosen = recommendations_of(cycle, team)
    actions = [past(text)]
    judged = replace(cycle.cycle, actions={"Ads": (Entry({"action": actions[0].id}),)})
    practices = known_practices()
    return report_page(
        present_team(judged, team, cycle.instrument, chosen, practices, source, past=actions, ever=actions)
    )


def told(text: str) -> Told:
    return Told((SharedAction(None, text, (text, text * 3), (True, False), text, None),), None)


def pages(text: str, language: str) -> list[str]:
    """Draw the printed pages and the page of the site that show an action."""
    with use_language(language):
        cycle = reported("Ads")
        members = one_pager(cycle, node_of(cycle, "Ads"), told=told(text))
        return [team_page(cycle, text), report_page(members), str(report_body(members, contract=""))]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_every_page_holds_them_as_text(text: str, language: str) -> None:
    assert len(pages(text, language)) == len([html for html in pages(text, language) if shown(text) in html])
    for html in pages(text, language):
        assert "<script" not in html
        assert html.count("<style>") == html.count("</style>") <= 1
        for tag in ("<b>x", "<image", "<svg onload"):
            assert tag not in html
        assert ("{{ 7*7 }}" in html) == (text == NASTY["template"]), "no text is a template"


def shown(text: str) -> str:
    """Write it as templates do."""
    return str(escape(text))


@pytest.mark.parametrize("name", ["emoji", "turned around", "long", "rare", "combining", "markup", "drawing"])
def test_what_is_drawn_stays_whole_and_accessible(name: str, tmp_path: Path) -> None:
    for place, html in enumerate(pages(NASTY[name], "en")[:2]):
        file = tmp_path / f"{place}.pdf"
        file.write_bytes(render_pdf(html))
        assert page.validate_pdf(str(file), profile="ua1").is_compliant
        assert "Communication" in shop.text_of(file.read_bytes())
