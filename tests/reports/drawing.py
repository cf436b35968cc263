"""A program of its own that draws reports of the shop at another time: `drawing.py FOLDER NAME/LANGUAGE …`.

Every clock Python programs ask is put forward before anything else is imported.
"""

import datetime as dt
import sys
import time
from pathlib import Path

LATER = 1_500_000_000.0  # seconds, 47 years


class LaterDateTime(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "LaterDateTime":
        return super().now(tz) + dt.timedelta(seconds=LATER)


class LaterDate(dt.date):
    @classmethod
    def today(cls) -> "LaterDate":
        return super().today() + dt.timedelta(seconds=LATER)


def main() -> None:
    real_time, real_local, real_gm = time.time, time.localtime, time.gmtime
    time.time = lambda: real_time() + LATER
    time.localtime = lambda seconds=None: real_local(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: real_gm(time.time() if seconds is None else seconds)
    dt.datetime, dt.date = LaterDateTime, LaterDate  # type: ignore[misc]
    from tests.reports import shop

    for place, wanted in enumerate(sys.argv[2:]):
        name, _slash, language = wanted.rpartition("/")
        (Path(sys.argv[1]) / f"{place}.pdf").write_bytes(shop.pdf(name, language))


if __name__ == "__main__":
    main()
