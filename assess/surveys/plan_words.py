"""The preview of reportability in whole sentences, for a page and for the terminal."""

from assess.localisation import gettext as _
from assess.surveys.groups import Plan
from assess.surveys.planning import RATES, Preview

_MERGED_SHOWN = 12


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


def composition_sentences(plan: Plan, *, minimum: int) -> list[str]:
    """Say who is asked together with whom and why: what people find in their reports is often not the team tree.

    `minimum` is the size of the smallest group a plan forms.
    """
    own = [group.own or any(part.startswith("own:") for part in group.parts) for group in plan.groups]
    merged = [group for group in plan.groups if len(group.parts) > 1]
    lines = []
    if any(own):
        lines.append(
            _(
                "Whoever leads a team answers with the unit above it, so that the report of a team does not hold its "
                "leader’s answers. Leaders and others directly in a unit carry the name of the unit."
            )
        )
    lines += [
        _(
            "%(group)s: %(people)d people in one group, since one part alone has fewer than %(minimum)d.",
            group=group.name,
            people=len(group.members),
            minimum=minimum,
        )
        for group in merged[:_MERGED_SHOWN]
    ]
    if len(merged) > _MERGED_SHOWN:
        lines.append(_("and %(number)d more", number=len(merged) - _MERGED_SHOWN))
    return lines


def percent(share: float) -> str:
    """Write a share in whole per cent.

    >>> percent(0.755)
    '76 %'
    """
    return f"{round(100 * share)} %"
