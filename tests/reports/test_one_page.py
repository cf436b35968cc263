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
from tests.reports.opened import entry
from tests.reports.reading import boxes


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("later", "pages"), [(False, 5), (True, 7)])
def test_the_longest_team_practices_and_the_longest_verdict_fit(language: str, later: bool, pages: int) -> None:
    practices = {p.code: p for p in load_practices() if p.scope == "team"}

    def length(code: str) -> int:
        p = practices[code]
        return sum(len(t[language]) for t in (p.title, p.recommend, p.first_step, p.finding or {"en": "", "zh": ""}))

    longest = sorted(practices, key=length)[-2:]
    reported, own = shop.told() if later else (shop.reported(), shop.team(shop.OPERATIONS))
    overall = {**own["overall"], "score_100": 70, "low_100": 55, "high_100": 85}
    team = entry({**own, "overall": overall, "response_rate": 0.6})
    with use_language(language):
        report = team_report(reported, team)
        assert isinstance(report, TeamReport)
        rows = standings(team, reported.cycle.organisation, shop.instrument())
        chosen = [Recommendation(code, "COM", Basis.STARTING_POINT) for code in longest]
        full = replace(report, actions=action_cards(team, rows, shop.instrument(), chosen, practices))
        content = render_pdf(report_page(full))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == pages
    heading = {"en": "Dimensions", "zh": "维度"}[language]
    assert shop.text_of(content).split("\f")[1].lstrip().startswith(heading)


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.SERVICE, shop.TECHNOLOGY, shop.WITHHELD, shop.TOLD])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_words_are_printed_over_each_other_and_none_leaves_the_page(name: str, language: str) -> None:
    for words in boxes(shop.pdf(name, language)):
        assert len(words) > 20  # no near-empty page
        for place, (left, top, right, bottom, text) in enumerate(words):
            assert 40 < left < right < 596 - 40, text
            assert 30 < top < bottom < 842 - 15, text
            for left2, top2, right2, bottom2, other in words[place + 1 :]:
                wide = min(right, right2) - max(left, left2)
                high = min(bottom, bottom2) - max(top, top2)
                assert wide <= 0 or high <= 0, (text, other)
