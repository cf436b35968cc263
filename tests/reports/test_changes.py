"""What changed since an earlier quarter: told where the document tells it, and where not, why not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from assess.localisation import use_language
from assess.reports.present.changes import Change, change_of, change_sentence
from assess.reports.present.pages import TeamReport
from assess.reports.team_reports import team_report
from tests.reports import shop
from tests.reports.opened import entry, register, shown

GROUP = {"name": shop.OPERATIONS, "headcount": 9, "teams": [shop.OPERATIONS]}


def presented(history: Sequence[dict[str, Any]], language: str = "en", **changes: Any) -> TeamReport:
    """Present Operations after some earlier quarters, with some of its figures changed."""
    with use_language(language):
        reported = replace(shop.reported(), history=tuple(map(register, history)))
        report = team_report(reported, entry({**shop.team(shop.OPERATIONS), **changes}))
    assert isinstance(report, TeamReport)
    return report


@pytest.mark.parametrize(
    ("language", "clear", "none"),
    [("en", "▲ higher", "no clear change"), ("zh", "▲ 升高", "变化不明显")],
)
def test_an_arrow_stands_only_where_the_change_is_clear(language: str, clear: str, none: str) -> None:
    change = {"COM": shop.change(24, "higher"), "TRU": shop.change(-4), "ROL": {"suppressed": "too_few"}}
    drawn = str(presented([shop.quarter("2026Q3")], language, change=change).comparison.chart)
    words = re.findall(r">([^<]+)</text>", drawn)
    assert words.count(clear) == 1
    assert words.count(none) == 1
    assert words.count("–") == 2  # withheld, and absent
    assert drawn.count("▲") == 2  # once more in the alternative text
    assert "▼" not in drawn


def test_the_hollow_dot_is_the_score_shown_then_and_the_alternative_says_it() -> None:
    history = [shop.quarter("2026Q2", {"COM": 11}), shop.quarter("2026Q3", {"COM": 47, "TRU": 71})]
    change = {"COM": shop.change(24, "higher"), "TRU": shop.change(-4)}
    comparison = presented(history, change=change).comparison
    drawn = str(comparison.chart)
    assert drawn.count('fill="#ffffff" stroke="#0f5c6e"') == 2
    assert "; 47 points in 2026 Q3: ▲ higher; " in drawn
    assert "; 71 points in 2026 Q3: no clear change; " in drawn
    assert "Hollow dot: 2026 Q3." in comparison.caption
    alone = presented([], change=change).comparison
    assert 'stroke="#0f5c6e"' not in str(alone.chart)
    assert "Hollow" not in alone.caption
    assert "; since 2026 Q3: no clear change; " in str(alone.chart)


def test_without_changes_the_chart_has_neither_column_nor_dot() -> None:
    drawn = str(presented([shop.quarter("2026Q3")]).comparison.chart)
    assert "since" not in drawn
    assert "–</text>" not in drawn
    assert "no clear change" not in drawn


def test_the_head_names_the_clearest_change_or_says_that_there_is_none() -> None:
    change = {
        "COM": shop.change(30, "higher", half=25),
        "TRU": shop.change(-20, "lower", half=10),
        "MOT": shop.change(40),
        "overall": shop.change(12, "higher"),
    }
    first, second = presented([], change=change).headline.sentences[:2]
    assert first == "Team health is clearly higher than in 2026 Q3 (+12 points)."
    assert second == "Trust is clearly lower than in 2026 Q3 (−20 points)."
    calm = presented([], change={"COM": shop.change(9)}).headline.sentences
    assert calm[0] == "Compared with 2026 Q3, nothing has clearly changed."
    assert not any("2026 Q3" in sentence for sentence in presented([]).headline.sentences)


def test_the_page_of_dimensions_tells_the_change_with_its_interval_in_words_and_table() -> None:
    report = presented([], change={"COM": shop.change(12, "higher", half=9), "TRU": shop.change(-4, half=16)})
    assert "▲ Higher than in 2026 Q3: +12 points (+3 to +21)." in report.dimensions[0].says
    assert "No clear change since 2026 Q3: −4 points (−20 to +12)." in report.dimensions[1].says
    assert report.figure_headings[-1] == "change (95% range)"
    assert [row.cells[-1] for row in report.figures] == ["+12 (+3 to +21)", "−4 (−20 to +12)", "–", "–"]
    assert all(len(row.cells) + 1 == len(report.figure_headings) for row in report.figures)
    assert "change (95% range)" not in presented([]).figure_headings


def test_the_note_says_what_could_be_seen_at_all() -> None:
    seen = {**shop.change(9), "visible_change_100": 31}
    change = {"COM": shop.change(9), "TRU": seen}
    (visible, several, rounding) = presented([shop.quarter("2026Q3")], change=change).changes_note
    assert visible == "With 8 answers a quarter, a change of about 29 to 31 points would usually be seen."
    assert several.startswith("Several dimensions were looked at together")
    assert "may differ by a point" in rounding
    fewer = presented([shop.quarter("2026Q3", n=6)], change={"COM": shop.change(9)}).changes_note
    assert fewer[0] == (
        "With 6 answers then and 8 now, a change of about 29 points would usually be seen."  # one value, no range
    )
    assert len(fewer) == 2  # one dimension is not several
    low = presented([shop.quarter("2026Q3", response_rate=0.4)], change=change).changes_note
    assert low[-1] == "In 2026 Q3 fewer than half answered, so changes since then say little."
    assert presented([]).changes_note == ()


def test_who_came_and_went_stands_beside_the_changes_and_only_where_it_is_known() -> None:
    history, change = [shop.quarter("2026Q3")], {"COM": shop.change(9)}

    def last(language: str = "en", **counts: int) -> str:
        composition = {"since": "2026Q3", **counts}
        return presented(history, language, change=change, composition=composition).changes_note[-1]

    assert last(joined=2, left=0) == "Joined since 2026 Q3: 2; left: 0. A change may also come from that."
    assert last(joined=0, left=0) == "The same people were asked as in 2026 Q3."
    assert "新加入2人" in last("zh", joined=2, left=1)
    assert "rounding" in last(joined=2)


def test_nothing_is_compared_when_fewer_than_half_answered() -> None:
    report = presented([shop.quarter("2026Q3")], change={"COM": shop.change(24, "higher")}, response_rate=0.49)
    assert "2026 Q3" not in str(report.comparison.chart)
    assert not any("2026 Q3" in block.says for block in report.dimensions)
    assert not any("2026 Q3" in sentence for sentence in report.headline.sentences)
    assert report.follow_up == ""
    assert report.changes_note == ()


@pytest.mark.parametrize(
    ("word", "says"),
    [("alike", "Most people see it alike."), ("differently", "differently"), ("camps", "split into two camps")],
)
def test_the_spread_is_told_in_plain_words(word: str, says: str) -> None:
    dimensions = shop.team(shop.SERVICE)["dimensions"]
    team = {**shop.team(shop.SERVICE), "dimensions": {**dimensions, "COM": {**dimensions["COM"], "spread_word": word}}}
    report = team_report(shop.reported(), entry(team))
    assert isinstance(report, TeamReport)
    assert says in report.dimensions[0].says


def test_below_ten_answers_nothing_is_said_of_the_spread() -> None:
    for block in presented([]).dimensions:
        assert "alike" not in block.says
        assert "differently" not in block.says
        assert "camps" not in block.says


def grouped(cycle: dict[str, Any], *teams: str, name: str = shop.OPERATIONS) -> dict[str, Any]:
    return {**cycle, "groups": [{"name": name, "headcount": 9, "teams": list(teams)}]}


def look_back(history: Sequence[dict[str, Any]], **now: Any) -> str:
    cycle = register({**shop.document()["cycles"][0], **now})
    reported = replace(shop.reported(), cycle=cycle, history=tuple(map(register, history)))
    report = team_report(reported, entry(shop.team(shop.OPERATIONS)))
    assert isinstance(report, TeamReport)
    return report.follow_up


def test_first_measurement_is_said_of_the_first_only() -> None:
    others = {**shop.quarter("2026Q3"), "teams": []}
    for history in ([], [others]):
        assert look_back(history).startswith("First measurement: nothing to follow up yet.")
    assert "First" not in look_back([shop.quarter("2026Q3")])
    assert presented([shop.quarter("2026Q3")], change={"COM": shop.change(9)}).follow_up == ""


def test_an_earlier_quarter_without_a_comparable_line_is_said_as_what_it_is() -> None:
    apart = {"groups": [GROUP]}
    merged = grouped(shop.quarter("2026Q3"), shop.OPERATIONS, "Returns")
    assert "was made up of other teams" in look_back([merged], **apart)
    elsewhere = grouped({**shop.quarter("2026Q3"), "teams": []}, shop.OPERATIONS, "Returns", name="Both")
    assert "In 2026 Q3 these people were asked in other groups" in look_back([elsewhere], **apart)
    sets = {d.code: ["A"] for d in shop.instrument().dimensions}
    asked = {**shop.quarter("2026Q3"), "item_sets": sets}
    assert "The questions are not those of 2026 Q3" in look_back([asked], item_sets={c: ["B"] for c in sets})
    assert "is shown of this team" in look_back([shop.quarter("2026Q2"), shop.withheld_quarter("2026Q3")])
    assert "For earlier quarters nothing is shown" in look_back([shop.withheld_quarter("2026Q3")])
    assert "No change is tested in this report" in look_back([shop.quarter("2026Q3")])


def test_a_change_of_nothing_has_no_sign() -> None:
    team = {"team": "A", "change": {"COM": shop.change(0)}}
    change = change_of(entry(team), "COM")
    assert change == Change("2026Q3", shown(0), shown(-15), shown(15), "no_clear_change", shown(29))
    assert "0 points (−15 to +15)" in change_sentence(change)


@pytest.mark.parametrize(
    "found",
    [None, {"suppressed": "too_few"}, {"from": "2026Q3"}, {"from": "2026Q3", "difference_100": {"suppressed": "x"}}],
)
def test_a_change_that_is_not_there_is_not_told(found: object) -> None:
    assert change_of(entry({"team": "A", "change": {"COM": found}}), "COM") is None
    assert change_of(entry({"team": "A", "change": {"suppressed": "too_few"}}), "COM") is None
    assert change_of(entry({"team": "A"}), "COM") is None
    assert change_sentence(None) == ""


def test_a_node_that_is_the_organisation_is_not_compared_with_itself() -> None:
    whole = shop.document()["cycles"][0]["organisation"]
    with use_language("en"):
        report = team_report(shop.reported(), entry({**shop.team(shop.OPERATIONS), "n": whole["n"]}))
    assert isinstance(report, TeamReport)
    assert report.comparison.finding == "The dimensions and their usual range"
    assert "organisation" not in report.comparison.caption
    assert "organisation" not in " ".join(block.says for block in report.dimensions)


def test_items_withheld_for_a_small_group_inside_are_explained_at_the_top() -> None:
    hidden = {"suppressed": "protects_others"}
    service = shop.team(shop.SERVICE)
    with use_language("en"):
        guarded = team_report(shop.reported(), entry({**service, "items": dict.fromkeys(service["items"], hidden)}))
        plain = team_report(shop.reported(), entry(service))
    assert isinstance(guarded, TeamReport)
    assert isinstance(plain, TeamReport)
    assert guarded.items.lead.startswith("Where no number stands, the difference")
    assert plain.items.lead.startswith("Percent favourable on the right")
