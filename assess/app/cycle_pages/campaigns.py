"""Weeks in which shops have no time for a survey (localisation.md, 4.3), and dates that avoid them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assess.localisation import gettext as _

DAYS_OPEN = 11
"""From a Monday to the Friday of the week after."""
_LENGTHS = (DAYS_OPEN, 10, 9, 8, 7)
_NOTICE = timedelta(days=3)
_WEEKS_LOOKED_AT = 14

# First day of the Chinese year; the next ones are added in time.
_NEW_YEAR = {
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
    2036: (1, 28),
}


@dataclass(frozen=True)
class Campaign:
    """A time when people have other things on their hands; both days count."""

    name: str
    first: date
    last: date


def campaigns_between(first: date, last: date) -> list[Campaign]:
    """List the campaigns that touch these days, the earliest first."""
    found = [each for year in range(first.year - 1, last.year + 2) for each in _campaigns(year)]
    return sorted((each for each in found if each.first <= last and each.last >= first), key=lambda each: each.first)


def proposed_dates(today: date) -> tuple[date, date]:
    """Propose opening and closing day: this quarter, on working days, meeting no campaign; shorter if need be.

    Where that cannot be, from the first Monday on which it can.
    """
    first, last = today + _NOTICE, _end_of_quarter(today)
    for length in _LENGTHS:
        for number in range((last - first).days - length + 1):
            opens = first + timedelta(days=number)
            closes = opens + timedelta(days=length)
            if opens.weekday() < 3 and closes.weekday() < 5 and not campaigns_between(opens, closes):
                return opens, closes
    monday = first + timedelta(days=-first.weekday() % 7)
    weeks = [monday + timedelta(weeks=number) for number in range(_WEEKS_LOOKED_AT)]
    opens = next((day for day in weeks if not campaigns_between(day, day + timedelta(days=DAYS_OPEN))), monday)
    return opens, opens + timedelta(days=DAYS_OPEN)


def _end_of_quarter(day: date) -> date:
    month = (day.month + 2) // 3 * 3
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def black_friday(year: int) -> date:
    """Find the day after the fourth Thursday of November.

    >>> black_friday(2026)
    datetime.date(2026, 11, 27)
    """
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _campaigns(year: int) -> Iterator[Campaign]:
    friday = black_friday(year)
    if year in _NEW_YEAR:
        day = date(year, *_NEW_YEAR[year])
        yield Campaign(_("Chinese New Year"), day - timedelta(days=7), day + timedelta(days=8))
    yield Campaign(_("the 618 sale"), date(year, 6, 10), date(year, 6, 20))
    yield Campaign(_("Double 11"), date(year, 11, 1), date(year, 11, 11))
    yield Campaign(_("Black Friday"), friday - timedelta(days=4), friday + timedelta(days=3))
    yield Campaign(_("Double 12"), date(year, 12, 10), date(year, 12, 12))
    yield Campaign(_("the weeks before Christmas and the end of the year"), date(year, 12, 14), date(year, 12, 31))
