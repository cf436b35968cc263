"""Typing a code, the limit on wrong ones, and the public contract."""

import hashlib
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from assess.limits import REMEMBERED
from assess.surveys.member.limits import FailedCodes
from tests.surveys.member.member_cast import MemberSite
from tests.surveys.member.visiting import visit


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "How is work going in your team?"), ("zh", "您所在的团队，工作进行得怎么样？")]
)
def test_the_landing_page_takes_a_code(client: FlaskClient, language: str, heading: str) -> None:
    page = visit(client, "/", language=language)
    assert page.h1 == heading
    assert page.tree.xpath("//form/@action") == [f"/s?lang={language}"]


def test_a_typed_code_leads_to_its_page(client: FlaskClient, site: MemberSite) -> None:
    typed = f" {site.codes[0][:9].lower()}-{site.codes[0][9:]} "
    answer = client.post("/s?lang=zh", data={"code": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{site.codes[0]}?lang=zh")


@pytest.mark.parametrize(
    ("language", "empty", "wrong"),
    [
        (
            "en",
            "Type the code from your invitation.",
            "This code has characters that no code has. A code consists of digits and letters only.",
        ),
        ("zh", "请输入邀请中的代码。", "代码里有不该出现的字符。代码只由数字和字母组成。"),
    ],
)
def test_a_wrong_code_is_named_beside_the_field(client: FlaskClient, language: str, empty: str, wrong: str) -> None:
    assert visit(client, "/s", status=422, language=language, data={"code": ""}).error_of("code") == empty
    page = visit(client, "/s", status=422, language=language, data={"code": "7H-<b>"})
    assert page.error_of("code") == wrong
    assert page.tree.get_element_by_id("code").get("value") == "7H-<b>"
    assert visit(client, "/s", language=language).tree.get_element_by_id("code").get("value") == ""


@pytest.mark.parametrize(
    ("damage", "explanation"),
    [
        (
            lambda code: code[:-1],
            "25 characters, so a part is missing: a code has 26, on a printed sheet 16.",
        ),
        (lambda code: code[:9], "This code has 9 characters, so a part is missing"),
        (lambda code: code + "0", "This code has 27 characters, which is too many"),
        (lambda code: "U" + code[1:], "There is a U in this code. Codes have no U: it is most likely a V."),
        (lambda code: code[:25] + "1", "The last character of this code cannot be right"),
        (lambda code: ("2" if code[0] != "2" else "3") + code[1:], "The code is complete, but no survey has it."),
        (lambda code: code + ".", "This code has characters that no code has."),
    ],
)
def test_a_mistyped_code_is_explained_in_the_address_and_in_the_field(
    client: FlaskClient, site: MemberSite, damage: Callable[[str], str], explanation: str
) -> None:
    typed = damage(site.codes[0])
    page = visit(client, f"/s/{typed}", status=404)
    assert explanation in page.text
    assert typed not in page.text
    assert page.tree.xpath("//a[@class='button']/@href") == ["/s?lang=en"]
    assert explanation in visit(client, "/s", status=422, data={"code": typed}).error_of("code")
    assert explanation in visit(client, f"/s/{typed}/plain", status=404).text


def test_a_link_with_a_slash_at_its_end_or_confusable_letters_still_works(
    client: FlaskClient, site: MemberSite
) -> None:
    answer = client.get(f"/s/{site.codes[0].lower()}/?lang=zh")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{site.codes[0]}?lang=zh")
    visit(client, f"/s/{site.codes[0].replace('0', 'O').replace('1', 'l')}")


@pytest.mark.parametrize(("language", "heading"), [("en", "Too many wrong codes"), ("zh", "错误代码次数过多")])
def test_wrong_codes_are_limited_and_right_ones_are_not(
    client: FlaskClient, site: MemberSite, language: str, heading: str
) -> None:
    for place in range(60):
        visit(client, f"/s/WRONG{place}", status=404)
    assert visit(client, "/s/WRONG", status=429, language=language).h1 == heading
    assert visit(client, "/s", status=429, language=language, data={"code": "WRONG"}).h1 == heading
    visit(client, f"/s/{site.codes[0]}", language=language)
    visit(client, f"/s/{site.codes[0]}", language=language, data={"COM1": "5"})


def test_a_minute_later_the_count_starts_again() -> None:
    now = [0.0]
    counter = FailedCodes(limit=2, clock=lambda: now[0])
    assert [counter.too_many("10.0.0.1") for _ in range(3)] == [False, False, True]
    assert counter.too_many("10.0.0.2") is False
    now[0] = 60.0
    assert counter.too_many("10.0.0.1") is False


def test_the_counter_holds_no_address_and_does_not_grow() -> None:
    counter = FailedCodes()
    for place in range(REMEMBERED + 50):
        counter.too_many(f"10.9.8.7-{place}")
    assert len(counter._windows) == REMEMBERED
    assert "10.9.8.7" not in repr(vars(counter))


@pytest.mark.parametrize(
    ("language", "heading", "level"),
    [
        ("en", "What this survey promises", "confidential: the server seals on arrival and opens after closing"),
        ("zh", "本次调查的约定", "保密：由服务器收到后封存，截止后开封"),
    ],
)
def test_the_contract_is_readable(
    client: FlaskClient, site: MemberSite, language: str, heading: str, level: str
) -> None:
    page = visit(client, f"/contract/{site.contract_hash}", language=language)
    assert page.h1 == heading
    assert level in page.text
    rows = [[c.text_content() for c in row.xpath("td")] for row in page.tree.xpath("//tbody/tr")]
    assert rows == [["Customer service", "6"]]
    words = [d.text_content() for d in page.tree.xpath("//dt | //dd")]
    assert [w for w in words if "_" in w] == []  # every code of the contract has its word
    assert page.tree.xpath("//a[contains(@href, '.json')]/@href") == [f"/contract/{site.contract_hash}.json"]


def test_the_hash_is_that_of_the_bytes_served(client: FlaskClient, site: MemberSite) -> None:
    answer = client.get(f"/contract/{site.contract_hash}.json")
    assert answer.content_type == "application/json; charset=utf-8"
    assert hashlib.sha256(answer.data).hexdigest()[:20] == site.contract_hash
    assert json.loads(answer.data)["cycle"] == "2026Q4"


@pytest.mark.parametrize("address", ["/contract/abc", "/contract/" + "0" * 20, "/contract/" + "0" * 20 + ".json"])
def test_an_unknown_contract_is_a_page_with_a_next_step(client: FlaskClient, address: str) -> None:
    assert visit(client, address, status=404).tree.xpath("//a[@class='button']/@href") == ["/s?lang=en"]
