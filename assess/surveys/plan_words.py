"""The preview of reportability in whole sentences, for a page and for the terminal."""

from assess.localisation import gettext as _
from assess.surveys.planning import RATES, Preview


def summary_sentences(preview: Preview) -> list[str]:
    """Say for each response rate how many groups get a report of their own."""
    return [
        _(
            "At %(rate)s response about %(number)d of %(groups)d groups get a report of their own.",
            rate=percent(rate),
            number=round(number),
            groups=preview.groups,
        )
        for rate, number in zip(RATES, preview.reportable, strict=True)
    ]


def merging_sentences(preview: Preview) -> list[str]:
    """Say what asking two groups as one would change."""
    return [
        _(
            "%(one)s and %(two)s asked as one group: shown in %(after)s of cycles at %(rate)s response, "
            "instead of %(before_one)s and %(before_two)s.",
            one=merging.groups[0],
            two=merging.groups[1],
            after=percent(merging.after),
            rate=percent(RATES[1]),
            before_one=percent(merging.before[0]),
            before_two=percent(merging.before[1]),
        )
        for merging in preview.mergings
    ]


def percent(share: float) -> str:
    """Write a share in whole per cent.

    >>> percent(0.755)
    '76 %'
    """
    return f"{round(100 * share)} %"
