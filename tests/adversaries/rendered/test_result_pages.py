"""D4 on the pages of HR: each says nothing that the printed report, which other adversaries read, does not say."""

import pytest

from assess.localisation import use_language
from assess.reports.organisation_report import organisation_report
from assess.reports.over_teams import Choice, over_teams
from assess.reports.page import report_body, report_page
from assess.reports.present.organisation.pages import OrganisationReport
from assess.reports.present.pages import WithheldReport
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, page_of
from tests.adversaries.rendered.seen import numbers, text_of_page
from tests.adversaries.rendered.test_organisation_report import rows
from tests.adversaries.rendered.test_withheld_reports import body


def both(company: Company, quarter: int, language: str) -> tuple[str, str]:
    with use_language(language):
        report = organisation_report(company.reported[quarter])
        assert isinstance(report, OrganisationReport | WithheldReport)
        return str(report_body(report)), report_page(report)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_page_has_the_figures_of_the_printed_report_and_no_others(
    company: Company, quarter: int, language: str
) -> None:
    page, printed = both(company, quarter, language)
    found = set(numbers(text_of_page(page)))
    assert found <= set(numbers(text_of_page(printed)))
    assert len(found) > 20, "the adversary can read"


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_heat_map_of_the_page_is_that_of_the_printed_report(company: Company, quarter: int) -> None:
    page, printed = both(company, quarter, "en")
    assert len(rows(page)) > 5
    assert rows(page) == rows(printed)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_withheld_team_is_named_as_often_as_in_print(company: Company, language: str) -> None:
    page, printed = both(company, LATEST, language)
    assert company.withheld()
    for name in company.withheld():
        assert text_of_page(page).count(name) == text_of_page(printed).count(name) == 1


def test_teams_over_time_show_the_charts_of_the_printed_page(company: Company) -> None:
    latest = company.reported[LATEST]
    names = [str(entry["team"]) for entry in company.nodes()][:6]
    with use_language("en"):
        report = over_teams(latest, Choice(tuple(names), "overall"))
        page, printed = body(text_of_page(str(report_body(report)))), body(text_of_page(report_page(report)))
    assert len(set(numbers(page))) > 10
    assert set(numbers(page)) <= set(numbers(printed))


@pytest.mark.parametrize("code", ["overall", "ROL"])
def test_what_is_said_under_a_chart_over_time_stands_in_the_report_of_its_team(company: Company, code: str) -> None:
    latest, read = company.reported[LATEST], 0
    with use_language("en"):
        for entry in company.nodes():
            name = str(entry["team"])
            ((panel,),) = over_teams(latest, Choice((name,), code)).rows
            told = set(numbers(text_of_page(page_of(latest, name, "en"))))
            found = {number for sentence in panel.says for number in numbers(sentence)}
            assert found <= told, (name, found - told)
            read += len(found)
    assert read > 20, "the adversary can read"
