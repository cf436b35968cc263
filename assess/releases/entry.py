"""One node's entry in a result document, or a part of one, read figure by figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.releases.released import Released, Suppressed, let_out
from assess.scoring.release import Reason


class NotReleasedError(RefusalError):
    """A figure was asked for that the frozen document does not hold."""


@dataclass(frozen=True)
class Entry:
    """What is released of one node. `place` names node and part, for the sentence of a refusal.

    A part that is withheld or absent reads as an empty entry; `why_not` gives the reason.
    """

    _content: Mapping[str, Any]
    place: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of a team or unit."""
        return str(self._content["team"])

    @property
    def codes(self) -> tuple[str, ...]:
        """Under which codes this part holds something, be it a figure or a reason; in the document's order."""
        return () if self.why_not() else tuple(self._content)

    def has(self, *path: str) -> bool:
        """Say whether the document has this place at all, withheld or not."""
        return self._at(path) is not None

    def figure(self, *path: str) -> Released[Any] | Suppressed:
        """Give one figure, or the reason that stands in its place. NotReleasedError where the document has neither."""
        found = self.find(*path)
        if found is None:
            raise NotReleasedError(
                _(
                    "The released result holds no figure “%(figure)s”; only what was released can be shown.",
                    figure=" · ".join((*self.place, *path)),
                )
            )
        return found

    def find(self, *path: str) -> Released[Any] | Suppressed | None:
        """Give one figure or its reason; None where the document has neither."""
        value = self._at(path)
        return let_out(value) if isinstance(value, str | int | float) else self._suppressed(path)

    def number(self, *path: str) -> Released[float] | None:
        """Give one number; None where it is withheld or absent."""
        value = self._at(path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return let_out(value)

    def numbers(self, *path: str) -> tuple[Released[float], ...]:
        """Give a list of numbers; empty where it is withheld or absent."""
        value = self._at(path)
        return tuple(let_out(float(each)) for each in value) if isinstance(value, list) else ()

    def entries(self, *path: str) -> tuple["Entry", ...]:
        """Give a list of entries; empty where it is withheld or absent."""
        value = self._at(path)
        found = value if isinstance(value, list) else []
        return tuple(Entry(each, (*self.place, *path)) for each in found if isinstance(each, Mapping))

    def word(self, *path: str) -> Released[str] | None:
        """Give one word; None where it is withheld or absent."""
        value = self._at(path)
        return let_out(value) if isinstance(value, str) else None

    def called(self, name: str) -> "Entry":
        """Give the same figures under the name the node has today."""
        return self if name == self.name else Entry({**self._content, "team": name}, (name, *self.place[1:]))

    def part(self, *path: str) -> "Entry":
        """Give a part of the entry; empty where it is withheld or absent."""
        value = self._at(path)
        shown = isinstance(value, Mapping) and "suppressed" not in value
        return Entry(value if shown else {}, (*self.place, *path))

    def why_not(self, *path: str) -> Suppressed | None:
        """Give the reason why something, or what it is part of, is withheld; None where it is there."""
        reason = self._suppressed(path)
        return Suppressed(Reason.NOT_AVAILABLE) if reason is None and self._at(path) is None else reason

    def displayed(self) -> Mapping[str, Any]:
        """Give all displayed values as plain ones: for rules that choose words, and for exports of the document."""
        return self._content

    def _suppressed(self, path: Sequence[str]) -> Suppressed | None:
        """Find the reason that stands at a place, or above it."""
        content: object = self._content
        for key in (*path, None):
            if isinstance(content, Mapping) and "suppressed" in content:
                return Suppressed(Reason(content["suppressed"]))
            content = content.get(key) if isinstance(content, Mapping) else None
        return None

    def _at(self, path: Sequence[str]) -> Any:  # noqa: ANN401 - whatever the document holds there
        content: Any = self._content
        for key in path:
            content = content.get(key) if isinstance(content, Mapping) else None
        return content
