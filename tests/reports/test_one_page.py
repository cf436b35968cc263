"""The page that matters is one page, whichever practices the longest report names."""

import io
import re
import subprocess
from collections.abc import Iterator
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


WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def boxes(content: bytes) -> Iterator[list[tuple[float, float, float, float, str]]]:
    """Read the middle of the box of every word, page by page; fonts leave air above and below their letters."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True)
    for sheet in done.stdout.decode().split("<page ")[1:]:
        found = []
        for *numbers, text in WORD.findall(sheet):
            left, top, right, bottom = map(float, numbers)
            air = (bottom - top) / 4
            found.append((left, top + air, right, bottom - air, text))
        yield found


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.SERVICE, shop.TECHNOLOGY, shop.WITHHELD])
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
