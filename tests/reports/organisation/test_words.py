"""What the organisation report says, with every expected word and number counted by hand."""

import re
from dataclasses import replace
from typing import Any

import pytest

from assess.localisation import use_language
from assess.releases.released import let_out, printed
from assess.releases.what_worked import WhatWorked
from assess.reports.organisation_report import organisation_report
from assess.reports.page import report_page
from assess.reports.present.organisation.heat_map import MOST_ROWS
from assess.reports.present.organisation.pages import Finding, HeatMap, OrganisationReport
from assess.reports.present.pages import ContractFacts, WithheldReport
from tests.reports import shop
from tests.reports.organisation import cycles
from tests.reports.organisation.cycles import TOP, cycle, figure, hidden, low, names, node, presented, whole, with_top

EIGHT = names(8)


def eight(scores: dict[str, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    return [node(name, (scores or {}).get(name)) for name in EIGHT]


def row(table: HeatMap, name: str) -> dict[str, tuple[str, str, str, str, bool]]:
    """Read one row by its columns: number, range, arrow, colour, hatching."""
    (found,) = [row for row in table.rows if row.name == name]
    cells = [(printed(c.score), c.range_text, c.mark, c.tone, c.hatched) for c in found.cells]
    return dict(zip(table.headings[2:], cells, strict=True))


def said(part: Finding) -> str:
    return " ".join([part.finding, *(block.name for block in part.blocks), *part.notes])


def test_a_heat_map_of_many_teams_shows_units_and_says_where_teams_are() -> None:
    few, many = names(MOST_ROWS - 1), names(MOST_ROWS)
    table = presented(with_top([node(name) for name in few], whole(9000))).heat_map
    assert [each.name for each in table.rows] == [TOP, *few]
    table = presented(with_top([*(node(name) for name in many), hidden("Zeta")], whole(9000))).heat_map
    assert [each.name for each in table.rows] == [TOP]
    assert "More than 300 teams do not fit into one table, so it shows units." in table.notes[0]
    assert table.withheld == ("Zeta (fewer than 5 answers)",)


def test_of_many_withheld_teams_some_are_named() -> None:
    teams = [*eight(), *(hidden(f"Hidden {place:03}") for place in range(MOST_ROWS + 2))]
    (told,) = presented(with_top(teams, whole(9000))).heat_map.withheld
    assert "Hidden 299 and others (fewer than 5 answers)" in told
    assert "Hidden 300" not in told


def test_the_first_page_says_the_score_its_range_and_what_changed() -> None:
    change = {"COM": shop.change(9, "higher", half=4), "TRU": shop.change(2, half=4), "overall": shop.change(1, half=4)}
    now = with_top(eight(), whole(96), change=change)
    before = with_top(eight(), whole(96), label="2026Q3")
    report = presented(now, [before])
    assert report.headline.score is not None
    assert printed(report.headline.score) == "60"
    assert report.headline.verdict == "Team health stands at 60 of 100: “needs attention”."
    assert "Communication is clearly higher than in 2026 Q3 (+9 points)." in report.headline.sentences
    assert "between 57 and 63" in report.headline.sentences[1]
    assert report.comparison is not None
    assert report.comparison.finding == "Since 2026 Q3 clearly higher: Communication"
    assert "Communication: 60 points, range 52 to 68; 60 points in 2026 Q3: ▲ higher" in report.comparison.chart
    assert "Trust: 60 points, range 52 to 68; 60 points in 2026 Q3: no clear change" in report.comparison.chart
    assert "Hollow dot: 2026 Q3." in report.comparison.caption


def test_without_a_top_unit_nothing_of_the_whole_is_compared() -> None:
    report = presented(cycle(eight(), whole(96)), [cycle(eight(), whole(96), label="2026Q3")])
    assert report.comparison is not None
    assert report.comparison.finding == "The overall score and its dimensions"
    assert "Communication: 60 points, range 57 to 63;" in report.comparison.chart
    assert "no single top unit" in report.comparison.caption
    assert report.over_time is None
    assert report.heat_map.rows[0].name == "The organisation"
    assert report.heat_map.rows[0].cells[0].range_text == ""


def test_the_heat_map_has_number_range_arrow_colour_and_hatching() -> None:
    scores = {
        EIGHT[2]: {"COM": figure(83, place="above"), "ROL": figure(31, place="below")},
        EIGHT[5]: {"TRU": {"suppressed": "protects_others"}},
    }
    report = presented(with_top(eight(scores), whole(96)))
    table = report.heat_map
    assert table.headings == ("Team", "answers", "Team health", "Communication", "Trust", "Role clarity", "Motivation")
    assert row(table, EIGHT[2])["Communication"] == ("83", "75–91", "▲", "healthy", False)
    assert row(table, EIGHT[2])["Role clarity"] == ("31", "23–39", "▼", "first", False)
    assert row(table, EIGHT[2])["Trust"] == ("60", "52–68", "", "attention", True)
    assert row(table, EIGHT[5])["Trust"] == ("–", "", "", "blank", False)
    assert table.finding == "Above the organisation: Team 003 (Communication). Below it: Team 003 (Role clarity)."
    assert row(table, TOP)["Team health"] == ("60", "56–64", "", "attention", False)
    assert [each.name for each in table.rows] == [TOP, *EIGHT]
    assert [each.answers for each in table.rows[:2]] == ["96 of 116", "12 of 14"]
    assert "–: not shown, because fewer answered here or to protect others." in table.notes


def test_a_long_finding_names_four_and_counts_the_rest() -> None:
    scores = {name: {"MOT": figure(80, place="above")} for name in EIGHT[1:7]}
    finding = presented(with_top(eight(scores), whole(96))).heat_map.finding
    assert finding == (
        "Above the organisation: Team 002 (Motivation), Team 003 (Motivation), Team 004 (Motivation), "
        "Team 005 (Motivation) and 2 more"
    )


def test_where_fewer_than_half_answered_nothing_is_told_apart() -> None:
    teams = eight({EIGHT[0]: {"COM": figure(90, place="above")}})
    teams[0] |= {"headcount": 30, "response_rate": 0.4}
    table = presented(with_top(teams, whole(96))).heat_map
    assert row(table, EIGHT[0])["Communication"] == ("90", "82–98", "", "healthy", True)
    assert table.finding == "No team can be told apart from the organisation"


def test_units_are_told_apart_only_when_all_are_looked_at_together() -> None:
    """Four units, five figures each: one at t = 2.4 of 20 is no finding, one at t = 10 is."""
    scores = [60, 60, 69, 100]
    units = [
        node(f"Unit {n}", {"COM": figure(score, n=40, half=8, place=None)}, n=40, parent=None)
        for n, score in enumerate(scores)
    ]
    table = presented(cycle(eight(), whole(160), units=units)).heat_map
    assert row(table, "Unit 2")["Communication"][2:] == ("", "fairly_good", True)
    assert row(table, "Unit 3")["Communication"][2:] == ("▲", "healthy", False)


def test_the_tree_decides_the_order_and_withheld_names_stand_apart_with_their_reason() -> None:
    units = [node("North", parent=None, n=30), hidden("South", "protects_others", parent=None)]
    teams = [node("B"), hidden("C"), node("A"), hidden("D", "protects_others"), node("E")]
    above = {"B": "South", "C": "South", "A": "North", "D": "North", "E": "North"}
    table = presented(cycle(teams, whole(60), units=units, above=above)).heat_map
    assert [(each.name, each.kind) for each in table.rows] == [
        ("The organisation", "whole"),
        ("North", "unit"),
        ("A", "team"),
        ("E", "team"),
        ("South", "unit"),
        ("B", "team"),
    ]
    assert {cell.tone for cell in table.rows[4].cells} == {"blank"}
    assert table.withheld == (
        "C (fewer than 5 answers)",
        "D, South (not shown, to protect answers in other groups)",
    )


def test_teams_in_need_are_named_with_the_probability_and_ties_as_ties() -> None:
    scores = {
        EIGHT[1]: {"ROL": low(40, 0.55, 46)},
        EIGHT[3]: {"ROL": low(20, 1.0, 30)},
        EIGHT[4]: {"ROL": low(41, 0.55, 46)},
        EIGHT[6]: {"ROL": low(45, 0.45, 50)},
    }
    part = presented(with_top(eight(scores), whole(96, gates=("ROL",)))).attention
    assert part.finding == "Likely among the lowest 2: Team 004 (Role clarity)"
    (block,) = part.blocks
    assert block.name == "Role clarity: probability of being among the lowest 2"
    told = block.chart.partition("<title>")[2].partition("</title>")[0]
    assert told.split("; ") == [
        "Team 004: over 95% probability of being among the lowest 2, adjusted score 30",
        "Team 002: about 55% probability of being among the lowest 2, adjusted score 46",
        "Team 005: about 55% probability of being among the lowest 2, adjusted score 46",
    ]
    assert block.notes == ("Equally probable, in no order: Team 002, Team 005.",)
    assert "Team 007" not in said(part)
    assert (
        "Differences between the teams are too uncertain to name the lowest: Communication, Trust, Motivation."
        in part.notes
    )


def test_only_possible_is_said_as_possible() -> None:
    part = presented(with_top(eight({EIGHT[1]: {"COM": low(40, 0.5, 46)}}), whole(96, gates=("COM",)))).attention
    assert part.finding == "Possibly among the lowest 2: Team 002 (Communication)"


def test_an_open_gate_without_anybody_low_names_nobody() -> None:
    part = presented(with_top(eight({EIGHT[1]: {"COM": low(50, 0.3, 52)}}), whole(96, gates=("COM",)))).attention
    assert part.finding == "The teams differ, but none is likely among the lowest"
    assert part.blocks == ()
    assert "No team is likely among the lowest: Communication." in part.notes


def test_behind_a_closed_gate_no_probability_is_said_even_if_a_document_had_one() -> None:
    part = presented(with_top(eight({EIGHT[1]: {"COM": low(10, 1.0, 20)}}), whole(96))).attention
    assert part.finding == "The teams do not differ more than chance"
    assert part.blocks == ()
    assert "Team 002" not in said(part)


def test_a_team_of_which_fewer_than_half_answered_is_not_named() -> None:
    teams = eight({EIGHT[1]: {"COM": low(20, 0.9, 30)}})
    teams[1] |= {"headcount": 30, "response_rate": 0.4}
    assert presented(with_top(teams, whole(96, gates=("COM",)))).attention.blocks == ()


def test_below_eight_teams_there_is_no_order() -> None:
    part = presented(with_top(eight()[:7], whole(84, bottom_k=None))).attention
    assert part.finding == "With so few teams, none can be said to need attention first"
    assert "fewer than 8 teams" in said(part)


def changed(*changes: tuple[str, str, dict[str, Any]]) -> OrganisationReport:
    teams = eight()
    for name, code, change in changes:
        (team,) = [team for team in teams if team["team"] == name]
        team.setdefault("change", {})[code] = change
    return presented(with_top(teams, whole(96)), [with_top(eight(), whole(96), label="2026Q3")])


def test_the_biggest_clear_changes_come_first_with_their_ranges() -> None:
    part = changed(
        (EIGHT[0], "COM", shop.change(20, "higher", half=8)),
        (EIGHT[4], "ROL", shop.change(-31, "lower", half=9)),
        (EIGHT[5], "TRU", shop.change(3, half=9)),
    ).changes
    assert part.finding == "Clearly changed since 2026 Q3: Team 005 (Role clarity −31), Team 001 (Communication +20)"
    (block,) = part.blocks
    assert block.name == "Change since 2026 Q3 in points"
    told = block.chart.partition("<title>")[2].partition("</title>")[0]
    assert told == ("Team 005, Role clarity: −31 points (−40 to −22); Team 001, Communication: +20 points (+12 to +28)")


def test_what_is_clear_alone_need_not_be_among_all() -> None:
    """Alone p = .02; with 31 others that moved not at all q is .6."""
    other = [(name, code, shop.change(0, half=12)) for name in EIGHT for code in ("COM", "TRU", "ROL", "MOT")]
    part = changed(*other, (EIGHT[0], "COM", shop.change(14, "higher", half=12))).changes
    assert part.finding == "Looking at all teams together, no change since 2026 Q3 is clear"
    assert part.blocks == ()


def test_what_a_teams_own_report_does_not_call_clear_is_not_listed() -> None:
    assert changed((EIGHT[0], "COM", shop.change(30, half=8))).changes.blocks == ()


def test_without_an_earlier_quarter_no_change_is_told() -> None:
    report = presented(with_top(eight(), whole(96)))
    assert report.changes.finding == "There is no earlier quarter to compare teams with"
    assert report.over_time is None
    assert report.follow_up == ""


def test_response_rates_are_those_of_shown_units() -> None:
    units = [
        node("North", parent=None, n=30, heads=50, response_rate=0.6),
        hidden("South", parent=None),
        node("West", parent=None, n=9, heads=20, response_rate=0.45),
    ]
    part = presented(cycle(eight(), whole(80), units=units)).response
    assert part.finding == "80% of the people invited answered"
    told = "".join(block.chart for block in part.blocks)
    assert "North: 30 of 50 answered, 60%; West: 9 of 20 answered, 45%" in told
    assert "South" not in told
    assert part.notes[:2] == (
        "Fewer than half answered, so nothing is compared: West.",
        "Below 70%, and people who did not answer may see it differently: North.",
    )


def driver(outcome: str, code: str, share: float, low: float, high: float, n_eff: int = 240) -> dict[str, Any]:
    shares = {"weight_share": share, "share_low": low, "share_high": high}
    return {"outcome": outcome, "dimension": code, "n_eff": n_eff, "r": 0.5, "r_low": 0.4, "r_high": 0.6, **shares}


def test_drivers_are_told_in_words_where_the_sample_allows() -> None:
    drivers = [
        driver("OUT1", "COM", 0.2, 0.1, 0.3),
        driver("OUT1", "TRU", 0.42, 0.335, 0.5),
        driver("OUT1", "ROL", 0.35, 0.28, 0.44),
        driver("OUT1", "MOT", 0.03, 0.0, 0.1),
    ]
    part = presented(with_top(eight(), whole(300, drivers=drivers))).drivers
    (block,) = part.blocks
    assert block.name == part.finding == "“Would recommend” goes most with Trust, Role clarity"
    assert "Trust: 42% of what is explained; Role clarity: 35% of what is explained" in block.chart
    assert ">42% (33–50)<" in block.chart
    assert block.notes == ("As if 240 people had answered independently.",)
    assert "not what causes what" in part.notes[0]


def test_drivers_of_a_small_sample_are_one_sentence() -> None:
    none = {"suppressed": "too_few"}
    small = driver("OUT1", "COM", 0.2, 0.1, 0.3, 120) | dict.fromkeys(("weight_share", "share_low", "share_high"), none)
    part = presented(with_top(eight(), whole(150, drivers=[small]))).drivers
    assert (part.finding, part.blocks, len(part.notes)) == ("What goes with the outcomes cannot be told yet", (), 1)


def read(practice: str | None, verdict: str, since: str = "2026Q3") -> dict[str, Any]:
    return {"action": "aa", "practice": practice, "verdict": verdict, "since": since}


def test_outcomes_of_actions_are_counted_by_practice_without_naming_a_team() -> None:
    actions = {
        EIGHT[0]: [read("P01", "likely_helped"), read(None, "cannot_tell_yet")],
        EIGHT[1]: [read("P01", "cannot_tell_yet")],
        EIGHT[2]: [read("P25", "likely_helped")],
    }
    part = presented(with_top(eight(), whole(96), actions=actions)).worked
    assert part.finding == "Likely helped: 2 of 4 actions read this quarter"
    assert part.headings == ("Practice", "likely helped", "cannot tell yet", "likely did not help")
    rows = [(each.name, [printed(cell) for cell in each.cells]) for each in part.rows]
    assert rows == [
        ("Quarter goals on one page", ["1", "1", "–"]),
        ("Change note in four lines", ["1", "–", "–"]),
        ("Actions of teams’ own", ["–", "1", "–"]),
    ]
    assert not any(name in " ".join([part.finding, *part.sentences, *(r[0] for r in rows)]) for name in EIGHT)


def test_what_worked_is_named_with_its_interval_once_there_are_enough() -> None:
    record = WhatWorked(
        actions=let_out(34),
        overall=cycles.effect("", 3.1, 0.4, 5.8, 34),
        practices=(cycles.effect("P25", 6.2, 1.9, 10.5, 12), cycles.effect("P01", 1.0, -3.0, 5.0, 11)),
    )
    part = presented(with_top(eight(), whole(96)), record=record).worked.record
    assert part.finding == "Works here: Change note in four lines"
    (block,) = part.blocks
    assert "All practices together: +3.1 points beyond what was expected (+0.4 to +5.8)" in block.chart
    assert "Quarter goals on one page: +1.0 points beyond what was expected (−3.0 to +5.0)" in block.chart


def test_too_few_actions_say_how_many_are_needed() -> None:
    for actions, count in ((None, "none"), (let_out(6), "6")):
        part = presented(with_top(eight(), whole(96)), record=WhatWorked(actions=actions)).worked.record
        assert part.finding == "Which practices work here cannot be told yet"
        assert part.notes[0].endswith(f"So far {count} could be judged.")
        assert "from 10 finished actions on, where at least 3 practices" in part.notes[0]


def test_recommendations_are_those_of_the_business_head() -> None:
    organisation = whole(96)
    teams = eight()
    register = with_top(teams, organisation)
    report = presented(register)
    assert [printed(card.number) for card in report.actions] == ["1", "2"]
    assert report.actions[0].why == (
        "The results do not single this out; Communication has the lowest score, so it is a place to start."
    )
    assert report.actions[0].practicalities[0] == "Owner: the two leads"
    assert report.actions[1].basis == "Habit"
    assert all(sheet.evidence.startswith("Evidence") for sheet in report.sheets)


@pytest.mark.parametrize(("promised", "readers"), [(True, "The business head and HR."), (False, "HR alone.")])
def test_who_reads_it_is_what_members_were_promised(promised: bool, readers: str) -> None:
    base = cycles.reported(with_top(eight(), whole(96)))
    contract = ContractFacts("anonymous", "0" * 20, head_reads_all=promised)
    with use_language("en"):
        report = organisation_report(replace(base, source=replace(base.source, contract=contract)))
    said = [block.sentences[0] for column in report.reading.columns for block in column]
    assert any(sentence.startswith(readers) for sentence in said)


def test_a_withheld_organisation_says_why_and_nothing_else() -> None:
    with use_language("en"):
        report = organisation_report(cycles.reported(cycle([hidden("A"), hidden("B")], {"suppressed": "too_few"})))
        assert isinstance(report, WithheldReport)
        page = report_page(report)
    assert report.verdict == "Fewer than 5 answers can be shown together, so nothing is shown."
    assert (report.cover.name, report.cover.answered, report.organisation) == ("Lantern", "", None)
    assert "not a score of zero" in page


def test_no_team_shown_leaves_the_whole() -> None:
    report = presented(with_top([hidden("A"), hidden("B", "protects_others")], whole(9, bottom_k=None)))
    assert report.heat_map.finding == "No team is shown this quarter"
    assert [each.name for each in report.heat_map.rows] == [TOP]
    assert report.changes.blocks == ()


def test_one_team_is_no_league() -> None:
    report = presented(with_top([node("A")], whole(12, bottom_k=None)))
    assert report.attention.blocks == ()
    assert report.heat_map.finding == "No team can be told apart from the organisation"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_state_makes_a_page_in_both_languages(language: str) -> None:
    record = WhatWorked(let_out(34), cycles.effect("", 3.1, 0.4, 5.8, 34), (cycles.effect("P25", 6.2, 1.9, 10.5, 12),))
    full = with_top(
        eight({EIGHT[3]: {"ROL": low(20, 1.0, 30)}}),
        whole(300, gates=("ROL",), drivers=[driver("OUT1", "TRU", 0.4, 0.3, 0.5), driver("OUT1", "COM", 0.1, 0, 0.2)]),
        change={"COM": shop.change(9, "higher", half=4)},
        actions={EIGHT[0]: [read("P01", "likely_helped")]},
    )
    before = with_top(eight(), whole(300), label="2026Q3")
    with use_language(language):
        page = report_page(organisation_report(cycles.reported(full, [before], record)))
    if language == "zh":
        bare = re.sub("<[^>]+>", " ", page.partition("</style>")[2])
        for word in ("Where to look", "likely", "Clearly", "score", "Owner", "answered", "Practice"):
            assert word not in bare
    assert "%(" not in page
    assert "%%" not in page


def test_words_depend_on_displayed_values_only() -> None:
    """Two cycles with the same displayed values and other checksums of raw data give the same words."""
    one, two = (with_top(eight(), whole(96, gates=("ROL",))) for _time in range(2))
    assert presented(one) == presented(replace(two))
