"""The small words of a report: bands, ranges, lists, names in the reader's language."""

from collections.abc import Mapping, Sequence

from assess.localisation import current_language
from assess.releases.released import Released, printed
from assess.reports.present.saying import gettext as _

# Conventions, not norms (localisation.md 4.6); every page that uses a band says so.
_BANDS = ((80, "healthy"), (65, "fairly_good"), (50, "attention"), (0, "first"))


def band_code(score: Released[int]) -> str:
    """Name the band of a displayed score."""
    return next(code for start, code in _BANDS if score.value >= start)


def band_word(code: str) -> str:
    """Say a band in words."""
    return {
        "healthy": _("healthy"),
        "fairly_good": _("fairly good"),
        "attention": _("needs attention"),
        "first": _("act first"),
    }[code]


def text_in(texts: Mapping[str, str]) -> str:
    """Choose the text in the reader's language; an instrument in one language only keeps its own."""
    if not texts:
        return ""
    return texts.get(current_language()) or next(iter(texts.values()))


def quoted(text: str) -> str:
    """Put a statement in quotation marks; both languages use the same pair."""
    return f"“{text}”"


def span(low: Released[int] | None, high: Released[int] | None) -> str:
    """Print an interval: 52–76; empty without limits."""
    return "" if low is None or high is None else f"{printed(low)}–{printed(high)}"


def percent(share: Released[int]) -> str:
    """Print a share: 45%."""
    return f"{printed(share)}%"


def signed(value: Released[int] | Released[float], *, decimals: int = 0) -> str:
    """Print a difference with its sign, +12, −3, 0, −0.5; the minus is as wide as the plus."""
    shown = value.value
    return f"{shown:+.{decimals}f}".replace("-", "−") if shown else "0"


def sentences_joined(sentences: Sequence[str]) -> str:
    """Put whole sentences one after another; Chinese needs no blank between them. Empty ones are left out."""
    return ("" if current_language() == "zh" else " ").join(sentence for sentence in sentences if sentence)


def listing(names: Sequence[str]) -> str:
    """Join names: `A, B, C`, in Chinese `A、B、C`."""
    return ("、" if current_language() == "zh" else ", ").join(names)


def with_direction(label: str, *, less_is_better: bool) -> str:
    """Mark the label of an item whose agreement is unfavourable."""
    return _("%(label)s (less is better)", label=label) if less_is_better else label


def short_quarter(label: str) -> str:
    """Print the quarter without its year, for an axis: `Q3`."""
    return _("Q%(number)s", number=label[-1])
