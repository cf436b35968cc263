"""Teams over time: chosen teams on one axis in the order chosen, gaps and breaks in words, nothing ranked."""

import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.localisation import use_language
from assess.releases.released import Fixed, Released
from assess.reports.cycle_reports import reported_cycle
from assess.reports.over_teams import Choice, over_teams, over_teams_pdf, read_choice, write_over_teams
from assess.reports.page import report_page
from assess.reports.present.pages import OverTeams, Panel
from assess.reports.provenance import TEAMS_OVER_TIME, provenance_of
from assess.reports.read_back import read_back
from assess.reports.rebuild import Comparison, rebuild
from assess.reports.team_reports import ReportedCycle
from tests.databases.stores import Store
from tests.reports import shop
from tests.reports.opened import register
from tests.reports.published import published
from tests.reports.reading import boxes

ALL = tuple(team[0] for team in shop.TEAMS)
DOT, DASHED = "<circle", "stroke-dasharray"


def cycles(*history: dict[str, Any], now: dict[str, Any] | None = None) -> ReportedCycle:
    current = register({**shop.document()["cycles"][0], **(now or {})})
    return replace(shop.reported(), cycle=current, history=tuple(map(register, history)))


def made(reported: ReportedCycle, *teams: str, code: str = "COM", language: str = "en") -> OverTeams:
    with use_language(language):
        return over_teams(reported, Choice(teams, code))


def panels(page: OverTeams) -> list[Panel]:
    return [panel for row in page.rows for panel in row]


def spoken(panel: Panel) -> list[str]:
    title = re.search(r"<title>(.*?)</title>", str(panel.chart))
    assert title is not None
    return title[1].split("; ")


def test_one_team_and_six_stand_in_the_order_in_which_they_were_chosen() -> None:
    reported = cycles(shop.quarter("2026Q3"))
    assert [panel.name for panel in panels(made(reported, shop.SERVICE))] == [shop.SERVICE]
    for order in (ALL, ALL[::-1]):
        assert [panel.name for panel in panels(made(reported, *order))] == list(order)
    assert [panel.name for panel in panels(made(reported, shop.SERVICE, shop.OPERATIONS, shop.SERVICE))] == [
        shop.SERVICE,
        shop.OPERATIONS,
    ]


def test_every_number_of_a_chart_is_the_score_of_its_quarter_with_the_range_for_comparing() -> None:
    page = made(cycles(shop.quarter("2026Q2", {"COM": 41}), shop.quarter("2026Q3", {"COM": 52})), shop.OPERATIONS)
    own = shop.team(shop.OPERATIONS)["dimensions"]["COM"]
    limits = f"{own['compare_low_100']} to {own['compare_high_100']}"
    assert spoken(panels(page)[0]) == [
        f"2026 Q2: 41 points, usual range {limits}",
        f"2026 Q3: 52 points, usual range {limits}",
        f"2026 Q4: {own['score_100']} points, usual range {limits}",
    ]


def test_a_team_known_later_stands_at_the_same_places_of_the_same_axis() -> None:
    without = {**shop.quarter("2026Q2"), "teams": [shop.team(shop.SERVICE)]}
    page = made(cycles(without, shop.quarter("2026Q3")), shop.SERVICE, shop.OPERATIONS)
    middles = [re.findall(r'<circle cx="([\d.]+)"', str(panel.chart)) for panel in panels(page)]
    assert [len(each) for each in middles] == [3, 2]
    assert middles[1] == middles[0][1:]


def test_a_withheld_quarter_is_a_gap_in_words_and_never_a_dot() -> None:
    page = made(cycles(shop.quarter("2026Q2"), shop.withheld_quarter("2026Q3")), shop.OPERATIONS, shop.SERVICE)
    gap, whole = panels(page)
    assert (str(gap.chart).count(DOT), str(whole.chart).count(DOT)) == (2, 3)
    assert "2026 Q3: fewer than 5 answers." in gap.says
    assert not [sentence for sentence in whole.says if "fewer" in sentence]
    assert "A gap is not a score of zero." in page.notes
    nothing = panels(made(cycles(shop.withheld_quarter("2026Q3")), shop.WITHHELD))[0]
    assert DOT not in str(nothing.chart)
    assert " 0 points" not in str(nothing.chart)


def test_a_team_that_was_renamed_ends_and_its_new_name_begins() -> None:
    named = [
        {**each, "team": "Ops new"} if each["team"] == shop.OPERATIONS else each
        for each in shop.document()["cycles"][0]["teams"]
    ]
    page = made(
        cycles(shop.quarter("2026Q2"), shop.quarter("2026Q3"), now={"teams": named}), shop.OPERATIONS, "Ops new"
    )
    old, new = panels(page)
    assert str(old.chart).count(DOT) == 2
    assert "2026 Q4: not asked as a group of its own." in old.says
    assert str(new.chart).count(DOT) == 1


