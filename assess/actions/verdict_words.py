"""What became of an action, in words: without blame, and no more certain than the figures."""

from assess.localisation import gettext as _
from assess.scoring.verdict import Reason, Verdict


def verdict_word(verdict: Verdict) -> str:
    """Name a verdict in two or three words."""
    return {
        Verdict.LIKELY_HELPED: _("likely helped"),
        Verdict.CANNOT_TELL_YET: _("cannot tell yet"),
        Verdict.LIKELY_DID_NOT_HELP: _("likely did not help"),
    }[verdict]


def verdict_sentence(verdict: Verdict, reason: Reason | None, *, is_final: bool = True) -> str:
    """Say what stands behind a verdict; for the one that nothing can be told, why."""
    if verdict is Verdict.LIKELY_HELPED:
        return _(
            "The rise goes beyond the rebound to be expected after a low score, beyond what happened "
            "in the other teams, and beyond chance. This one question was set beforehand and is "
            "asked for a rise alone, so it can be answered even where the pages that look at "
            "everything at once see no clear change."
        )
    if verdict is Verdict.LIKELY_DID_NOT_HELP:
        return _("A rise of five points or more would very likely have shown; there was none.")
    if reason is Reason.STEPS_OPEN and is_final:
        return _("Some steps were still open when the survey closed, so nothing is said about its effect.")
    return _reason_sentence(reason or Reason.NOISE)


def visible_sentence(points: object) -> str:
    """Say how large a rise would have been seen; `points` is the displayed figure."""
    return _(
        "With a team of this size, a rise of about %(points)s points beyond the rebound and the "
        "other teams would have been visible; smaller ones are not, even where they are real.",
        points=points,
    )


def _reason_sentence(reason: Reason) -> str:
    return {
        Reason.NO_DIMENSION: _(
            "It aims at no dimension of the survey, so the survey cannot judge it; what counts is that it was done."
        ),
        Reason.NOT_A_TEAM: _("Only single teams are compared with each other, so nothing is said about a whole unit."),
        Reason.NOT_ASKED: _("The survey did not ask about it again, so there is nothing to compare."),
        Reason.WITHIN_SPAN: _("It takes two quarters; it is judged next quarter."),
        Reason.ITEMS_CHANGED: _("The questions have changed since, so the two quarters are not compared."),
        Reason.MEMBERS_CHANGED: _("The team has been put together differently since, so the two are not compared."),
        Reason.NOT_RELEASED: _("In one of the two quarters nothing is shown of this team, so nothing is compared."),
        Reason.COMPONENTS_UNKNOWN: _(
            "Too few answers came from the whole organisation to know what chance alone would do."
        ),
        Reason.FEW_CONTROLS: _(
            "Too few other teams went without such an action to know what would have happened anyway."
        ),
        Reason.STEPS_OPEN: _("Some steps were still open when the survey closed; it is judged once more next quarter."),
        Reason.NOISE: _(
            "The change lies within what chance and the usual ups and downs bring. For a team of this size that is "
            "the usual outcome and no criticism."
        ),
    }[reason]
