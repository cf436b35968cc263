"""Instruments of one's own: what a file may say, and the line that is named when it is wrong."""

# ruff: noqa: E501 - an expected sentence stands on one line, so that it can be searched for

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.errors import AssessError, InputError
from assess.surveys.instruments import load_instrument
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.parse import parse_instrument

# The complete example of design.md 5, with texts in place of the dots.
EXAMPLE = """\
code = "lq2002"
version = "1.0"
languages = ["en"]
[scale]                       # default of all dimensions: any integer range
min = 1
max = 5
labels.en = ["strongly disagree", "disagree", "neither", "agree", "strongly agree"]
[[dimensions]]
code = "LEAD"
name.en = "Leadership climate"
overall = true                # counts into the overall score (default; false with `module`)
[[dimensions]]
code = "HOSTIL"
name.en = "Hostility"
overall = false
higher_is_better = false      # default true; false together with overall = true is refused
scale = { min = 0, max = 4 }  # a scale of its own
[[items]]
code = "LEAD01"
dimension = "LEAD"
text.en = "Officers listen."
[[items]]
code = "HOSTIL01"
dimension = "HOSTIL"
reverse_keyed = true
text.en = "People are kind."
[[outcomes]]
code = "OUT1"
text.en = "Would you recommend it?"
scale = { min = 0, max = 10 }
[[comments]]
code = "CMT1"
text.en = "What else?"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_instrument(written(folder, text))
    return str(caught.value)


def test_the_example_of_the_design_is_read(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, EXAMPLE))
    lead, hostility = instrument.dimensions
    assert (lead.overall, lead.higher_is_better, lead.scale.lo, lead.scale.hi) == (True, True, 1, 5)
    assert (hostility.overall, hostility.higher_is_better) == (False, False)
    assert (hostility.scale.lo, hostility.scale.hi, dict(hostility.scale.labels)) == (0, 4, {})
    assert instrument.item("HOSTIL01").reverse_keyed
    assert instrument.item("HOSTIL01").scale is hostility.scale
    assert instrument.item("LEAD01").label == {"en": "Officers listen."}
    assert instrument.outcome("OUT1").scale.hi == 10
    assert [c.code for c in instrument.comments] == ["CMT1"]
    assert instrument.name == {"en": "lq2002"}


def test_a_module_does_not_count_into_the_overall_score(tmp_path: Path) -> None:
    module = '[[dimensions]]\ncode = "MOOD"\nmodule = "M"\nname.en = "Mood"\n'
    item = '[[items]]\ncode = "MOOD1"\ndimension = "MOOD"\ntext.en = "Fine."\n'
    instrument = load_instrument(written(tmp_path, EXAMPLE + module + item))
    assert instrument.modules == ("M",)
    assert not instrument.dimension("MOOD").overall
    assert instrument.effective(("M",)).dimension("MOOD").module == "M"


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert load_instrument(path).sha256 == load_instrument(written(tmp_path, EXAMPLE)).sha256


WRONG = {
    "an unknown key": (
        'dimension = "LEAD"\n',
        'dimension = "LEAD"\nreversed = true\n',
        "mine.toml, line 21: The key reversed is unknown here; the keys are: code, dimension, label, reverse_keyed, text.",
    ),
    "no text in a declared language": (
        'languages = ["en"]',
        'languages = ["en", "zh"]',
        "mine.toml, line 7: The text labels.zh of scale is missing; add it, because the instrument has these languages: en, zh.",
    ),
    "an item without text": (
        'text.en = "Officers listen."\n',
        "",
        "mine.toml, line 18: The text text.en of LEAD01 is missing; add it, because the instrument has these languages: en.",
    ),
    "a text in a language that is not declared": (
        'text.en = "Officers listen."',
        'text.en = "Officers listen."\ntext.zh = "听。"',
        "mine.toml, line 22: There is a text text.zh, but the languages of this instrument are: en; add the language or remove the text.",
    ),
    "a text that is no text": (
        'text.en = "Officers listen."',
        'text = "Officers listen."',
        'mine.toml, line 21: The key text needs one text per language; write text.en = "…".',
    ),
    "an item code twice": (
        'code = "HOSTIL01"',
        'code = "lead01"',
        "mine.toml, line 23: The code lead01 is there twice; every code may be used once.",
    ),
    "an outcome with the code of an item": (
        'code = "OUT1"',
        'code = "LEAD01"',
        "mine.toml, line 28: The code LEAD01 is there twice; every code may be used once.",
    ),
    "a dimension twice": (
        'code = "HOSTIL"\n',
        'code = "LEAD"\n',
        "mine.toml, line 13: The dimension LEAD is there twice; rename one.",
    ),
    "a dimension without items": (
        'code = "HOSTIL01"\ndimension = "HOSTIL"',
        'code = "HOSTIL01"\ndimension = "LEAD"',
        'mine.toml, line 12: The dimension HOSTIL has no item; add one with dimension = "HOSTIL" or remove the dimension.',
    ),
    "an item of no dimension": (
        'dimension = "HOSTIL"',
        'dimension = "HOSTILE"',
        "mine.toml, line 24: The item HOSTIL01 belongs to a dimension HOSTILE that does not exist; the dimensions are: LEAD, HOSTIL.",
    ),
    "lower is better in the overall score": (
        "overall = false\n",
        "overall = true\n",
        "mine.toml, line 16: The dimension HOSTIL has higher_is_better = false and cannot count into the overall score; write overall = false.",
    ),
    "a module in the overall score": (
        'name.en = "Leadership climate"',
        'name.en = "Leadership climate"\nmodule = "M"',
        "mine.toml, line 12: The dimension LEAD is a driver module and not asked every quarter, so it cannot count into the overall score; remove overall = true.",
    ),
    "a scale upside down": (
        "scale = { min = 0, max = 4 }",
        "scale = { min = 4, max = 4 }",
        "mine.toml, line 17: The scale runs from 4 to 4; min must be smaller than max.",
    ),
    "a scale too wide": (
        "max = 10",
        "max = 101",
        "mine.toml, line 30: The scale runs from 0 to 101; at most -100 to 100 is possible.",
    ),
    "a scale too low": (
        "min = 0, max = 10",
        "min = -101, max = 10",
        "mine.toml, line 30: The scale runs from -101 to 10; at most -100 to 100 is possible.",
    ),
    "a scale of half steps": (
        "min = 1\n",
        "min = 1.0\n",
        "mine.toml, line 5: The key min is missing or no whole number; write min = 1.",
    ),
    "too few labels": (
        '"neither", ',
        "",
        "mine.toml, line 7: There are 4 labels in en, but the scale has 5 options; write a different label for each option.",
    ),
    "the same label twice": (
        '"neither"',
        '"agree"',
        "mine.toml, line 7: There are 5 labels in en, but the scale has 5 options; write a different label for each option.",
    ),
    "labels that are no list": (
        'labels.en = ["strongly disagree", "disagree", "neither", "agree", "strongly agree"]',
        'labels.en = "agree"',
        "mine.toml, line 7: Labels are a list of texts, from the lowest value to the highest.",
    ),
    "no scale at all": (
        'text.en = "Would you recommend it?"\nscale = { min = 0, max = 10 }',
        'text.en = "Would you recommend it?"\nscale = 5',
        "mine.toml, line 30: This must be a table.",
    ),
    "a language the product does not speak": (
        'languages = ["en"]',
        'languages = ["en", "fr"]',
        "mine.toml, line 3: The language fr is not supported; the languages are: en, zh.",
    ),
    "no language": (
        'languages = ["en"]',
        "languages = []",
        'mine.toml, line 3: The key languages is missing; write languages = ["en"], for example.',
    ),
    "a language twice": (
        'languages = ["en"]',
        'languages = ["en", "en"]',
        "mine.toml, line 3: A language is listed twice; list each once.",
    ),
    "a code that is no column name": (
        'code = "LEAD01"',
        'code = "LEAD 01"',
        "mine.toml, line 19: The code LEAD 01 cannot be used; begin with a Latin letter and use up to 40 letters, digits, - or _.",
    ),
    "an item called team": (
        'code = "LEAD01"',
        'code = "Team"',
        "mine.toml, line 19: The code Team is the name of a column in response files; choose another code.",
    ),
    "a dimension called overall": (
        'code = "LEAD"\n',
        'code = "Overall"\n',
        "mine.toml, line 9: The code overall is reserved for the overall score; choose another code.",
    ),
    "a yes in quotes": (
        "reverse_keyed = true",
        'reverse_keyed = "true"',
        "mine.toml, line 25: The key reverse_keyed must be true or false, without quotes.",
    ),
    "no version": (
        'version = "1.0"\n',
        "",
        'mine.toml, line 1: The key version is missing or no text; write version = "…".',
    ),
    "a table where a list belongs": (
        '[[comments]]\ncode = "CMT1"\ntext.en = "What else?"\n',
        '[comments]\ncode = "CMT1"\n',
        "mine.toml, line 31: Write comments as [[comments]], once for each.",
    ),
    "an open bracket": (
        'languages = ["en"]',
        'languages = ["en"',
        "mine.toml, line 4: This is not valid TOML: a bracket is never closed; close it.",
    ),
}


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_line_and_reason(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert EXAMPLE.count(old) == 1
    assert refusal(tmp_path, EXAMPLE.replace(old, new)) == sentence


def test_a_key_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'code = "A"\ncode = "B"\n').startswith(
        "mine.toml, line 2: This is not valid TOML: something is there twice; keep it once."
    )


def test_an_instrument_without_scale_is_refused(tmp_path: Path) -> None:
    text = 'code = "a"\nversion = "1"\nlanguages = ["en"]\n[[dimensions]]\ncode = "D"\nname.en = "D"\n'
    assert refusal(tmp_path, text) == (
        "mine.toml, line 4: D has no scale; add [scale] with min and max for all, or a scale of its own."
    )


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text) == (
        'mine.toml, line 1: The key languages is missing; write languages = ["en"], for example.'
    )


def test_an_instrument_without_dimensions_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, 'code = "a"\nversion = "1"\nlanguages = ["en"]\n') == (
        "mine.toml, line 1: The instrument has no dimension that is asked every quarter; add [[dimensions]] without a "
        "module."
    )


def test_lines_are_right_behind_a_text_of_several_lines(tmp_path: Path) -> None:
    long = EXAMPLE.replace('text.en = "Officers listen."', 'text.en = """\nOfficers\n[[items]]\nlisten."""')
    assert refusal(tmp_path, long.replace("reverse_keyed = true", "reverse_keyed = 1")).startswith(
        "mine.toml, line 28: "
    )


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(EXAMPLE.replace("Officers", "沟通").encode("gb18030"))
    with pytest.raises(InputError, match=r"^mine\.toml, line 21: The text is not UTF-8; save the file as UTF-8\.$"):
        load_instrument(path)


def test_a_name_that_is_neither_file_nor_code_is_refused_with_the_codes() -> None:
    with pytest.raises(InputError) as caught:
        load_instrument("team25")
    assert str(caught.value) == (
        "There is no instrument team25: no such file, and the built-in instruments are team24, team16."
    )


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read .*; check the path"):
        load_instrument(tmp_path)


SHORT = 'code = "mine"\nversion = "1"\nextends = "team24"\nitems = ["COM1", "TRU1", "ROL1", "MOT1"]\n'


def test_an_instrument_may_keep_some_items_of_a_built_in_one(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, SHORT))
    assert [i.code for i in instrument.effective(("GOAL",)).items] == ["COM1", "TRU1", "ROL1", "MOT1", "GOAL1", "GOAL2"]
    assert instrument.name == {"en": "mine", "zh": "mine"}
    assert instrument.lead_in == load_instrument("team24").lead_in


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"MOT1"',
            '"OUT1"',
            "mine.toml, line 4: OUT1 is no core item of team24; the core items are: COM1, COM2, COM3, ",
        ),
        (', "MOT1"', "", "mine.toml, line 4: The dimension MOT has no item; list at least one of its items."),
        ('"MOT1"', '"MOT1", "MOT1"', "mine.toml, line 4: An item is listed twice; list each code once."),
        (
            '"team24"',
            '"team23"',
            "mine.toml, line 3: There is no built-in instrument team23 to extend; see assess instruments list.",
        ),
        ('"mine"', '"team24"', "mine.toml, line 1: An instrument that extends team24 needs a code of its own."),
    ],
)
def test_a_wrong_extension_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert refusal(tmp_path, SHORT.replace(old, new)).startswith(sentence)


# Broken by chance: whatever is cut out or put in, the loader reads the file or says one sentence.
@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.text(alphabet='[]{}="\n.#1a', max_size=4))
def test_no_damage_to_a_file_gets_past_the_refusal(start: int, length: int, put: str) -> None:
    text = EXAMPLE[:start] + put + EXAMPLE[start + length :]
    try:
        said = parse_instrument(TomlSource("mine.toml", text), built_in=lambda _code: None).dimensions[0].code
    except AssessError as error:
        said = str(error)
    assert said.startswith("mine.toml, line ") or len(said) <= 40


DOCUMENTED = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text(encoding="utf-8").split("```toml\n")[1:]


@pytest.mark.parametrize("block", DOCUMENTED)
def test_the_examples_of_the_documentation_are_read(tmp_path: Path, block: str) -> None:
    instrument = load_instrument(written(tmp_path, block.split("```", maxsplit=1)[0]))
    assert instrument.code == "mine"
    assert len(instrument.scoring_key().items) >= 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("notes", 'a line has the form key = "value".'),
        ('code = "A" version = "1"', "after the value the line has to end; write one key a line."),
        ('[scale\ncode = "A"', "a bracket is never closed; close it."),
        ("scale = { min = 1", "a bracket is never closed; close it."),
        ("code =", "there is no value, or none in quotes; write texts in quotes."),
        ("code = team", "there is no value, or none in quotes; write texts in quotes."),
        ('code = "A', "a text does not end where it should; begin and end it with a quotation mark."),
        ('code = "a\\qb"', "a text does not end where it should; begin and end it with a quotation mark."),
        ("[scale]\n[scale]", "something is there twice; keep it once."),
    ],
)
def test_what_the_parser_finds_is_said_in_our_words(tmp_path: Path, line: str, reason: str) -> None:
    assert refusal(tmp_path, line + "\n").endswith(f"This is not valid TOML: {reason}")
