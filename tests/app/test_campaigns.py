"""Weeks without time for a survey, and dates that avoid them."""

from datetime import date, timedelta

import pytest

from assess.app.cycle_pages.campaigns import black_friday, campaigns_between, proposed_dates


@pytest.mark.parametrize(
    ("year", "day"), [(2024, 29), (2025, 28), (2026, 27), (2027, 26), (2028, 24), (2029, 23), (2030, 29)]
)
def test_black_friday_is_the_day_after_thanksgiving(year: int, day: int) -> None:
    assert black_friday(year) == date(year, 11, day)


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (date(2026, 9, 1), date(2026, 9, 30), []),
        (date(2026, 6, 20), date(2026, 6, 20), ["the 618 sale"]),
        (date(2026, 6, 21), date(2026, 6, 30), []),
        (date(2026, 11, 11), date(2026, 11, 24), ["Double 11", "Black Friday"]),
        (date(2027, 1, 25), date(2027, 2, 1), ["Chinese New Year"]),
        (date(2026, 12, 12), date(2027, 1, 2), ["Double 12", "the weeks before Christmas and the end of the year"]),
    ],
)
def test_campaigns_are_found_on_their_days_and_no_other(first: date, last: date, names: list[str]) -> None:
    assert [each.name for each in campaigns_between(first, last)] == names


@pytest.mark.parametrize("number", range(0, 1500, 13))
def test_proposed_dates_are_working_days_ahead_and_in_order(number: int) -> None:
    today = date(2026, 1, 1) + timedelta(days=number)
    opens, closes = proposed_dates(today)
    assert today < opens < closes <= opens + timedelta(days=11)
    assert closes - opens >= timedelta(days=7)
    assert opens.weekday() < 5
    assert closes.weekday() < 5
    assert campaigns_between(opens, closes) == []
