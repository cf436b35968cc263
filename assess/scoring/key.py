"""What the scorer needs to know of an instrument: codes, scales, keys; no text."""

from dataclasses import dataclass

SCALE_LIMIT = 100  # a rating is stored in one signed byte; -128 means "no answer"


@dataclass(frozen=True)
class ScaleKey:
    """A range of whole numbers a rating may take, both ends included."""

    lo: int
    hi: int

    def __post_init__(self) -> None:
        if not -SCALE_LIMIT <= self.lo < self.hi <= SCALE_LIMIT:
            raise ValueError(f"a scale needs -{SCALE_LIMIT} <= lo < hi <= {SCALE_LIMIT}, got {self.lo}..{self.hi}")

    @property
    def options(self) -> int:
        """How many ratings there are."""
        return self.hi - self.lo + 1

    @property
    def has_favourable(self) -> bool:
        """Whether two options at each end leave a middle (at least four options)."""
        return self.hi - self.lo >= 3


@dataclass(frozen=True)
class ItemKey:
    """One statement: its code, its scale, and whether agreement is unfavourable."""

    code: str
    scale: ScaleKey
    reverse_keyed: bool = False


@dataclass(frozen=True)
class DimensionKey:
    """Items measured together; `items` are columns of the answer matrix."""

    code: str
    items: tuple[int, ...]
    overall: bool
    higher_is_better: bool
    scale: ScaleKey

    @property
    def needed(self) -> int:
        """Answers a person needs for a score: at least half of the items."""
        return (len(self.items) + 1) // 2


@dataclass(frozen=True)
class ScoringKey:
    """Everything that turns answers into scores; items of all dimensions first, then the outcomes."""

    instrument: str
    version: str
    sha256: str
    items: tuple[ItemKey, ...]
    dimensions: tuple[DimensionKey, ...]
    outcomes: tuple[int, ...] = ()

    @property
    def overall_dimensions(self) -> tuple[int, ...]:
        """Places of the dimensions that make up the overall score; empty where there is none."""
        places = tuple(d for d, dimension in enumerate(self.dimensions) if dimension.overall)
        if any(not self.dimensions[d].higher_is_better for d in places):
            return ()
        return places

    @property
    def overall_needed(self) -> int:
        """Dimension scores a person needs for an overall score: at least three quarters."""
        return -(-3 * len(self.overall_dimensions) // 4)

    def dimension_of(self, item: int) -> int | None:
        """Find the dimension an item belongs to; None for an outcome."""
        return next((d for d, dimension in enumerate(self.dimensions) if item in dimension.items), None)
