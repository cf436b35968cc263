"""The demo's quarters on the calendar: the seventh is the one in which the demo is built."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from assess.demo.company import QUARTERS

ASKED_FOR = timedelta(days=7, hours=9)
STAYS_OPEN = timedelta(days=10)


def quarter_start(number: int, now: datetime) -> date:
    """Give the first day of the demo's quarter `number`; numbers below 1 lie before the first survey."""
    months = now.year * 12 + (now.month - 1) // 3 * 3 - 3 * (QUARTERS - number)
    return date(months // 12, months % 12 + 1, 1)


def quarter_label(number: int, now: datetime) -> str:
    """Name a quarter as the product does.

    >>> quarter_label(7, datetime(2026, 11, 26)), quarter_label(3, datetime(2026, 11, 26))
    ('2026Q4', '2025Q4')
    """
    start = quarter_start(number, now)
    return f"{start.year}Q{start.month // 3 + 1}"


def opened_at(number: int, now: datetime, zone: ZoneInfo) -> datetime:
    """Give the instant at which a closed quarter was opened: the sixth of its last month, nine o'clock local time."""
    start = quarter_start(number, now)
    return datetime(start.year, start.month + 2, 6, 9, tzinfo=zone).astimezone(UTC)
