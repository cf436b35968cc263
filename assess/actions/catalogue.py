"""The catalogue of practices: texts in both languages from TOML, and their pure core for the matching."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assess.scoring.advice import Guards, Practice

Texts = Mapping[str, str]
LANGUAGES = ("en", "zh")
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
# Three questions for 30 minutes, no persons; a practice may bring its own.
_TALK: Texts = {
    "en": "What works and should stay? What gets in the way of the work? What do we try first, until when?",
    "zh": "哪些做法要保留？哪些事妨碍工作？先试哪一项，试到什么时候？",
}


class CatalogueError(ValueError):
    """The catalogue shipped with the program is damaged: names file, practice and field."""


@dataclass(frozen=True)
class PracticeTexts:
    """One practice with everything people read about it; `citation` is None where only experience speaks for it."""

    practice: Practice
    name: Texts
    title: Texts
    recommend: Texts
    first_step: Texts
    steps: Mapping[str, tuple[str, ...]]
    owner: str
    span: str
    grade: str
    follow_up: tuple[str, ...]
    sign: Texts
    talk: Texts | None
    citation: str | None
    finding: Texts | None
    source_articles: tuple[str, ...]

    @property
    def code(self) -> str:
        """P01 to P85."""
        return self.practice.code

    @property
    def scope(self) -> str:
        """`team`, `cross-team` or `company`."""
        return self.practice.scope

    @property
    def effort(self) -> str:
        """`S`, `M` or `L`."""
        return self.practice.effort

    @property
    def next_quarter(self) -> Texts:
        """The sign at work that the lead notes next quarter, beside the items of `follow_up`."""
        return self.sign

    @property
    def talk_guide(self) -> Mapping[str, tuple[str, ...]]:
        """Three questions for the team talk, per language: the practice's own or the general ones."""
        texts = self.talk or _TALK
        return {language: _questions(texts[language]) for language in LANGUAGES}


@cache
def load_practices() -> tuple[PracticeTexts, ...]:
    """Read all practices, in the order of their numbers. Raises CatalogueError."""
    found: dict[str, PracticeTexts] = {}
    folder = resources.files("assess.actions") / "practices"
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            for practice in read_practices(entry.read_text(encoding="utf-8"), entry.name):
                if practice.code in found:
                    raise CatalogueError(f"{entry.name}: {practice.code} is there twice")
                found[practice.code] = practice
    return tuple(found[code] for code in sorted(found))


def practice_by_code(code: str) -> PracticeTexts:
    """Find one practice; KeyError for an unknown code."""
    return {p.code: p for p in load_practices()}[code]


def read_practices(text: str, file: str) -> tuple[PracticeTexts, ...]:
    """Parse one file of the catalogue. Raises CatalogueError naming file, practice and field."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file}: {error}") from error
    return tuple(_practice(_Entry(table, file)) for table in content.get("practices", []))


def _questions(text: str) -> tuple[str, ...]:
    """Split a talk guide after each question mark; a note in brackets stays with the question before it."""
    return tuple(q.strip() for q in re.findall(r"[^?？]+[?？](?:\s*[(（][^)）]*[)）])?", text))


class _Entry:
    """One table with a complaint for everything that is missing or wrong."""

    def __init__(self, table: Mapping[str, Any], file: str) -> None:
        self.table = table
        self.where = f"{file}: {table.get('code', 'a practice without code')}"
        if unknown := sorted(set(table) - _FIELDS):
            raise CatalogueError(f"{self.where}: unknown field {', '.join(unknown)}")

    def text(self, field: str) -> str:
        value = self.table.get(field)
        if not isinstance(value, str) or not value.strip():
            raise CatalogueError(f"{self.where}: {field} is missing")
        return value

    def one_of(self, field: str, allowed: tuple[str, ...]) -> str:
        value = self.text(field)
        if value not in allowed:
            raise CatalogueError(f"{self.where}: {field} is {value}, allowed are {', '.join(allowed)}")
        return value

    def codes(self, field: str) -> tuple[str, ...]:
        value = self.table.get(field)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise CatalogueError(f"{self.where}: {field} must be a list of codes")
        return tuple(value)

    def texts(self, field: str) -> Texts:
        value = self.table.get(field, {})
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language].strip():
                raise CatalogueError(f"{self.where}: {field}.{language} is missing")
        return {language: value[language] for language in LANGUAGES}

    def optional_texts(self, field: str) -> Texts | None:
        return self.texts(field) if field in self.table else None

    def steps(self) -> Mapping[str, tuple[str, ...]]:
        value = self.table.get("steps", {})
        steps = {language: tuple(value.get(language, ())) for language in LANGUAGES}
        if not steps["en"] or len(steps["en"]) != len(steps["zh"]):
            raise CatalogueError(f"{self.where}: steps must be equally many in both languages")
        return steps

    def guards(self) -> Guards:
        value = dict(self.table.get("guards", {}))
        guards = Guards(
            functions=tuple(value.pop("functions", ())),
            younger_than_months=value.pop("younger_than_months", None),
            needs=frozenset(value.pop("needs", ())),
            scores_at_least=value.pop("scores_at_least", {}),
        )
        if value:
            raise CatalogueError(f"{self.where}: unknown guard {', '.join(value)}")
        return guards


def _practice(entry: _Entry) -> PracticeTexts:
    citation = entry.text("citation") if "citation" in entry.table else None
    finding = entry.optional_texts("finding")
    if (citation is None) != (finding is None):
        raise CatalogueError(f"{entry.where}: citation and finding belong together")
    if citation is None and entry.text("grade") != "D":
        raise CatalogueError(f"{entry.where}: grade must be D without a citation")
    talk = entry.optional_texts("talk")
    if talk is not None and any(len(_questions(talk[language])) != 3 for language in LANGUAGES):
        raise CatalogueError(f"{entry.where}: talk must be three questions in both languages")
    return PracticeTexts(
        practice=Practice(
            code=entry.text("code"),
            belongs_to=entry.codes("belongs_to"),
            triggers=entry.codes("triggers"),
            scope=entry.one_of("scope", ("team", "cross-team", "company")),
            effort=entry.one_of("effort", ("S", "M", "L")),
            guards=entry.guards(),
        ),
        name=entry.texts("name"),
        title=entry.texts("title"),
        recommend=entry.texts("recommend"),
        first_step=entry.texts("first_step"),
        steps=entry.steps(),
        owner=entry.one_of("owner", ("lead", "members", "rotating", "keeper", "both-leads", "head", "hr")),
        span=entry.one_of("span", ("4w", "8w", "1q", "2q", "event")),
        grade=entry.one_of("grade", ("A", "B", "C", "D")),
        follow_up=entry.codes("follow_up"),
        sign=entry.texts("sign"),
        talk=talk,
        citation=citation,
        finding=finding,
        source_articles=entry.codes("source_articles"),
    )
