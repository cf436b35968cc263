"""The catalogue is complete in both languages and covers every item of the core instrument."""

import re
from pathlib import Path

import pytest

from assess.actions import words
from assess.actions.catalogue import PracticeTexts, load_practices, practice_by_code, read_practices
from assess.actions.entries import CatalogueError
from assess.localisation import use_language
from assess.scoring.advice import Guards
from assess.surveys.instruments import load_instrument

PRACTICES = load_practices()
LONG = ("measures", "recommend", "first_step", "sign", "finding", "talk")
INSTRUMENT = load_instrument("team24")
CODES = [item.code for item in INSTRUMENT.items] + [outcome.code for outcome in INSTRUMENT.outcomes]
SMALL = [p for p in PRACTICES if p.effort == "S" and p.scope == "team" and p.practice.guards == Guards()]
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_all_eighty_five_practices_are_there_in_order() -> None:
    assert [p.code for p in PRACTICES] == [f"P{n:02d}" for n in range(1, 86)]


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda p: p.code)
def test_every_text_is_there_in_both_languages_and_differs(practice: PracticeTexts) -> None:
    """Chinese sentences have six characters or more; names, titles and single steps may be shorter (一季一改)."""
    for field in ("name", "title", *LONG):
        texts = getattr(practice, field)
        if texts is None:
            assert field in {"talk", "finding"}
            continue
        assert texts["en"] != texts["zh"]
        assert HAN.search(texts["zh"])
        assert not HAN.search(texts["en"])
        if field in LONG:
            assert len(texts["zh"]) >= 6
    for english, chinese in zip(practice.steps["en"], practice.steps["zh"], strict=True):
        assert english != chinese
        assert HAN.search(chinese)
    assert 3 <= len(practice.steps["en"]) <= 6
    assert len("".join(practice.steps["zh"])) >= 6


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda p: p.code)
def test_recommendations_speak_of_work_in_plain_text(practice: PracticeTexts) -> None:
    everything = [*practice.recommend.values(), *practice.first_step.values(), *practice.sign.values()]
    assert not [t for t in everything if re.search(r"looked up|memory\]|领导|[<>{}]", t)]


def test_a_practice_without_a_checked_source_prints_grade_d_and_no_citation() -> None:
    for practice in PRACTICES:
        if practice.citation is None:
            assert practice.grade == "D"
            assert practice.finding is None


@pytest.mark.parametrize("code", CODES)
def test_every_item_and_outcome_leads_to_a_small_practice_that_any_team_can_start(code: str) -> None:
    assert [p.code for p in SMALL if code in p.practice.triggers]


@pytest.mark.parametrize("dimension", [d.code for d in INSTRUMENT.dimensions])
def test_every_dimension_leads_to_a_small_practice_that_any_team_can_start(dimension: str) -> None:
    assert [p.code for p in SMALL if dimension in p.practice.belongs_to]


def test_every_practice_has_three_questions_for_the_talk_in_both_languages() -> None:
    for practice in PRACTICES:
        for language in ("en", "zh"):
            assert len(practice.talk_guide[language]) == 3, practice.code
    general, own = practice_by_code("P01").talk_guide, practice_by_code("P41").talk_guide
    assert general["zh"] == ("哪些做法要保留？", "哪些事妨碍工作？", "先试哪一项，试到什么时候？")
    assert own["en"][2] == "What do we try on the next one? (No current dispute is discussed in the group.)"


def test_every_item_followed_up_is_an_item_of_the_instrument() -> None:
    for practice in PRACTICES:
        assert set(practice.follow_up) <= set(CODES), practice.code
        assert set(practice.practice.triggers) <= set(CODES), practice.code
        assert practice.follow_up, practice.code


def test_the_source_article_is_covered() -> None:
    covered = {article for p in PRACTICES for article in p.source_articles}
    wanted = (
        {f"一-效{n}" for n in range(1, 7)}
        | {f"一-协{n}" for n in range(1, 9)}
        | {f"二-效{n}" for n in range(1, 6)}
        | {f"二-协{n}" for n in range(1, 9)}
        | {f"三-{n}" for n in range(1, 8)}
        | {f"四-{n}" for n in range(1, 11)}
    )
    assert covered == wanted


