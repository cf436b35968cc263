"""The page that matters is one page, whichever practices the longest report names."""

import io
from dataclasses import replace

import pikepdf
import pytest

from assess.actions.catalogue import load_practices
from assess.localisation import use_language
from assess.reports.page import report_page
from assess.reports.pdf import render_pdf
from assess.reports.present.advice import action_cards
from assess.reports.present.comparison import standings
from assess.reports.present.pages import TeamReport
from assess.reports.team_reports import team_report
from assess.scoring.advice import Basis, Recommendation
from tests.reports import shop


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_longest_team_practices_and_the_longest_verdict_fit(language: str) -> None:
    practices = {p.code: p for p in load_practices() if p.scope == "team"}

    def length(code: str) -> int:
        p = practices[code]
        return sum(len(t[language]) for t in (p.title, p.recommend, p.first_step, p.finding or {"en": "", "zh": ""}))

    longest = sorted(practices, key=length)[-2:]
    team = shop.team(shop.OPERATIONS)
    team["overall"] = {**team["overall"], "score_100": 70, "low_100": 55, "high_100": 85}
    team["response_rate"] = 0.6
    with use_language(language):
        report = team_report(shop.reported(), team)
        assert isinstance(report, TeamReport)
        rows = standings(team, shop.reported().cycle["organisation"], shop.instrument())
        chosen = [Recommendation(code, "COM", Basis.STARTING_POINT) for code in longest]
        full = replace(report, actions=action_cards(team, rows, chosen, practices))
        content = render_pdf(report_page(full))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 4
    heading = {"en": "Dimensions", "zh": "维度"}[language]
    assert shop.text_of(content).split("\f")[1].lstrip().startswith(heading)
