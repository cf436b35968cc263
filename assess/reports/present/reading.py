"""The last page: how to read the report, the methods in ten lines, and the facts that make it checkable."""

from collections.abc import Sequence

from assess.localisation import format_quarter
from assess.releases.released import Fixed
from assess.reports.present.pages import Explanation, Fact, Reading, ReportSource
from assess.reports.present.saying import gettext as _
from assess.surveys.instruments import Instrument


def reading(
    source: ReportSource, instrument: Instrument, *, has_roster: bool, citations: Sequence[str] = ()
) -> Reading:
    """Build the page from settings and versions only; no figure of a team stands on it."""
    return Reading(
        columns=((scores_and_bands(), _ranges(), _comparing()), (what_is_not_shown(source.minimum), _limits())),
        methods=methods(has_roster=has_roster),
        facts=facts(source, instrument, citations),
    )


def scores_and_bands() -> Explanation:
    """Explain points and bands."""
    return Explanation(
        _("Scores and bands"),
        (
            _("Scores run from 0 to 100 points. They are not percentages: 50 is the middle answer, 75 is “agree”."),
            _(
                "Bands are conventions, not norms: from 80 healthy, from 65 fairly good, from 50 needs attention, "
                "below 50 act first."
            ),
        ),
    )


def _ranges() -> Explanation:
    return Explanation(
        _("Two kinds of range"),
        (
            _(
                "The team’s own range asks: what if everybody had answered? It has no width when "
                "everybody did. It goes with the overall score, with each dimension on its page, and "
                "with single items."
            ),
            _(
                "The usual range asks: how much do such answers fluctuate? It is wider, and it is the one to use "
                "wherever teams or quarters are compared. The two never stand on the same chart."
            ),
        ),
    )


def _comparing() -> Explanation:
    return Explanation(
        _("“No clear difference” is an answer"),
        (
            _(
                "Small teams fluctuate. “Above”, “below”, “higher” or “lower” is said only where chance alone would "
                "seldom bring it about. “No clear difference” or “no clear change” does not mean that there is none."
            ),
        ),
    )


def what_is_not_shown(minimum: int) -> Explanation:
    """Explain the minimum."""
    return Explanation(
        _("What is not shown"),
        (
            _(
                "A group is shown from %(minimum)s answers. “Fewer than %(minimum)s answers” is never zero and never a "
                "judgement. Sometimes a larger group is hidden as well, because it would give a small one away.",
                minimum=Fixed(minimum),
            ),
            _(
                "Numbers on single items need 10 answers; from 5 to 9 words stand in their place, each covering at "
                "least three possible counts."
            ),
        ),
    )


def _limits() -> Explanation:
    return Explanation(
        _("Limits"),
        (
            _(
                "A mood shared by the whole team, or fear of answering, is in the scores and in no range. "
                "A recommendation is a start for a talk, not a proof; most of its evidence comes from other industries."
            ),
            _("The figures are about how teams work. They are never for appraisal, pay or dismissal."),
        ),
    )


def methods(*, has_roster: bool) -> tuple[str, ...]:
    """List the methods in ten lines."""
    return (
        _("Answers are reverse-coded where agreement is unfavourable, then put on 0–100."),
        _(
            "A person’s score is the mean of the answered items, at least half of them; a team’s, of its persons’ "
            "scores."
        ),
        _(
            "The overall score is the mean of people’s dimension scores; of the team’s, where that protects the few "
            "who left one out."
        ),
        _(
            "Ranges are 95% moderated t intervals, steadied by all teams shown; below 10 answers half-widths are "
            "multiples of 5."
        ),
        _people_invited()
        if has_roster
        else _("The number of people invited is not known, so every range is a usual range."),
        _("The organisation’s score weights every answer equally and uses shown groups only."),
        _("Favourable are the two upper options; shares are rounded to the nearest 5, their limits are exact."),
        _(
            "A change is tested by a moderated t test; “higher” and “lower” hold the false-discovery rate at 5% within "
            "the team’s dimensions."
        ),
        _(
            "A trend is a weighted line through at least five quarters; a direction is told where 95% limits leave "
            "out 0."
        ),
        _("Recommendations follow from the displayed figures alone; nothing hidden can choose one."),
    )


def _people_invited() -> str:
    return _("The own range allows for the number of people invited; it cannot leave what is logically possible.")


def facts(source: ReportSource, instrument: Instrument, citations: Sequence[str]) -> tuple[Fact, ...]:
    """List what makes a report checkable."""
    return (
        *origin(source),
        Fact(_("Smallest group shown"), _("%(minimum)s answers", minimum=Fixed(source.minimum))),
        Fact(
            _("Instrument"),
            f"{instrument.code} {instrument.version} · {instrument.sha256[:20]}",
        ),
        Fact(_("Engine"), f"assess {source.engine}"),
        *((Fact(_("Sources of the recommendations"), "; ".join(citations)),) if citations else ()),
        Fact(_("Checksum of the figures (SHA-256)"), source.document_sha256, is_code=True),
        *_earlier(source),
        *((Fact(_("Checksum of the actions"), source.actions_sha256, is_code=True),) if source.actions_sha256 else ()),
        Fact(_("Rebuild this report"), source.command, is_code=True),
    )


def _earlier(source: ReportSource) -> tuple[Fact, ...]:
    """List the older documents this report reads, each with the first digits of its checksum."""
    if not source.earlier_sha256:
        return ()
    listed = [
        f"{format_quarter(quarter)} {sha256[:12]}".replace(" ", "\u00a0") for quarter, sha256 in source.earlier_sha256
    ]
    return (Fact(_("Checksums of earlier quarters"), " · ".join(listed), is_code=True),)


def origin(source: ReportSource) -> tuple[Fact, ...]:
    """Name the contract, or that there is none."""
    if source.contract is None:
        return (Fact(_("Source"), _("A file of answers. No cycle was run, so there is no anonymity contract.")),)
    level = _("anonymous") if source.contract.level == "anonymous" else _("confidential")
    name = _("Anonymity contract") if source.contract.level == "anonymous" else _("Contract of the cycle")
    return (Fact(name, f"{level} · {source.contract.sha256_prefix}"),)
