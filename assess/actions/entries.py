"""One practice as it stands in its file: typed reading with a complaint for everything missing or wrong."""

import re
from collections.abc import Mapping
from typing import Any

from assess.scoring.advice import Guards

Texts = Mapping[str, str]
LANGUAGES = ("en", "zh")
_FUNCTIONS = ("operations", "marketing", "service", "technology", "merchandise")
_NEEDS = ("bonus", "equity", "vacancy")
_FIELDS = frozenset(
    {
        "code",
        "source_articles",
        "belongs_to",
        "triggers",
        "guards",
        "scope",
        "owner",
        "span",
        "effort",
        "grade",
        "name",
        "title",
        "measures",
        "recommend",
        "first_step",
        "steps",
        "follow_up",
        "sign",
        "talk",
        "citation",
        "finding",
    }
)


class CatalogueError(ValueError):
    """The catalogue shipped with the program is damaged: names file, practice and field."""


class Entry:
    """One table with a complaint for everything that is missing or wrong."""

    def __init__(self, table: Mapping[str, Any], file: str) -> None:
        self.table = table
        self.where = f"{file}: {table.get('code', 'a practice without code')}"
        if unknown := sorted(set(table) - _FIELDS):
            raise CatalogueError(f"{self.where}: unknown field {', '.join(unknown)}")

    def code(self) -> str:
        """Read the code, P and two digits: its number decides ties."""
        value = self.text("code")
        if not re.fullmatch(r"P\d\d", value):
            raise CatalogueError(f"{self.where}: code must be P and two digits")
        return value

    def text(self, field: str) -> str:
        """Read a required text that is not blank."""
        value = self.table.get(field)
        if not isinstance(value, str) or not value.strip():
            raise CatalogueError(f"{self.where}: {field} is missing")
        return value

    def one_of(self, field: str, allowed: tuple[str, ...]) -> str:
        """Read one word of an enumeration."""
        value = self.text(field)
        if value not in allowed:
            raise CatalogueError(f"{self.where}: {field} is {value}, allowed are {', '.join(allowed)}")
        return value

    def codes(self, field: str) -> tuple[str, ...]:
        """Read a list of codes, which may be empty."""
        value = self.table.get(field)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise CatalogueError(f"{self.where}: {field} must be a list of codes")
        return tuple(value)

    def texts(self, field: str) -> Texts:
        """Read a text in every language."""
        value = self._table(field)
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language].strip():
                raise CatalogueError(f"{self.where}: {field}.{language} is missing")
        return {language: value[language] for language in LANGUAGES}

    def optional_texts(self, field: str) -> Texts | None:
        """Read a text in every language, or None when the field is absent."""
        return self.texts(field) if field in self.table else None

    def steps(self) -> Mapping[str, tuple[str, ...]]:
        """Read the steps, equally many in every language."""
        value = self._table("steps")
        steps = {language: self._list(value, "steps", language) for language in LANGUAGES}
        if not steps["en"] or len(steps["en"]) != len(steps["zh"]):
            raise CatalogueError(f"{self.where}: steps must be equally many in both languages")
        return steps

    def guards(self) -> Guards:
        """Read the conditions; none when the field is absent."""
        value = self._table("guards")
        if unknown := sorted(set(value) - {"functions", "younger_than_months", "needs", "scores_at_least"}):
            raise CatalogueError(f"{self.where}: unknown guard {', '.join(unknown)}")
        months, scores = value.get("younger_than_months"), value.get("scores_at_least", {})
        if months is not None and not isinstance(months, int):
            raise CatalogueError(f"{self.where}: guards.younger_than_months must be a whole number")
        if not isinstance(scores, dict) or not all(isinstance(v, int) for v in scores.values()):
            raise CatalogueError(f"{self.where}: guards.scores_at_least must be a score for each dimension")
        return Guards(
            functions=self._known(value, "functions", _FUNCTIONS),
            younger_than_months=months,
            needs=frozenset(self._known(value, "needs", _NEEDS)),
            scores_at_least=scores,
        )

    def _known(self, table: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Read a guard's list; a misspelt word would hide the practice for good."""
        values = self._list(table, "guards", key)
        if unknown := [v for v in values if v not in allowed]:
            raise CatalogueError(f"{self.where}: guards.{key} has {unknown[0]}, allowed are {', '.join(allowed)}")
        return values

    def _table(self, field: str) -> Mapping[str, Any]:
        value = self.table.get(field, {})
        if not isinstance(value, dict):
            raise CatalogueError(f"{self.where}: {field} must be a table")
        return value

    def _list(self, table: Mapping[str, Any], field: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise CatalogueError(f"{self.where}: {field}.{key} must be a list of texts")
        return tuple(value)
