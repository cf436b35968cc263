"""What a personal link shows in each state, in both languages."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assess.app import create_app
from tests.surveys.member.member_cast import CLOSED_LONG_AGO, MemberSite, build_site, dump
from tests.surveys.member.visiting import visit

LANGUAGES = ("en", "zh")
HOW_IS_WORK = {"en": "How is work going in your team?", "zh": "您所在的团队，工作进行得怎么样？"}
ALREADY = {"en": "There is already an envelope for this link", "zh": "这个链接已有一个信封"}
SENT = {"en": "Your envelope is in the box", "zh": "您的信封已投入"}
CLOSED = {"en": "This survey has closed", "zh": "本次调查已截止"}
NOT_YET = {"en": "This survey has not opened yet", "zh": "本次调查尚未启动"}
UNKNOWN = {"en": "No survey has this link", "zh": "没有与此链接对应的调查"}


def client_of(site: MemberSite) -> FlaskClient:
    return create_app(site.settings).test_client()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_link_shows_the_whole_questionnaire(client: FlaskClient, site: MemberSite, language: str) -> None:
    page = visit(client, f"/s/{site.codes[0]}", language=language)
    assert page.h1 == HOW_IS_WORK[language]
    titles = page.tree.xpath("//section[@data-step='part']/h2/text()")
    assert titles == {
        "en": ["Communication", "Trust", "Role clarity", "Motivation", "Workload and time", "Review and feedback",
               "All in all", "In your own words"],
        "zh": ["沟通", "信任", "角色清晰", "动力", "负荷与时间", "回顾与反馈", "总体看法", "您的意见"],
    }[language]  # fmt: skip
    assert len(page.tree.xpath("//fieldset")) == 24 + 4 + 3
    assert len(page.tree.xpath("//textarea")) == 2


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("en", ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree",
                "Not applicable or I cannot tell"]),
        ("zh", ["非常同意", "同意", "既不同意也不反对", "不同意", "非常不同意", "不适用或说不清"]),
    ],
)  # fmt: skip
def test_options_are_words_with_agreement_first_and_cannot_tell_apart(
    client: FlaskClient, site: MemberSite, language: str, options: list[str]
) -> None:
    page = visit(client, f"/s/{site.codes[0]}", language=language)
    first = page.tree.get_element_by_id("COM1")
    assert [" ".join(label.text_content().split()) for label in first.xpath(".//label")] == options
    assert first.xpath(".//input/@value") == ["5", "4", "3", "2", "1", ""]
    assert len(first.xpath(".//div[@class='other']//label")) == 1
    assert page.tree.xpath("//input[@checked]") == []


def test_the_recommendation_is_a_row_of_numbers_with_its_ends_named(client: FlaskClient, site: MemberSite) -> None:
    row = visit(client, f"/s/{site.codes[0]}").tree.get_element_by_id("OUT1")
    assert row.xpath("normalize-space(legend)").endswith("who is looking for a job?")
    assert row.xpath(".//input/@value") == [str(n) for n in range(11)] + [""]
    read = [part.text_content() for part in row.xpath(".//p | .//div[@class='range']//label/span")]
    assert read == ["0 = not at all likely", *(str(n) for n in range(11)), "10 = extremely likely"]
    assert row.get("aria-describedby") == "OUT1-low OUT1-high"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_an_envelope_exists_only_that_is_shown(client: FlaskClient, site: MemberSite, language: str) -> None:
    address = f"/s/{site.codes[0]}"
    assert visit(client, address, language=language, data={"COM1": "4"}).h1 == SENT[language]
    page = visit(client, address, language=language)
    assert page.h1 == ALREADY[language]
    assert page.tree.xpath("//form") == []
    anew = page.tree.xpath("//a[@class='button']/@href")
    assert anew == [f"?anew=1&lang={language}"]
    again = visit(client, address + anew[0], language=language)
    assert again.h1 == HOW_IS_WORK[language]
    assert page.tree.xpath("//main//a") != []
    assert {"en": "What you send now replaces it.", "zh": "现在提交会替换它。"}[language] in again.text
    assert again.tree.xpath("//input[@checked]") == []


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_closed_survey_says_so_and_what_comes_next(tmp_path: Path, language: str, method: str) -> None:
    site = build_site(tmp_path, closes_at=CLOSED_LONG_AGO)
    data = {"COM1": "4"} if method == "POST" else None
    page = visit(client_of(site), f"/s/{site.codes[0]}", status=410, language=language, data=data)
    assert page.h1 == CLOSED[language]
    assert len(page.tree.xpath("//main//li")) == 3
    assert "people@lantern.example" in page.text


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_early_says_so(tmp_path: Path, language: str, method: str) -> None:
    site = build_site(tmp_path, opens_in=timedelta(days=2))
    data = {"COM1": "4"} if method == "POST" else None
    assert (
        visit(client_of(site), f"/s/{site.codes[0]}", status=409, language=language, data=data).h1 == NOT_YET[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["nope", "0" * 26, "%F0%9F%90%8C", "..%5c", "A" * 500])
def test_an_unknown_code_gets_hints_about_typing_errors(client: FlaskClient, language: str, code: str) -> None:
    page = visit(client, f"/s/{code}", status=404, language=language)
    assert page.h1 == UNKNOWN[language]
    assert len(page.tree.xpath("//main//li")) == 3
    assert page.tree.xpath("//a[@class='button']/@href") == [f"/s?lang={language}"]
    assert code not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_may_ask_for_the_other_language(client: FlaskClient, site: MemberSite, language: str) -> None:
    other = {"en": "zh", "zh": "en"}[language]
    page = visit(client, f"/s/{site.codes[0]}", language=language)
    assert page.tree.xpath("//nav//a/@href") == [f"?lang={other}"]
    address = f"/s/{site.codes[0]}?lang={other}"
    answer = client.get(address, headers={"Accept-Language": language})
    assert HOW_IS_WORK[other] in answer.get_data(as_text=True)


def test_looking_changes_nothing(client: FlaskClient, site: MemberSite) -> None:
    before = dump(site)
    for address in ("/", "/s", f"/s/{site.codes[0]}", f"/s/{site.codes[0]}?anew=1", "/s/nope", "/s/" + "0" * 26,
                    f"/contract/{site.contract_hash}", "/readyz"):  # fmt: skip
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(address, method=method)
    assert dump(site) == before


def test_all_members_get_the_same_bytes_and_form_and_envelope_one_length(client: FlaskClient, site: MemberSite) -> None:
    client.post(f"/s/{site.codes[0]}", data={"COM1": "4"})
    for encoding in ("gzip", "identity"):
        headers = {"Accept-Encoding": encoding}
        forms = {client.get(f"/s/{code}", headers=headers).data for code in site.codes[1:]}
        already = client.get(f"/s/{site.codes[0]}", headers=headers)
        anew = client.get(f"/s/{site.codes[0]}?anew=1", headers=headers)
        assert len(forms) == 1
        assert {len(already.data), len(anew.data)} == {len(next(iter(forms)))}
        assert already.headers["Content-Length"] == anew.headers["Content-Length"]


def test_no_page_holds_the_code_of_its_reader(client: FlaskClient, site: MemberSite) -> None:
    address = f"/s/{site.codes[0]}"
    answers = [client.get(address), client.post(address, data={"COM1": "9"}), client.post(address, data={"COM1": "2"})]
    answers.append(client.get(address))
    assert [site.codes[0] in answer.get_data(as_text=True) for answer in answers] == [False] * 4


@pytest.mark.usefixtures("each_database")
def test_a_short_form_says_that_it_is_shorter(tmp_path: Path) -> None:
    site = build_site(tmp_path, instrument="team16", modules=())
    assert "About 4 minutes" in visit(client_of(site), f"/s/{site.codes[0]}").text


def test_the_start_names_the_contract_the_contact_and_the_last_moment(client: FlaskClient, site: MemberSite) -> None:
    page = visit(client, f"/s/{site.codes[0]}")
    facts = dict(
        zip(
            page.tree.xpath("//section[@data-step='start']/dl/dt/text()"),
            [d.text_content() for d in page.tree.xpath("//section[@data-step='start']/dl/dd")],
            strict=True,
        )
    )
    assert facts["Open until"] == "4 December 2126, 18:00 (Asia/Shanghai)"
    assert facts["Questions"] == "Hanna Lind, people@lantern.example"
    assert facts["Contract"].startswith(site.contract_hash)
    assert "anonymous" not in page.text.lower()


def test_chinese_calls_the_survey_confidential_and_never_anonymous(client: FlaskClient, site: MemberSite) -> None:
    page = visit(client, f"/s/{site.codes[0]}", language="zh")
    assert "本次调查保密" in page.text
    assert "匿名" not in page.text
