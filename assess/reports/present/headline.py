"""The head of the report: who answered, the verdict in one sentence, the overall score and its interval in words."""

from collections.abc import Sequence
from math import sqrt

from assess.releases.entry import Entry
from assess.releases.released import derived
from assess.reports.present.figures import OVERALL, Score, score_in
from assess.reports.present.pages import Headline
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import band_code, band_word
from assess.scoring.rounding import up

# measurement.md 9: below these shares of answers a warning is added, and nothing is compared.
_WARN_BELOW, _COMPARE_FROM = 0.70, 0.50


def may_compare(team: Entry) -> bool:
    """Whether enough people answered for any comparison in words."""
    rate = team.number("response_rate")
    return rate is None or rate.value >= _COMPARE_FROM


def answered(team: Entry) -> str:
    """Say how many answered of how many invited."""
    n, heads = team.number("n"), team.number("headcount")
    if n is None:
        return ""
    if heads is None:
        return _("%(n)s answered", n=n)
    return _("%(n)s of %(heads)s answered", n=n, heads=heads)


def headline(team: Entry, minimum: int, changes: Sequence[str] = ()) -> Headline:
    """Put the overall score into words; `changes` are the sentences on what changed."""
    score = score_in(team, OVERALL)
    label = _("health score, 0–100")
    if score is None:
        return Headline(_no_score(team, minimum), None, label, (*changes, *_caution(team)))
    sentences = (*changes, *interval_sentences(score, team), *_caution(team))
    return Headline(_verdict(score), score.score, label, sentences)


def interval_sentences(score: Score, team: Entry) -> tuple[str, ...]:
    """Say what the team's own interval means (measurement.md 3.7)."""
    heads = team.number("headcount")
    if heads is not None and score.n == heads:
        return _everybody(score)
    if score.low is None or score.high is None:
        return ()
    if heads is None:
        return (
            _(
                "The usual range of such a score is %(low)s to %(high)s (95%% confidence).",
                low=score.low,
                high=score.high,
            ),
        )
    return (
        _(
            "If everybody had answered, the score would be between %(low)s and %(high)s "
            "(95%% confidence, if those who did not answer are like those who did).",
            low=score.low,
            high=score.high,
        ),
    )


def _everybody(score: Score) -> tuple[str, ...]:
    if score.fluctuation is None:
        return (_("Everybody answered, so %(score)s is the average of this quarter’s answers.", score=score.score),)
    return (
        _(
            "Everybody answered, so %(score)s is the average of this quarter’s answers. With people’s usual "
            "fluctuation it could lie %(points)s points higher or lower (95%% limit); from quarter to quarter, changes "
            "below %(change)s points are ordinary.",
            score=score.score,
            points=score.fluctuation,
            change=derived(lambda points: int(up(sqrt(2) * points)), score.fluctuation),
        ),
    )


def _verdict(score: Score) -> str:
    """One sentence from the displayed score and limits; a wide interval is part of the verdict."""
    band = band_code(score.score)
    worst = band if score.low is None else band_code(score.low)
    best = band if score.high is None else band_code(score.high)
    if worst == best:
        return _("Team health stands at %(score)s of 100: “%(band)s”.", score=score.score, band=band_word(band))
    if band in {worst, best}:
        return _(
            "Team health stands at %(score)s of 100: “%(band)s”, possibly “%(other)s”.",
            score=score.score,
            band=band_word(band),
            other=band_word(worst if band == best else best),
        )
    return _(
        "Team health stands at %(score)s of 100: “%(band)s”, though anything from “%(worst)s” to “%(best)s” "
        "is possible.",
        score=score.score,
        band=band_word(band),
        worst=band_word(worst),
        best=band_word(best),
    )


def _no_score(team: Entry, minimum: int) -> str:
    """Say why there is no overall score, without excuse."""
    reason = team.why_not(OVERALL)
    if reason is None or not team.has(OVERALL):
        return _("This instrument has no overall score; read its dimensions one by one.")
    return _("There is no overall score this time: %(reason)s.", reason=reason.sentence(minimum))


def _caution(team: Entry) -> tuple[str, ...]:
    rate = team.number("response_rate")
    if rate is None or rate.value >= _WARN_BELOW:
        return ()
    if rate.value >= _COMPARE_FROM:
        return (_("People who did not answer may see it differently."),)
    return (_("Fewer than half answered; the others may see it differently, so nothing is compared."),)
