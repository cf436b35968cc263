"""The small words of a report: bands, ranges, lists, names in the reader's language."""

from collections.abc import Mapping, Sequence

from assess.localisation import current_language
from assess.localisation import gettext as _

# Conventions, not norms (localisation.md 4.6); every page that uses a band says so.
_BANDS = ((80, "healthy"), (65, "fairly_good"), (50, "attention"), (0, "first"))


def band_code(score: int) -> str:
    """Name the band of a displayed score.

    >>> band_code(80), band_code(79), band_code(50), band_code(49)
    ('healthy', 'fairly_good', 'attention', 'first')
    """
    return next(code for start, code in _BANDS if score >= start)


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


def span(low: int | None, high: int | None) -> str:
    """Print an interval: 52–76; empty without limits."""
    return "" if low is None or high is None else f"{low}–{high}"


def signed(value: float, *, decimals: int = 0) -> str:
    """Print a difference with its sign; the minus is as wide as the plus.

    >>> signed(12), signed(-3), signed(0), signed(-0.5, decimals=1)
    ('+12', '−3', '0', '−0.5')
    """
    return f"{value:+.{decimals}f}".replace("-", "−") if value else "0"


def listing(names: Sequence[str]) -> str:
    """Join names: `A, B, C`, in Chinese `A、B、C`."""
    return ("、" if current_language() == "zh" else ", ").join(names)


def why_withheld(reason: str, minimum: int) -> str:
    """Say why there is no figure; a reason, never a count."""
    if reason == "too_few":
        return _("fewer than %(minimum)s answers", minimum=minimum)
    if reason == "protects_others":
        return _("not shown, to protect answers in other groups")
    if reason == "not_asked":
        return _("not asked this quarter")
    return _("not available")


def with_direction(label: str, *, less_is_better: bool) -> str:
    """Mark the label of an item whose agreement is unfavourable."""
    return _("%(label)s (less is better)", label=label) if less_is_better else label


def short_quarter(label: str) -> str:
    """Print the quarter without its year, for an axis: `Q3`."""
    return _("Q%(number)s", number=label[-1])
