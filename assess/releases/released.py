"""A figure that may be printed, and the reason that stands in place of one that may not (disclosure, section 5).

Types, so that no caller can forget to ask: only the register makes a `Released`, and every other number that is printed
follows from released ones alone (`derived`) or is no figure at all (`Fixed`).
"""

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, overload

from assess.localisation import gettext as _
from assess.scoring.release import Reason

T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

_SEAL = object()


class UnreleasedError(TypeError):
    """A number was about to be printed that did not come through the register: a mistake in the program."""


@dataclass(frozen=True)
class Released(Generic[T_co]):
    """A figure as displayed. It can be printed and read; there is no arithmetic on it, and nobody else can make one."""

    value: T_co
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise UnreleasedError("only the register of a published result makes a released figure")

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        if spec:
            raise UnreleasedError(f"a released figure is printed as it is, not as {spec!r}")
        return str(self)

    def __bool__(self) -> NoReturn:
        raise UnreleasedError("a released figure is neither true nor false: ask for its value, or whether there is one")


@dataclass(frozen=True)
class Suppressed:
    """A figure that is withheld, with the reason; never a count, and nobody looks like a few."""

    reason: Reason

    def sentence(self, minimum: int) -> str:
        """Say why in the reader's language; `minimum` is the setting printed in every report."""
        return {
            Reason.TOO_FEW: _("fewer than %(minimum)s answers", minimum=minimum),
            Reason.PROTECTS_OTHERS: _("not shown, to protect answers in other groups"),
            Reason.NOT_ASKED: _("not asked this quarter"),
            Reason.NOT_AVAILABLE: _("not available"),
        }[self.reason]


@dataclass(frozen=True)
class Fixed:
    """A number that no answer moves: a setting, a rule of the product, a place in a list, a mark on an axis."""

    value: int

    def __str__(self) -> str:
        return str(self.value)


Printable: TypeAlias = str | Released[Any] | Fixed


def printed(value: object) -> str:
    """Turn what may be printed into text. UnreleasedError for anything else, a bare number above all."""
    if isinstance(value, str):
        return value
    if isinstance(value, Released | Fixed):
        return str(value)
    raise UnreleasedError(f"only text and released figures are printed, not {type(value).__name__}")


def let_out(value: T) -> Released[T]:
    """Make a released figure; for the register, which reads frozen documents only, and for nobody else."""
    return Released(value, _SEAL)


@overload
def derived(function: Callable[[A], T], first: Released[A], /) -> Released[T]: ...
@overload
def derived(function: Callable[[A, B], T], first: Released[A], second: Released[B], /) -> Released[T]: ...
def derived(function: Callable[..., T], *figures: Released[Any]) -> Released[T]:
    """Compute a figure from displayed values and nothing else, as everything that is printed beside them must be."""
    return Released(function(*(figure.value for figure in figures)), _SEAL)


def derived_from_all(function: Callable[[Sequence[A]], T], figures: Sequence[Released[A]]) -> Released[T]:
    """Compute a figure from any number of displayed values of one kind, at least one."""
    if not figures:
        raise UnreleasedError("a figure computed from nothing is not a figure")
    return Released(function([figure.value for figure in figures]), _SEAL)
