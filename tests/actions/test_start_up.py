"""The ten steps of a new team and the five functions: complete, in order, and only for whom they fit."""

import re

import pytest

from assess.actions.catalogue import practice_by_code
from assess.actions.start_up import (
    STRUCTURE,
    functions,
    offered_steps,
    practices_of_function,
    start_up_steps,
)
from assess.scoring.advice import BUSINESS_HEAD, AdviceSettings
from assess.teams.reading import function_code

HAN = re.compile(r"[\u4e00-\u9fff]")
NEW = AdviceSettings(age_months=3)


def test_the_ten_steps_follow_the_source_article_one_by_one() -> None:
    assert [step.source_article for step in start_up_steps()] == [f"四-{n}" for n in range(1, 11)]
    for step in start_up_steps():
        covering = {code for code in step.practices if step.source_article in practice_by_code(code).source_articles}
        assert covering, step.number


def test_every_step_and_function_speaks_both_languages() -> None:
    for texts in [t for step in start_up_steps() for t in (step.name, step.aim)] + [f.name for f in functions()]:
        assert HAN.search(texts["zh"])
        assert not HAN.search(texts["en"])
    for function in functions():
        assert len(function.duties["en"]) == len(function.duties["zh"]) >= 2


@pytest.mark.parametrize("months", [None, 6, 30])
def test_an_older_team_or_one_of_unknown_age_is_offered_nothing(months: int | None) -> None:
    assert offered_steps(AdviceSettings(age_months=months), {}) == ()


def test_a_new_team_is_offered_ten_steps_with_what_is_the_business_heads() -> None:
    offered = offered_steps(NEW, {})
    assert [o.step.number for o in offered] == list(range(1, 11))
    assert (offered[0].for_team, offered[0].for_head) == (("P01",), ("P04",))
    assert (offered[4].for_team, offered[4].waiting) == (("P39",), {})
    assert (offered[8].for_team, offered[8].for_head) == ((), ("P46", "P50"))
    assert offered[8].waiting == {"P47": ("bonus",), "P51": ("equity",)}
    assert offered[2].waiting == {"P59": ("vacancy",), "P60": ("vacancy",)}


def test_with_a_vacancy_and_as_business_head_more_is_ones_own() -> None:
    everything = AdviceSettings(age_months=0, has=frozenset({"vacancy", "bonus", "equity"}), scopes=BUSINESS_HEAD)
    for offered in offered_steps(everything, {}):
        assert offered.for_team == offered.step.practices
        assert not offered.waiting


def test_a_step_is_done_when_everything_the_team_can_do_of_it_is_done() -> None:
    done = {o.step.number for o in offered_steps(NEW, {}, frozenset({"P01", "P24", "P09", "P08"})) if o.done}
    assert done == {1, 7}  # step 6 still lacks P25; step 7 is complete without the business head's P64


def test_the_five_functions_have_their_practice_and_the_roster_knows_them() -> None:
    assert [f.code for f in functions()] == ["operations", "marketing", "service", "technology", "merchandise"]
    for function in functions():
        assert function.practice in practices_of_function(function.code)
        assert function_code(function.name["zh"]) == function.code
        assert function_code(function.name["en"]) == function.code
    assert practices_of_function("marketing") == ("P17", "P18", "P54")
    assert practice_by_code(STRUCTURE).source_articles == ("三-2",)
