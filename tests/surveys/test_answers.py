"""Plain answers: what is accepted, what is refused with place and remedy, and what no unknown sender can break."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.errors import RefusalError
from assess.surveys.answers import PLAIN_BYTES, AnswerSheet, PlainAnswers
from assess.surveys.errors import BlankAnswersError, UnusableAnswersError
from assess.surveys.instruments import load_instrument

SHEET = AnswerSheet.of(load_instrument("team24").effective(()))
ITEM, LO, HI = SHEET.items[0]
PROMPT = SHEET.prompts[0]


def test_the_plain_text_is_json_in_instrument_order_and_says_nothing_else() -> None:
    answers = PlainAnswers({SHEET.items[2][0]: 2, ITEM: HI}, {PROMPT: "更多时间"})
    content = json.loads(SHEET.encode(answers))
    assert content == {
        "ratings": [HI, None, 2, *[None] * (len(SHEET.items) - 3)],
        "comments": {PROMPT: "更多时间"},
    }
    assert "更多时间".encode() in SHEET.encode(answers)


def test_the_fullest_answers_fit_an_envelope() -> None:
    ratings = {code: lo for code, lo, _hi in SHEET.items}
    fullest = SHEET.check(PlainAnswers(ratings, dict.fromkeys(SHEET.prompts, "🙂" * 874)))
    assert len(SHEET.encode(fullest)) <= PLAIN_BYTES


def test_an_instrument_with_three_comment_prompts_is_refused() -> None:
    instrument = load_instrument("team24").effective(())
    from dataclasses import replace

    prompts = (*instrument.comments, replace(instrument.comments[0], code="CMT3"))
    with pytest.raises(RefusalError, match="team24 asks more than one envelope holds; leave out comment prompts"):
        AnswerSheet.of(replace(instrument, comments=prompts))


@pytest.mark.parametrize("comment", ["", "  \r\n\t ", "\x00\x07", "\ud800"])
def test_blank_answers_are_refused(comment: str) -> None:
    with pytest.raises(BlankAnswersError, match="Nothing is answered yet; choose at least one answer, then send"):
        SHEET.check(PlainAnswers({}, {PROMPT: comment}))


def test_a_comment_alone_is_an_answer() -> None:
    assert SHEET.check(PlainAnswers({}, {PROMPT: " Keep \r\nthe retro "})).comments == {PROMPT: "Keep \nthe retro"}


@pytest.mark.parametrize("rating", [LO - 1, HI + 1, True, "4", 4.0, None])
def test_a_rating_outside_its_scale_is_refused_by_item(rating: int) -> None:
    with pytest.raises(UnusableAnswersError, match=f"Item {ITEM}: choose one of the options from {LO} to {HI}"):
        SHEET.check(PlainAnswers({ITEM: rating}))


def test_an_unknown_item_is_refused_by_name() -> None:
    with pytest.raises(UnusableAnswersError, match="no item NOPE in this questionnaire; reload the page"):
        SHEET.check(PlainAnswers({"NOPE": 3}))


def test_an_unknown_comment_is_refused_by_name() -> None:
    with pytest.raises(UnusableAnswersError, match="no comment NOPE in this questionnaire; reload the page"):
        SHEET.check(PlainAnswers({}, {"NOPE": "hello"}))


@pytest.mark.parametrize("comment", ["x" * 1001, "🙂" * 875, "\n".join(["x"] * 501)])
def test_a_comment_that_is_too_long_is_refused(comment: str) -> None:
    with pytest.raises(UnusableAnswersError, match=f"Comment {PROMPT} is too long; shorten it to at most 1000"):
        SHEET.check(PlainAnswers({}, {PROMPT: comment}))


def test_a_thousand_chinese_characters_are_not_too_long() -> None:
    assert len(SHEET.check(PlainAnswers({}, {PROMPT: "字" * 1000})).comments[PROMPT]) == 1000


@given(
    ratings=st.lists(st.none() | st.integers(1, 5), min_size=len(SHEET.items), max_size=len(SHEET.items)),
    comment=st.text(max_size=300),
)
def test_whatever_is_accepted_is_read_back_unchanged(ratings: list[int | None], comment: str) -> None:
    given_ = {
        code: rating
        for (code, lo, hi), rating in zip(SHEET.items, ratings, strict=True)
        if rating is not None and lo <= rating <= hi
    }
    given_[ITEM] = HI
    checked = SHEET.check(PlainAnswers(given_, {PROMPT: comment}))
    assert SHEET.decode(SHEET.encode(checked)) == checked


N = len(SHEET.items)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"3",
        b'"ratings"',
        b"{}",
        b'{"ratings":[],"comments":{}}',
        b'{"ratings":{},"comments":{}}',
        b'{"ratings":' + json.dumps([3] * N).encode() + b',"comments":[]}',
        b'{"ratings":' + json.dumps([3] * N).encode() + b',"comments":{"CMT1":7}}',
        b'{"ratings":' + json.dumps([3] * N).encode() + b',"comments":{},"language":"zh"}',
        b'{"ratings":' + json.dumps([99] * N).encode() + b',"comments":{}}',
        b'{"ratings":' + json.dumps([[3]] * N).encode() + b',"comments":{}}',
        b'{"ratings":[' + b",".join([b"1e400"] * N) + b'],"comments":{}}',
        b'{"ratings":[NaN' + b",3" * (N - 1) + b'],"comments":{}}',
        b'{"ratings":[' + b"9" * 5000 + b',3],"comments":{}}',
        b"[" * 4096,
    ],
    ids=range(18),
)
def test_a_content_that_is_none_is_refused_and_never_crashes(plain: bytes) -> None:
    with pytest.raises(UnusableAnswersError):
        SHEET.decode(plain)


def test_an_envelope_with_nothing_in_it_is_refused() -> None:
    with pytest.raises(BlankAnswersError):
        SHEET.decode(b'{"ratings":' + json.dumps([None] * N).encode() + b',"comments":{}}')


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(plain: bytes) -> None:
    with pytest.raises((UnusableAnswersError, BlankAnswersError)):
        SHEET.decode(plain)
