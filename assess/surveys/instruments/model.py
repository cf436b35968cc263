"""What an instrument is made of: frozen, in order of presentation, with its texts per language."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.scoring.key import DimensionKey, ItemKey, ScaleKey, ScoringKey

Texts = Mapping[str, str]  # language -> text

MODULES_A_QUARTER = 2
LONG_MODULE = 3  # items; at most one such module a quarter (instrument.md, Default rotation)


@dataclass(frozen=True)
class ResponseScale:
    """The options from `lo` to `hi`; `labels[language]` runs from the lowest value to the highest, or is absent."""

    lo: int
    hi: int
    labels: Mapping[str, tuple[str, ...]]

    @property
    def values_as_shown(self) -> tuple[int, ...]:
        """Labelled options are shown with agreement first, bare numbers (0-10) in rising order."""
        values = range(self.lo, self.hi + 1)
        return tuple(reversed(values)) if self.labels else tuple(values)

    def label(self, value: int, language: str) -> str:
        """Name one option; an option without a label is its number."""
        labels = self.labels.get(language)
        return labels[value - self.lo] if labels else str(value)


@dataclass(frozen=True)
class Dimension:
    """A group of items that are scored together; `module` is set when it is only asked in some quarters."""

    code: str
    name: Texts
    subtitle: Texts
    scale: ResponseScale
    overall: bool
    higher_is_better: bool
    module: str | None


@dataclass(frozen=True)
class Item:
    """One statement to rate. `label` is the short name for charts and defaults to the text."""

    code: str
    dimension: str
    text: Texts
    label: Texts
    reverse_keyed: bool
    scale: ResponseScale


@dataclass(frozen=True)
class Outcome:
    """A rating that stands for itself. A `sensitive` one is by default not on the lead's own page."""

    code: str
    text: Texts
    label: Texts
    scale: ResponseScale
    sensitive: bool


@dataclass(frozen=True)
class CommentPrompt:
    """An open, optional prompt with the hint printed under it."""

    code: str
    text: Texts
    hint: Texts


@dataclass(frozen=True)
class Instrument:
    """One version of a questionnaire, everything in order of presentation."""

    code: str
    version: str
    languages: tuple[str, ...]
    name: Texts
    lead_in: Texts
    cannot_tell: Texts
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    outcomes: tuple[Outcome, ...]
    comments: tuple[CommentPrompt, ...]

    @property
    def ratings(self) -> tuple[Item | Outcome, ...]:
        """Everything that is rated, in the column order of an answer matrix: the items, then the outcomes."""
        return (*self.items, *self.outcomes)

    @property
    def modules(self) -> tuple[str, ...]:
        """Codes of the driver modules, each once."""
        return tuple(dict.fromkeys(d.module for d in self.dimensions if d.module))

    def dimension(self, code: str) -> Dimension:
        """Find a dimension; KeyError when the instrument has none of that code."""
        return _by_code(self.dimensions, code)

    def item(self, code: str) -> Item:
        """Find an item; KeyError when the instrument has none of that code."""
        return _by_code(self.items, code)

    def outcome(self, code: str) -> Outcome:
        """Find an outcome; KeyError when the instrument has none of that code."""
        return _by_code(self.outcomes, code)

    def items_of(self, dimension: str) -> tuple[Item, ...]:
        """List the items of one dimension as they are asked."""
        return tuple(item for item in self.items if item.dimension == dimension)

    def items_of_module(self, module: str) -> tuple[Item, ...]:
        """List the items of one driver module as they are asked."""
        codes = {d.code for d in self.dimensions if d.module == module}
        return tuple(item for item in self.items if item.dimension in codes)

    def restricted(self, modules: tuple[str, ...] = ()) -> "Instrument":
        """Keep the core and these modules, however many: what a file with several quarters holds together."""
        dimensions = tuple(d for d in self.dimensions if d.module is None or d.module in modules)
        kept = {d.code for d in dimensions}
        return replace(self, dimensions=dimensions, items=tuple(i for i in self.items if i.dimension in kept))

    def effective(self, modules: tuple[str, ...] = ()) -> "Instrument":
        """Give what is asked in one quarter: the core and the chosen modules, in instrument order.

        RefusalError for an unknown or repeated module, more than two, or two of three items.
        """
        self._check(modules)
        return self.restricted(modules)

    def scoring_key(self, modules: tuple[str, ...] = ()) -> ScoringKey:
        """Give the scorer what it needs of one quarter's questionnaire."""
        return self.effective(modules).whole_key()

    def whole_key(self) -> ScoringKey:
        """Give the scoring key of everything in this instrument."""
        items = tuple(
            ItemKey(r.code, _scale_key(r.scale), isinstance(r, Item) and r.reverse_keyed) for r in self.ratings
        )
        dimensions = tuple(
            DimensionKey(
                code=d.code,
                items=tuple(place for place, item in enumerate(self.items) if item.dimension == d.code),
                overall=d.overall,
                higher_is_better=d.higher_is_better,
                scale=_scale_key(d.scale),
            )
            for d in self.dimensions
        )
        outcomes = tuple(range(len(self.items), len(self.ratings)))
        return ScoringKey(self.code, self.version, self.sha256, items, dimensions, outcomes)

    @cached_property
    def sha256(self) -> str:
        """Hash what people are asked and how it counts, in hex (design, Contract)."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """Write that as JSON: UTF-8, keys sorted, no floats.

        Chart labels and the names of the instrument and its dimensions are not part of the measurement.
        """
        content = {
            "code": self.code,
            "version": self.version,
            "lead_in": dict(self.lead_in),
            "cannot_tell": dict(self.cannot_tell),
            "dimensions": [
                {"code": d.code, "overall": d.overall, "higher_is_better": d.higher_is_better} for d in self.dimensions
            ],
            "items": [_content(i) | {"dimension": i.dimension, "reverse_keyed": i.reverse_keyed} for i in self.items],
            "outcomes": [_content(o) for o in self.outcomes],
            "comments": [{"code": c.code, "text": dict(c.text), "hint": dict(c.hint)} for c in self.comments],
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def _check(self, modules: tuple[str, ...]) -> None:
        for module in modules:
            if module not in self.modules:
                raise RefusalError(
                    _(
                        "The instrument %(instrument)s has no driver module %(module)s; choose from: %(known)s.",
                        instrument=self.code,
                        module=module,
                        known=", ".join(self.modules) or "-",
                    )
                )
        if len(set(modules)) != len(modules):
            raise RefusalError(_("A driver module is chosen twice; name each one once."))
        if len(modules) > MODULES_A_QUARTER:
            raise RefusalError(_("At most two driver modules are asked in one quarter; leave some out."))
        if sum(len(self.items_of_module(m)) >= LONG_MODULE for m in modules) > 1:
            raise RefusalError(
                _("At most one of the two driver modules may have three items; exchange one for a shorter one.")
            )


Part = TypeVar("Part", Dimension, Item, Outcome)


def _scale_key(scale: ResponseScale) -> ScaleKey:
    return ScaleKey(lo=scale.lo, hi=scale.hi)


def _content(rating: Item | Outcome) -> dict[str, object]:
    labels = {language: list(labels) for language, labels in rating.scale.labels.items()}
    scale = {"min": rating.scale.lo, "max": rating.scale.hi, "labels": labels}
    return {"code": rating.code, "text": dict(rating.text), "scale": scale}


def _by_code(parts: tuple[Part, ...], code: str) -> Part:
    for part in parts:
        if part.code == code:
            return part
    raise KeyError(code)
