"""The last page of the organisation report: how to read it, the methods in ten lines, what makes it checkable."""

from collections.abc import Sequence

from assess.localisation import format_quarter
from assess.releases.what_worked import WhatWorked
from assess.reports.present.pages import ContractFacts, Explanation, Fact, Reading, ReportSource
from assess.reports.present.reading import facts, scores_and_bands, what_is_not_shown
from assess.reports.present.saying import gettext as _
from assess.surveys.instruments import Instrument


def organisation_reading(
    source: ReportSource, instrument: Instrument, record: WhatWorked, citations: Sequence[str] = ()
) -> Reading:
    """Build the page from settings and versions only."""
    return Reading(
        columns=(
            (scores_and_bands(), _ranges(), _no_league_table()),
            (what_is_not_shown(source.minimum), _readers(source.contract), _limits()),
        ),
        methods=methods(),
        facts=(*facts(source, instrument, citations), *_actions(record)),
    )


def _ranges() -> Explanation:
    return Explanation(
        _("What a range says"),
        (
            _(
                "The sentence beside the overall score and the shares of single items ask what they "
                "would be if everybody had answered. All other ranges ask how much such answers "
                "fluctuate: they are wider, and they are the ones to compare with."
            ),
        ),
    )


def _no_league_table() -> Explanation:
    return Explanation(
        _("Why there is no ranking"),
        (
            _(
                "The raw last place is mostly a small team with bad luck. Scores are therefore adjusted for team "
                "size, and a team is named only with the probability that this is right. Where chance explains the "
                "differences, the report says so and names nobody."
            ),
        ),
    )


def _readers(contract: ContractFacts | None) -> Explanation:
    """Say who may read it; before contracts named this report, members were promised less."""
    if contract is not None and not contract.head_reads_all:
        return Explanation(
            _("Who reads this"),
            (
                _(
                    "HR alone. The contract of this cycle promises the scores of a team to HR and to the team’s own "
                    "leaders, so this file must not be handed on, not even to the business head."
                ),
            ),
        )
    return Explanation(
        _("Who reads this"),
        (
            _(
                "The business head and HR. Team leads read the report of their own team; comments are in those "
                "reports and not here."
            ),
        ),
    )


def _limits() -> Explanation:
    return Explanation(
        _("Limits"),
        (
            _(
                "A mood shared by everybody, or fear of answering, is in the scores and in no range. A low score is a "
                "reason to ask and to help, not a verdict on a team or its lead."
            ),
            _("The figures are about how teams work. They are never for appraisal, pay or dismissal."),
        ),
    )


def methods() -> tuple[str, ...]:
    """List the methods in ten lines."""
    return (
        _("Answers are reverse-coded where agreement is unfavourable, then put on 0–100."),
        _(
            "A person’s score is the mean of the answered items, at least half of them; a team’s, of its persons’ "
            "scores."
        ),
        _("The organisation’s score weights every answer equally and uses shown groups only."),
        _(
            "Ranges are 95% moderated t intervals, steadied by all teams shown; below 10 answers half-widths are "
            "multiples of 5."
        ),
        _(
            "Above and below the organisation: each team against all others, each unit by its range; "
            "false-discovery rate 10% over all of them."
        ),
        _(
            "Attention: empirical-Bayes means, probability of being among the lowest few; only if the F test is "
            "significant and ICC(2) at least 0.40."
        ),
        _("Clear changes: moderated t tests, then a false-discovery rate of 5% over all teams and dimensions."),
        _("What goes with outcomes: Johnson’s relative weights over persons, limits by a bootstrap of whole teams."),
        _("Actions: change beyond the expected rebound and the other teams; practices pooled with shrinkage."),
        _("Recommendations follow from the displayed figures alone; nothing hidden can choose one."),
    )


def _actions(record: WhatWorked) -> tuple[Fact, ...]:
    """List the documents of actions behind the track record."""
    if len(record.sources) < 2:
        return ()
    listed = [
        f"{format_quarter(quarter)} {sha256[:12]}".replace(" ", "\u00a0") for quarter, sha256 in record.sources[:-1]
    ]
    return (Fact(_("Checksums of earlier actions"), " · ".join(listed), is_code=True),)
