"""The two questionnaires that come with the product."""

import json
import re
from dataclasses import replace

import pytest

from assess.errors import RefusalError
from assess.surveys.instruments import BUILT_IN, Instrument, default_modules, load_instrument

HAN = re.compile(r"[\u4e00-\u9fff]")
# instrument.md 2.3: the order of presentation, and the short form's stars in 2.1.
PAGES24 = {"COM": "123465", "TRU": "123465", "ROL": "123456", "MOT": "123465"}
PAGES16 = {"COM": "1245", "TRU": "1236", "ROL": "1345", "MOT": "1236"}
TEAM24 = [page + number for page, numbers in PAGES24.items() for number in numbers]
TEAM16 = [page + number for page, numbers in PAGES16.items() for number in numbers]


@pytest.fixture(params=BUILT_IN)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    return load_instrument(str(request.param))


@pytest.mark.parametrize(("code", "items"), [("team24", TEAM24), ("team16", TEAM16)])
def test_items_stand_in_the_order_of_presentation(code: str, items: list[str]) -> None:
    assert [item.code for item in load_instrument(code).effective().items] == items


def test_every_text_exists_in_both_languages_and_differs(instrument: Instrument) -> None:
    texts = {
        f"{part.code}.{key}": getattr(part, key)
        for parts in (instrument.items, instrument.outcomes)
        for part in parts
        for key in ("text", "label")
    }
    texts |= {f"{d.code}.name": d.name for d in instrument.dimensions}
    texts |= {f"{d.code}.subtitle": d.subtitle for d in instrument.dimensions if d.subtitle}
    texts |= {f"{c.code}.{key}": getattr(c, key) for c in instrument.comments for key in ("text", "hint")}
    texts |= {"lead_in": instrument.lead_in, "cannot_tell": instrument.cannot_tell, "name": instrument.name}
    for name, text in texts.items():
        assert set(text) == {"en", "zh"}, name
        assert HAN.search(text["zh"]), name
        assert not HAN.search(text["en"]), name


def test_a_text_in_print_is_the_text_on_screen() -> None:
    instrument = load_instrument("team16")
    assert instrument.item("TRU6").text == {
        "en": "In our team, bad news is kept quiet.",
        "zh": "在我们团队，坏消息会被瞒下来。",
    }
    assert instrument.item("TRU6").label == {"en": "Bad news kept quiet", "zh": "瞒坏消息"}
    assert instrument.cannot_tell == {"en": "Not applicable or I cannot tell", "zh": "不适用或说不清"}
    assert instrument.lead_in["zh"] == "请回想过去三个月在本团队的情况作答，答案没有对错之分。"


def test_agreement_is_shown_first_and_0_to_10_in_rising_order() -> None:
    instrument = load_instrument("team24")
    agree = instrument.item("COM1").scale
    assert [agree.label(value, "zh") for value in agree.values_as_shown] == [
        "非常同意",
        "同意",
        "既不同意也不反对",
        "不同意",
        "非常不同意",
    ]
    assert agree.values_as_shown[0] == 5
    assert agree.label(5, "en") == "Strongly agree"
    assert instrument.outcome("OUT1").scale.values_as_shown == tuple(range(11))
    assert instrument.outcome("OUT1").scale.label(7, "en") == "7"


def test_exactly_one_item_of_each_page_is_reverse_keyed() -> None:
    reverse = [item.code for item in load_instrument("team24").items if item.reverse_keyed]
    assert reverse == ["COM6", "TRU6", "ROL5", "MOT6"]
    # with COM1 and COM6 together half of the short score would be the timing of information
    assert [i.code for i in load_instrument("team16").items if i.reverse_keyed] == ["TRU6", "ROL5", "MOT6"]


def test_the_short_form_repeats_the_words_of_the_long_one(instrument: Instrument) -> None:
    long = load_instrument("team24")
    assert all(item == long.item(item.code) for item in instrument.items)
    assert instrument.outcomes == long.outcomes
    assert instrument.comments == long.comments