def test_every_code_of_the_enumerations_has_its_word_in_both_languages() -> None:
    for practice in PRACTICES:
        for table, code in (
            (words.OWNERS, practice.owner),
            (words.SPANS, practice.span),
            (words.EFFORTS, practice.effort),
            (words.EFFORTS_SHORT, practice.effort),
            (words.GRADES, practice.grade),
            (words.SCOPES, practice.scope),
        ):
            english = str(table[code])
            with use_language("zh"):
                assert str(table[code]) != english


VALID = """
[[practices]]
code = "P01"
source_articles = []
belongs_to = ["ROL"]
triggers = ["ROL1"]
scope = "team"
owner = "lead"
span = "4w"
effort = "S"
grade = "D"
follow_up = []
"""
TEXTS = "".join(
    f'{field}.en = "Words"\n{field}.zh = "一些文字说明"\n'
    for field in ("name", "title", "measures", "recommend", "first_step", "sign")
)
STEPS = 'steps.en = ["a", "b", "c"]\nsteps.zh = ["甲", "乙", "丙"]\n'


def test_the_small_example_is_valid() -> None:
    assert read_practices(VALID + TEXTS + STEPS, "x.toml")[0].code == "P01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (VALID + TEXTS, "x.toml: P01: steps must be equally many"),
        (VALID + TEXTS.replace('sign.zh = "一些文字说明"', "") + STEPS, r"x.toml: P01: sign\.zh is missing"),
        (VALID.replace('"team"', '"planet"') + TEXTS + STEPS, "x.toml: P01: scope is planet, allowed are team"),
        (VALID + 'guards = { moon = "full" }\n' + TEXTS + STEPS, "x.toml: P01: unknown guard moon"),
        (VALID + 'citation = "X 2020"\n' + TEXTS + STEPS, "x.toml: P01: citation and finding belong together"),
        (VALID.replace('["ROL"]', '"ROL"') + TEXTS + STEPS, "x.toml: P01: belongs_to must be a list of codes"),
        ("[[practices]]\ncode = ", "x.toml: "),
        ('[practices]\ncode = "P01"\n', r"x.toml: write each practice as \[\[practices\]\]"),
        ("", r"x.toml: write each practice as \[\[practices\]\]"),
        (VALID.replace('"P01"', '"P1"') + TEXTS + STEPS, "x.toml: P1: code must be P and two digits"),
        (VALID + 'measures = "Words"\n' + STEPS, "x.toml: P01: name.en is missing"),
        (VALID + 'name = "Words"\n' + STEPS, "x.toml: P01: name must be a table"),
        (VALID + TEXTS + 'steps.en = "a"\nsteps.zh = "甲"\n', r"x.toml: P01: steps\.en must be a list of texts"),
        (VALID + 'guards = { functions = "service" }\n' + TEXTS + STEPS, r"guards\.functions must be a list of texts"),
        (
            VALID + 'guards = { younger_than_months = "6" }\n' + TEXTS + STEPS,
            "younger_than_months must be a whole number",
        ),
        (VALID + "guards = { scores_at_least = 50 }\n" + TEXTS + STEPS, "must be a score for each dimension"),
        (VALID + 'colour = "red"\n' + TEXTS + STEPS, "x.toml: P01: unknown field colour"),
        (VALID.replace('"D"', '"B"') + TEXTS + STEPS, "x.toml: P01: grade must be D without a citation"),
        (
            VALID + TEXTS + STEPS + 'talk.en = "One? Two?"\ntalk.zh = "一？二？三？"\n',
            "x.toml: P01: talk must be three questions in both languages",
        ),
    ],
)
def test_a_damaged_catalogue_names_file_practice_and_field(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read_practices(text, "x.toml")


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        practice_by_code("P99")


def test_the_coverage_table_of_the_docs_is_that_of_the_catalogue() -> None:
    text = (Path(__file__).parents[2] / "docs" / "practices.md").read_text(encoding="utf-8")
    told = {}
    for line in text.splitlines():
        if re.match(r"\| [一二三四]-", line):
            item, _name, practices, _where = (cell.strip() for cell in line.strip("|").split("|"))
            told[item] = practices
    covered = {article for p in PRACTICES for article in p.source_articles}
    assert told == {
        item: "; ".join(f"{p.code} {p.title['en']}" for p in PRACTICES if item in p.source_articles) for item in covered
    }
