"""What is said: figures as in the document, at every number of answers no more than may be shown, in both languages."""

import re
from typing import Any

import pytest

from assess.localisation import use_language
from assess.reports.present.comparison import standings
from assess.reports.present.pages import TeamReport, WithheldReport
from assess.reports.team_reports import team_report, team_report_pdf
from tests.reports import shop
from tests.reports.opened import entry as opened


def presented(name: str, language: str = "en", **changes: Any) -> TeamReport:
    """Present a team with some of its figures changed."""
    with use_language(language):
        report = team_report(shop.reported(), opened({**shop.team(name), **changes}))
    assert isinstance(report, TeamReport)
    return report


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.SERVICE, shop.TECHNOLOGY])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_prints_the_figures_of_the_document(name: str, language: str) -> None:
    entry = shop.team(name)
    organisation = shop.document()["cycles"][0]["organisation"]["dimensions"]
    text = " ".join(shop.text_of(shop.pdf(name, language), layout=True).split())
    for dimension in shop.instrument().dimensions:
        figures = entry["dimensions"][dimension.code]
        low, high = figures["low_100"], figures["high_100"]
        own = str(figures["score_100"]) if low == high else f"{low}–{high}"
        cells = [
            dimension.name[language],
            str(figures["n"]),
            str(figures["score_100"]),
            own,
            f"{figures['compare_low_100']}–{figures['compare_high_100']}",
            str(organisation[dimension.code]["score_100"]),
        ]
        if isinstance(figures["percent_favourable"], int):
            cells.append(f"{figures['percent_favourable']}%")
        assert " ".join(cells) in text


def test_below_ten_answers_no_item_has_a_number() -> None:
    report = presented(shop.OPERATIONS)
    assert report.items.legend == ()
    for block in report.items.blocks:
        drawn = re.sub(r"<[^>]*>", " ", str(block.chart))
        assert not re.search(r"\d", drawn), drawn
        assert re.search(r"most|half|few", drawn)


def test_from_ten_answers_items_have_bars_or_end_words() -> None:
    entry = shop.team(shop.SERVICE)["items"]
    drawn = " ".join(str(block.chart) for block in presented(shop.SERVICE).items.blocks)
    for code, figures in entry.items():
        label = shop.instrument().item(code).label["en"]
        if shop.instrument().item(code).reverse_keyed:
            label += " (less is better)"
        if "word" in figures:
            words = {
                "almost_nobody": "almost nobody",
                "almost_everybody": "almost everybody",
                "about_half": "about half",
                "most": "mostly",
                "few": "few",
            }
            assert f"{label}: {words[figures['word']]} favourable" in drawn
        else:
            assert f"{label}: {figures['percent_favourable']}% favourable" in drawn


def test_a_sensitive_outcome_is_not_on_the_leads_page() -> None:
    for language in ("en", "zh"):
        text = shop.text_of(shop.pdf(shop.SERVICE, language))
        assert {"en": "Goals reached", "zh": "目标达成"}[language] in text
        assert {"en": "Intent to stay", "zh": "留任意愿"}[language] not in text


def test_the_verdict_names_every_band_the_interval_reaches() -> None:
    overall = shop.team(shop.OPERATIONS)["overall"]
    one = presented(shop.OPERATIONS, overall={**overall, "score_100": 70, "low_100": 66, "high_100": 79})
    assert one.headline.verdict == "Team health stands at 70 of 100: “fairly good”."
    two = presented(shop.OPERATIONS, overall={**overall, "score_100": 70, "low_100": 66, "high_100": 80})
    assert two.headline.verdict == "Team health stands at 70 of 100: “fairly good”, possibly “healthy”."
    wide = presented(shop.OPERATIONS, overall={**overall, "score_100": 70, "low_100": 55, "high_100": 85})
    assert wide.headline.verdict == (
        "Team health stands at 70 of 100: “fairly good”, though anything from “needs attention” "
        "to “healthy” is possible."
    )


def test_the_interval_is_said_as_measurement_prescribes() -> None:
    overall = {**shop.team(shop.OPERATIONS)["overall"], "score_100": 62, "low_100": 52, "high_100": 72}
    (sentence,) = presented(shop.OPERATIONS, overall=overall).headline.sentences
    assert sentence == (
        "If everybody had answered, the score would be between 52 and 72 "
        "(95% confidence, if those who did not answer are like those who did)."
    )


def test_when_everybody_answered_the_fluctuation_is_said_and_sqrt_2_of_it_rounded_up() -> None:
    overall = {"n": 11, "score_100": 62, "low_100": 62, "high_100": 62, "fluctuation_100": 5}
    (sentence,) = presented(shop.TECHNOLOGY, overall=overall).headline.sentences
    # sqrt(2) * 5 = 7.07
    assert "it could lie 5 points higher or lower" in sentence
    assert "changes below 8 points are ordinary" in sentence


@pytest.mark.parametrize(
    ("low", "high", "place"),
    [(41, 80, "around"), (66, 80, "above"), (40, 64, "below"), (65, 80, "around"), (40, 65, "around")],
)
def test_above_and_below_are_said_only_outside_the_comparing_interval(low: int, high: int, place: str) -> None:
    figures = {"n": 8, "score_100": 60, "low_100": 1, "high_100": 2, "compare_low_100": low, "compare_high_100": high}
    team = {"n": 8, "dimensions": {"COM": figures}}
    organisation = opened({"dimensions": {"COM": {"n": 40, "score_100": 65}}})
    (standing,) = standings(opened(team), organisation, shop.instrument())
    assert standing.place == place


