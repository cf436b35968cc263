"""Sending: one envelope per link, whatever is clicked; bad input is answered beside its field."""

from collections import Counter

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from assess.surveys.answers import PlainAnswers
from assess.surveys.instruments import load_instrument
from assess.surveys.member.forms import check_answers
from tests.surveys.member.member_cast import MemberSite, dump, envelopes, opened_answers
from tests.surveys.member.visiting import visit

FULL = {
    "COM1": "5",
    "COM2": "",
    "TRU6": "1",
    "OUT1": "0",
    "LOAD1": "3",
    "CMT1": " Stand-ups\r\nare short. ",
    "CMT2": "",
}


def test_what_was_sent_lies_sealed_in_the_box(client: FlaskClient, site: MemberSite) -> None:
    page = visit(client, f"/s/{site.codes[0]}", data=FULL | {"filler": "x" * 20_000})
    assert page.h1 == "Your envelope is in the box"
    assert "4 December 2126, 18:00" in page.text
    assert page.headers["Clear-Site-Data"] == '"cache"'
    expected = PlainAnswers({"COM1": 5, "TRU6": 1, "OUT1": 0, "LOAD1": 3}, {"CMT1": "Stand-ups\nare short."})
    assert opened_answers(site) == [expected]


def test_sending_twice_leaves_the_later_envelope(client: FlaskClient, site: MemberSite) -> None:
    for rating in ("2", "4"):
        visit(client, f"/s/{site.codes[0]}", data={"COM1": rating})
    assert opened_answers(site) == [PlainAnswers({"COM1": 4}, {})]


def test_a_code_in_small_letters_with_dashes_is_the_same_link(client: FlaskClient, site: MemberSite) -> None:
    code = site.codes[0].lower()
    visit(client, f"/s/{code[:13]}-{code[13:]}", data={"COM1": "2"})
    visit(client, f"/s/{site.codes[0]}", data={"COM1": "3"})
    assert len(envelopes(site)) == 1


def test_answering_changes_one_row_of_one_table(client: FlaskClient, site: MemberSite) -> None:
    before = dump(site)
    visit(client, f"/s/{site.codes[0]}", data=FULL)
    (added,) = (dump(site) - before).elements()
    assert added.startswith("envelopes: ")
    assert before - dump(site) == Counter()


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Nothing is answered yet. Answer at least one item, then send."),
        ("zh", "还没有作答。请至少回答一题，再提交。"),
    ],
)
@pytest.mark.parametrize("data", [{}, {"COM1": "", "CMT1": "  \r\n "}, {"filler": "xx"}])
def test_a_blank_form_is_not_taken(
    client: FlaskClient, site: MemberSite, language: str, message: str, data: dict[str, str]
) -> None:
    page = visit(client, f"/s/{site.codes[0]}", status=422, language=language, data=data)
    assert message in page.tree.xpath("normalize-space(//*[@role='alert'])")
    assert envelopes(site) == []


@pytest.mark.parametrize(
    ("language", "message"), [("en", "Choose one of the options shown here."), ("zh", "请选择这里列出的一个选项。")]
)
@pytest.mark.parametrize(
    ("item", "value"), [("COM1", "6"), ("COM1", "0"), ("COM1", "five"), ("OUT1", "11"), ("OUT2", "0")]
)
def test_a_rating_outside_its_options_is_named_beside_its_item(
    client: FlaskClient, site: MemberSite, language: str, message: str, item: str, value: str
) -> None:
    sent = {"TRU1": "4", item: value, "CMT1": "Keep the stand-up"}
    page = visit(client, f"/s/{site.codes[0]}", status=422, language=language, data=sent)
    assert page.error_of(item) == message
    assert page.tree.xpath(f"//*[@role='alert']//a[@href='#{item}']/text()") == [message]
    assert page.tree.xpath("//input[@name='TRU1' and @checked]/@value") == ["4"]
    assert page.written_in("CMT1") == "Keep the stand-up"
    assert envelopes(site) == []


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "This comment has 1,001 characters; shorten it to 1,000."),
        ("zh", "这条意见有1,001字，请缩短到1,000字以内。"),
    ],
)
def test_a_long_comment_is_kept_and_its_length_named(
    client: FlaskClient, site: MemberSite, language: str, message: str
) -> None:
    page = visit(client, f"/s/{site.codes[0]}", status=422, language=language, data={"CMT2": "长" * 1001})
    assert page.error_of("CMT2") == message
    assert page.written_in("CMT2") == "长" * 1001
    assert envelopes(site) == []


def test_a_comment_of_pictograms_must_fit_the_envelope(client: FlaskClient, site: MemberSite) -> None:
    page = visit(client, f"/s/{site.codes[0]}", status=422, data={"CMT1": "🙂" * 1000})
    assert page.error_of("CMT1") == "This comment takes too much room in the envelope; shorten it by a third."


def test_a_thousand_chinese_characters_fit_twice(client: FlaskClient, site: MemberSite) -> None:
    visit(client, f"/s/{site.codes[0]}", data={"CMT1": "好" * 1000, "CMT2": "改" * 1000})
    assert opened_answers(site)[0].comments == {"CMT1": "好" * 1000, "CMT2": "改" * 1000}


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "This survey has no item “GOAL1”. Reload the page and answer again."),
        ("zh", "本次调查没有题目“GOAL1”。请刷新页面，再次作答。"),
    ],
)
def test_an_item_that_was_not_asked_is_refused(
    client: FlaskClient, site: MemberSite, language: str, message: str
) -> None:
    page = visit(client, f"/s/{site.codes[0]}", status=422, language=language, data={"COM1": "4", "GOAL1": "4"})
    assert message in page.tree.xpath("normalize-space(//*[@role='alert'])")
    assert envelopes(site) == []


@pytest.mark.parametrize(("language", "heading"), [("en", "Too much text"), ("zh", "文字过长")])
def test_a_body_that_is_too_large_is_refused_with_a_way_back(
    client: FlaskClient, site: MemberSite, language: str, heading: str
) -> None:
    page = visit(client, f"/s/{site.codes[0]}", status=413, language=language, data={"CMT1": "x" * 70_000})
    assert page.h1 == heading
    assert page.tree.find("body").get("data-draft") == "keep"
    assert envelopes(site) == []


def test_markup_in_a_comment_comes_back_as_text(client: FlaskClient, site: MemberSite) -> None:
    sent = {"CMT1": "</textarea><script src=x></script>", "COM1": "9"}
    page = visit(client, f"/s/{site.codes[0]}", status=422, data=sent)
    assert page.written_in("CMT1") == sent["CMT1"]
    assert len(page.tree.xpath("//script")) == 1


@given(st.dictionaries(st.sampled_from(["COM1", "OUT1", "CMT1", "GOAL1", ""]), st.text(max_size=1200)))
def test_any_form_is_either_taken_or_answered_with_a_reason(sent: dict[str, str]) -> None:
    asked = load_instrument("team24").effective(())
    checked = check_answers(asked, MultiDict(sent))
    assert checked.errors or checked.ratings or checked.comments
    assert all(checked.errors.values())