def test_only_the_intent_to_stay_is_sensitive(instrument: Instrument) -> None:
    assert [outcome.code for outcome in instrument.outcomes if outcome.sensitive] == ["OUT2"]


def test_the_key_holds_items_then_outcomes_and_dimensions_point_into_it() -> None:
    key = load_instrument("team24").scoring_key(("COHE", "LOAD"))
    codes = [item.code for item in key.items]
    assert codes == [*TEAM24, "LOAD1", "LOAD2", "COHE1", "COHE2", "COHE3", "OUT1", "OUT2", "OUT3"]
    assert {d.code: [codes[place] for place in d.items] for d in key.dimensions} == {
        "COM": TEAM24[:6],
        "TRU": TEAM24[6:12],
        "ROL": TEAM24[12:18],
        "MOT": TEAM24[18:],
        "LOAD": ["LOAD1", "LOAD2"],
        "COHE": ["COHE1", "COHE2", "COHE3"],
    }
    assert [d.code for d in key.dimensions if d.overall] == ["COM", "TRU", "ROL", "MOT"]
    assert [codes[place] for place in key.outcomes] == ["OUT1", "OUT2", "OUT3"]
    assert [(i.scale.lo, i.scale.hi) for i in key.items[-3:]] == [(0, 10), (1, 5), (1, 5)]
    assert [i.code for i in key.items if i.reverse_keyed] == ["COM6", "TRU6", "ROL5", "MOT6"]


def test_every_module_is_asked_once_in_eight_quarters_two_a_quarter(instrument: Instrument) -> None:
    quarters = [default_modules(f"{year}Q{quarter}") for year in (2026, 2027) for quarter in (1, 2, 3, 4)]
    assert all(len(modules) == 2 for modules in quarters)
    assert sorted(code for modules in quarters for code in modules) == sorted(instrument.modules)
    assert len(instrument.modules) == 16
    for modules in quarters:
        assert len(instrument.effective(modules).dimensions) == 6


def test_the_rotation_knows_odd_and_even_years() -> None:
    assert default_modules("2027Q1") == ("REWD", "GROW")
    assert default_modules("2026Q4") == ("INCL", "INNO")


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        (("GOAL", "FLOW", "GROW"), "At most two driver modules are asked in one quarter; leave some out."),
        (
            ("COHE", "STRU"),
            "At most one of the two driver modules may have three items; exchange one for a shorter one.",
        ),
        (("GOAL", "GOAL"), "A driver module is chosen twice; name each one once."),
    ],
)
def test_too_many_modules_are_refused(modules: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(RefusalError) as caught:
        load_instrument("team24").effective(modules)
    assert str(caught.value) == sentence


def test_an_unknown_module_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RefusalError, match="has no driver module MOOD; choose from: GOAL, FLOW, "):
        load_instrument("team24").effective(("MOOD",))


def test_the_hash_follows_what_people_are_asked_and_nothing_else() -> None:
    whole = load_instrument("team24")
    core = whole.effective()
    assert re.fullmatch(r"[0-9a-f]{64}", core.sha256)
    assert core.sha256 == whole.effective().sha256 == whole.scoring_key().sha256
    assert core.sha256 != whole.effective(("GOAL",)).sha256
    reworded = replace(core.items[0], text={"en": "I know.", "zh": "我知道。"})
    assert replace(core, items=(reworded, *core.items[1:])).sha256 != core.sha256
    relabelled = replace(core.items[0], label={"en": "Short", "zh": "短"})
    assert replace(core, items=(relabelled, *core.items[1:])).sha256 == core.sha256
    assert replace(core, items=tuple(reversed(core.items))).sha256 != core.sha256


def test_the_hashed_text_has_no_floats() -> None:
    def no_float(text: str) -> float:
        raise AssertionError(text)

    for code in BUILT_IN:
        json.loads(load_instrument(code).canonical(), parse_float=no_float)