def test_nothing_is_compared_when_fewer_than_half_answered() -> None:
    report = presented(shop.SERVICE, response_rate=0.49)
    assert report.comparison.finding == "The dimensions and their usual range"
    assert "nothing is compared" in report.headline.sentences[-1]
    assert not any("organisation, which" in block.says for block in report.dimensions)
    warned = presented(shop.SERVICE, response_rate=0.69)
    assert warned.headline.sentences[-1] == "People who did not answer may see it differently."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_chart_carries_both_kinds_of_interval(language: str) -> None:
    """The page-one chart has the comparing limits and the organisation, the slim bars the team's own limits only."""
    report = presented(shop.OPERATIONS, language)
    for dimension, block in zip(shop.instrument().dimensions, report.dimensions, strict=True):
        figures = shop.team(shop.OPERATIONS)["dimensions"][dimension.code]
        assert f"{figures['compare_low_100']}–{figures['compare_high_100']}" in str(report.comparison.chart)
        assert f"{figures['low_100']}–{figures['high_100']}" not in str(report.comparison.chart)
        title = re.search(r"<title>(.*?)</title>", str(block.chart))
        assert title is not None
        assert set(re.findall(r"\d+", title[1])) == {str(figures[k]) for k in ("score_100", "low_100", "high_100")}


def test_two_things_to_do_carry_first_step_basis_owner_effort_and_evidence() -> None:
    report = presented(shop.OPERATIONS)
    assert [card.basis for card in report.actions] == ["Starting point", "Habit"]
    assert "Your results do not single this out" in report.actions[0].why
    for card in report.actions:
        assert card.first_step
        assert card.practicalities[0].startswith("Owner: ")
        assert card.evidence.startswith("Evidence ")


def test_only_a_clear_finding_may_call_something_low() -> None:
    dimensions = shop.team(shop.OPERATIONS)["dimensions"]
    low = {**dimensions, "COM": {**dimensions["COM"], "score_100": 30, "compare_low_100": 12, "compare_high_100": 48}}
    report = presented(shop.OPERATIONS, dimensions=low)
    assert report.actions[0].basis == "Clear finding"
    assert "even the upper end of its usual range, 48, is below 50" in report.actions[0].why
    assert " low " not in " ".join(card.why for card in presented(shop.OPERATIONS).actions)


@pytest.mark.parametrize(
    ("reason", "says"),
    [("too_few", "Fewer than 5 people answered"), ("protects_others", "to protect the answers of others")],
)
def test_a_withheld_report_says_why_and_shows_the_organisation_only(reason: str, says: str) -> None:
    team = opened({"team": "Warehouse", "suppressed": reason})
    report = team_report(shop.reported(), team)
    assert isinstance(report, WithheldReport)
    assert says in report.verdict
    assert report.organisation is not None
    assert len(report.advice) >= 3
    content = team_report_pdf(shop.reported(), team, language="en")
    first = shop.text_of(content).split("How to read this")[0]
    organisation = shop.document()["cycles"][0]["organisation"]["dimensions"]
    allowed = {str(f[k]) for f in organisation.values() for k in ("score_100", "low_100", "high_100")}
    allowed |= {"2026", "4", "0", "25", "50", "75", "100", "95", "30", "5", "6", "1", "2"}
    assert set(re.findall(r"\d+", first)) <= allowed


def test_without_a_roster_no_own_range_is_claimed() -> None:
    content = team_report_pdf(
        shop.reported(shop.document(roster=False)),
        opened(shop.team(shop.SERVICE, shop.document(roster=False))),
        language="en",
    )
    text = shop.text_of(content)
    assert "12 answered" in text
    assert "If everybody had answered" not in text
    assert "own range" not in text.split("How to read this")[0]


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.SERVICE, shop.TECHNOLOGY, shop.WITHHELD])
def test_the_chinese_report_has_no_english_sentence(name: str) -> None:
    text = " ".join(shop.text_of(shop.pdf(name, "zh")).split())
    # Names of teams and tools, the command and citations are not sentences of ours.
    ours = re.sub(r"\([^()]*\)|（[^（）]*）|assess report .*|[A-Z]\w+ et al|doi:\S+", " ", text)
    assert re.findall(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", ours) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_last_page_makes_the_report_checkable(language: str) -> None:
    text = "".join(shop.text_of(shop.pdf(shop.SERVICE, language)).split())
    source = shop.reported().source
    assert source.document_sha256 in text
    assert "".join(shop.COMMAND.split()) in text
    assert shop.instrument().sha256[:20] in text
    assert f"assess{source.engine}" in text


def test_strengths_come_from_items_from_ten_answers_and_from_dimensions_below() -> None:
    by_item = presented(shop.SERVICE).strengths
    assert all(strength.name.startswith("“") for strength in by_item)
    by_dimension = presented(shop.OPERATIONS).strengths
    scores = {
        d.name["en"]: shop.team(shop.OPERATIONS)["dimensions"][d.code]["score_100"]
        for d in shop.instrument().dimensions
    }
    best = sorted(scores, key=lambda name: -scores[name])[:2]
    assert [strength.name for strength in by_dimension] == best
