"""The catalogue of practices: texts in both languages from TOML, and their pure core for the matching."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assess.actions.entries import LANGUAGES, CatalogueError, Entry, Texts
from assess.scoring.advice import Practice

# Three questions for 30 minutes, no persons; a practice may bring its own.
_TALK: Texts = {
    "en": "What works and should stay? What gets in the way of the work? What do we try first, until when?",
    "zh": "哪些做法要保留？哪些事妨碍工作？先试哪一项，试到什么时候？",
}


@dataclass(frozen=True)
class PracticeTexts:
    """One practice with everything people read about it; `citation` is None where only experience speaks for it."""

    practice: Practice
    name: Texts
    title: Texts
    measures: Texts
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
    tables = content.get("practices")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CatalogueError(f"{file}: write each practice as [[practices]]")
    return tuple(_practice(Entry(table, file)) for table in tables)


def _questions(text: str) -> tuple[str, ...]:
    """Split a talk guide after each question mark; a note in brackets stays with the question before it."""
    return tuple(q.strip() for q in re.findall(r"[^?？]+[?？](?:\s*[(（][^)）]*[)）])?", text))


def _practice(entry: Entry) -> PracticeTexts:
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
            code=entry.code(),
            belongs_to=entry.codes("belongs_to"),
            triggers=entry.codes("triggers"),
            scope=entry.one_of("scope", ("team", "cross-team", "company")),
            effort=entry.one_of("effort", ("S", "M", "L")),
            guards=entry.guards(),
        ),
        name=entry.texts("name"),
        title=entry.texts("title"),
        measures=entry.texts("measures"),
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