def test_breaks_are_marked_where_teams_or_questions_changed() -> None:
    def grouped(label: str, *teams: str) -> dict[str, Any]:
        return {**shop.quarter(label), "groups": [{"name": shop.OPERATIONS, "headcount": 9, "teams": list(teams)}]}

    moved = made(cycles(grouped("2026Q3", "A"), now={"groups": grouped("2026Q4", "A", "B")["groups"]}), shop.OPERATIONS)
    (panel,) = panels(moved)
    assert str(panel.chart).count(DASHED) == 1
    assert panel.says[0].startswith("Since 2026 Q4 the team has been made up of other teams")
    sets = {code: [f"{code}1"] for code in ("COM", "TRU", "ROL", "MOT", "overall")}
    asked = cycles({**shop.quarter("2026Q3"), "item_sets": {**sets, "COM": ["COM9"]}}, now={"item_sets": sets})
    assert str(panels(made(asked, shop.OPERATIONS))[0].chart).count(DASHED) == 1
    assert DASHED not in str(panels(made(asked, shop.OPERATIONS, code="TRU"))[0].chart)


@pytest.mark.parametrize(
    ("language", "seven", "unknown", "dimension"),
    [
        (
            "en",
            "Choose one to 6 teams or units; 7 were named.",
            "No quarter shown here knows “Nobody”. Known: ",
            "The questionnaire has no dimension “XYZ”. Known: overall, COM, TRU, ROL, MOT",
        ),
        (
            "zh",
            "请选择1至6个团队或上级单位；现在选了7个。",
            "所示各季度中都没有“Nobody”。可选：",
            "问卷中没有维度“XYZ”。可选：overall",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(
    language: str, seven: str, unknown: str, dimension: str
) -> None:
    reported = cycles()
    for sentence, teams, code in ((seven, (*ALL, "G"), "COM"), (unknown, ("Nobody",), "COM"), (dimension, ALL, "XYZ")):
        with pytest.raises(InputError) as refused:
            made(reported, *teams, code=code, language=language)
        assert str(refused.value).startswith(sentence)
    with pytest.raises(InputError):
        made(reported, language=language)


def test_every_number_on_the_page_is_released_or_fixed_and_no_rank_is_told() -> None:
    def numbers(value: object) -> Iterator[object]:
        if is_dataclass(value) and not isinstance(value, Released | Fixed):
            for field in fields(value):
                yield from numbers(getattr(value, field.name))
        elif isinstance(value, tuple):
            for each in value:
                yield from numbers(each)
        elif not isinstance(value, str | bool):
            yield value

    page = made(cycles(shop.quarter("2026Q3")), *ALL)
    assert all(isinstance(each, Released | Fixed) for each in numbers((page.lead, page.rows, page.notes, page.facts)))
    text = re.sub(r"<[^>]+>", " ", str(report_page(page)).split("</style>")[1])
    assert not re.search(r"\b(best|worst|rank \d|first place|1st)\b", text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("teams", "pages"), [(ALL[:1], 1), (ALL, 2)])
def test_the_pdf_is_the_same_every_time_and_nothing_overlaps(language: str, teams: tuple[str, ...], pages: int) -> None:
    history = [shop.quarter(f"{year}Q{number}") for year in (2025, 2026) for number in (1, 2, 3, 4)][:-1]
    choice = Choice(teams, "overall")
    content = over_teams_pdf(cycles(*history), choice, language=language)
    assert content == over_teams_pdf(cycles(*history), choice, language=language)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == pages
        assert document.Root.MarkInfo.Marked
    provenance = provenance_of(read_back(content).information)
    assert provenance.report == TEAMS_OVER_TIME
    assert read_choice(provenance.told) == choice
    for words in boxes(content):
        for place, (left, top, right, bottom, text) in enumerate(words):
            assert 40 < left < right < 596 - 40, text
            for left2, top2, right2, bottom2, other in words[place + 1 :]:
                wide, high = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
                assert wide <= 0 or high <= 0, (text, other)


def test_published_quarters_alone_are_read_and_a_file_is_made_again_to_the_byte(
    tmp_path: Path, each_database: Store
) -> None:
    database = Database(each_database.migrated(tmp_path))
    for quarter in ("2025Q1", "2025Q2", "2025Q3"):
        published(database, quarter)
    with database.reading() as session:
        with pytest.raises((InputError, RefusalError)):
            reported_cycle(session, "2026Q4")
        reported = reported_cycle(session, "2025Q3")
        path = write_over_teams(
            reported, Choice((shop.OPERATIONS, shop.WITHHELD), "TRU"), tmp_path / "out", language="zh"
        )
        made_again = rebuild(session, path.read_bytes())
    database.close()
    assert path.name == "2025-Q3_operations-运营-warehouse-仓储_over-time-tru_zh.pdf"
    assert made_again.comparison == Comparison.IDENTICAL
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be written"):
        write_over_teams(reported, Choice((shop.OPERATIONS,), "TRU"), tmp_path / "file", language="en")
