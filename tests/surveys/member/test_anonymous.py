"""Level `anonymous`: only sealed envelopes are taken, the way round asks first, the script is frozen."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from assess.app import create_app
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.check_words import check_words
from assess.surveys.contract import frozen_instrument
from assess.surveys.envelopes.seal import public_bytes, seal, sealing_context
from assess.surveys.member.sealing_script import current_sealing_script
from assess.surveys.models import Cycle, Level, State
from tests.databases.stores import Store
from tests.surveys.member.member_cast import (
    CLOSED_LONG_AGO,
    HOLDER_KEYS,
    HOLDERS,
    MemberSite,
    build_site,
    dump,
    envelopes,
    opened_answers,
)
from tests.surveys.member.visiting import visit

LANGUAGES = ("en", "zh")
ANSWERS = PlainAnswers({"COM1": 5, "OUT1": 0}, {"CMT1": "Short stand-ups."})
NO_ENVELOPE = {"en": "Your answers were not taken", "zh": "您的答卷没有被接收"}
ASK = {"en": "Answer without sealing in your browser?", "zh": "不经浏览器封存，直接作答？"}
FORM = {"en": "How is work going in your team?", "zh": "您所在的团队，工作进行得怎么样？"}


@pytest.fixture
def site(tmp_path: Path, each_database: Store) -> Iterator[MemberSite]:
    site = build_site(tmp_path, level=Level.ANONYMOUS)
    yield site
    site.database.close()


def cycle_of(site: MemberSite) -> Cycle:
    with site.database.reading() as session:
        return session.get_one(Cycle, site.cycle_id)


def sealed(site: MemberSite, answers: PlainAnswers = ANSWERS, *, keys: int = 2) -> bytes:
    cycle = cycle_of(site)
    sheet = AnswerSheet.of(frozen_instrument(cycle))
    recipients = [public_bytes(key) for key in HOLDER_KEYS[:keys]]
    return seal(sheet.encode(answers), recipients, sealing_context(cycle.id, cycle.contract_sha256))


def b64(body: bytes) -> str:
    return base64.b64encode(body).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("write", [b64, lambda body: base64.urlsafe_b64encode(body).decode().rstrip("=")])
def test_a_sealed_envelope_is_taken_and_each_holder_opens_it(
    client: FlaskClient, site: MemberSite, language: str, write: object
) -> None:
    assert callable(write)
    page = visit(client, f"/s/{site.codes[0]}", language=language, data={"sealed": write(sealed(site))})
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert [opened_answers(site, key) for key in HOLDER_KEYS] == [[ANSWERS], [ANSWERS]]


def test_the_later_envelope_replaces_the_earlier(client: FlaskClient, site: MemberSite) -> None:
    later = PlainAnswers({"COM1": 1}, {})
    for answers in (ANSWERS, later):
        visit(client, f"/s/{site.codes[0]}", data={"sealed": b64(sealed(site, answers))})
    assert opened_answers(site) == [later]


def test_answering_changes_one_row_of_one_table(client: FlaskClient, site: MemberSite) -> None:
    before = dump(site)
    visit(client, f"/s/{site.codes[0]}", data={"sealed": b64(sealed(site))})
    (added,) = (dump(site) - before).elements()
    assert added.startswith("envelopes: ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_no_envelope_is_refused_and_leaves_nothing(
    client: FlaskClient, site: MemberSite, language: str
) -> None:
    body, alone = sealed(site), sealed(site, keys=1)
    junk: list[dict[str, str]] = [
        {},
        {"sealed": ""},
        {"sealed": "%%%"},
        {"sealed": "ä"},
        {"sealed": '{"ratings":[5],"comments":{}}'},
        {"sealed": b64(body[:-1])},
        {"sealed": b64(body + b"\0")},
        {"sealed": b64(alone)},
        {"sealed": b64(body[:1] + b"\x01" + body[2:])},
        {"sealed": b64(b"\x02" + body[1:])},
        {"sealed": b64(body)[:-5]},
        {"sealed": b64(body), "COM1": "5"},
        {"sealed": b64(body), "filler": "xx"},
        {"COM1": "5", "CMT1": "plain"},
    ]
    before = dump(site)
    for sent in junk:
        page = visit(client, f"/s/{site.codes[0]}", status=422, language=language, data=sent)
        assert page.h1 == NO_ENVELOPE[language], sent
        assert page.tree.find("body").get("data-draft") == "keep"
        assert "plain" not in page.text
    twice = MultiDict([("sealed", b64(body)), ("sealed", b64(body))])
    assert client.post(f"/s/{site.codes[0]}", data=twice).status_code == 422
    assert dump(site) == before


def test_at_confidential_a_sealed_field_is_no_item(tmp_path: Path, site: MemberSite) -> None:
    (tmp_path / "other").mkdir()
    other = build_site(tmp_path / "other")
    client = create_app(other.settings).test_client()
    visit(client, f"/s/{other.codes[0]}", status=422, data={"sealed": b64(sealed(site))})
    assert envelopes(other) == []


@pytest.mark.usefixtures("each_database")
def test_too_late_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    closed = build_site(tmp_path / "closed", closes_at=CLOSED_LONG_AGO, level=Level.ANONYMOUS)
    client = create_app(closed.settings).test_client()
    for address, data in (("", {"sealed": b64(sealed(closed))}), ("/plain", {"COM1": "4"})):
        page = visit(client, f"/s/{closed.codes[0]}{address}", status=410, data=data)
        assert "Your answers came after closing. They were not taken" in page.text
        assert page.tree.find("body").get("data-draft") == "drop"
    assert envelopes(closed) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_field_of_the_page_can_be_sent(client: FlaskClient, site: MemberSite, language: str) -> None:
    page = visit(client, f"/s/{site.codes[0]}", language=language)
    assert page.h1 == FORM[language]
    assert page.tree.xpath("//main//*[@name]/@name") == ["sealed"]
    assert page.tree.xpath("//form//input/@name | //form//textarea/@name") == ["sealed"]
    fields = page.tree.xpath("//fieldset//input | //textarea")
    assert len(fields) == 27 * 6 + 11 + 1 + 2 + 3 * 6
    assert {field.get("autocomplete") for field in fields} == {"off"}
    assert page.tree.xpath("//form//fieldset | //form//textarea") == []
    assert page.tree.xpath("//button[@type='submit']/@form") == ["envelope"]
    hidden = page.tree.xpath("//*[@data-step='part' or @data-step='review' or contains(@class, 'pager')]")
    assert all("hidden" in element.attrib for element in hidden)


def test_the_page_says_who_opens_and_gives_what_the_browser_needs(client: FlaskClient, site: MemberSite) -> None:
    page = visit(client, f"/s/{site.codes[0]}")
    cycle = cycle_of(site)
    assert cycle.contract is not None
    content = json.loads(cycle.contract)
    assert ", ".join(HOLDERS) in page.text
    assert check_words(cycle.contract) in page.text
    assert "This survey is anonymous." in page.text
    (answers,) = page.tree.xpath("//*[@data-answers]")
    sheet = AnswerSheet.of(frozen_instrument(cycle))
    assert answers.get("data-cycle") == cycle.id.hex()
    assert answers.get("data-contract") == cycle.contract_sha256.hex()
    assert answers.get("data-recipients").split() == content["recipients"]
    assert answers.get("data-items").split() == [code for code, _lo, _hi in sheet.items]
    assert answers.get("data-prompts").split() == list(sheet.prompts)


@pytest.mark.parametrize(
    ("language", "protected", "open_risk"),
    [("en", "with every file, log and backup of all times", "change the code of this page"),
     ("zh", "历来所有的文件、日志和备份", "篡改这个页面的代码")],
)  # fmt: skip
def test_it_says_what_is_and_is_not_protected_and_promises_no_more(
    client: FlaskClient, site: MemberSite, language: str, protected: str, open_risk: str
) -> None:
    text = visit(client, f"/s/{site.codes[0]}", language=language).text
    assert protected in text
    assert open_risk in text
    for word in ("nobody can ever", "unhackable", "impossible", "guarantee", "100 %", "绝对", "谁也", "保证"):
        assert word not in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_sealing_the_page_asks_first(client: FlaskClient, site: MemberSite, language: str) -> None:
    code = site.codes[0]
    page = visit(client, f"/s/{code}", language=language)
    (link,) = page.tree.xpath("//*[@data-unable]//a/@href")
    answer = client.get(f"/s/{code}{link}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{code}/plain?lang={language}")
    asked = visit(client, answer.headers["Location"], language=language)
    assert asked.h1 == ASK[language]
    assert asked.tree.xpath("//form | //input") == []
    back, agree = asked.tree.xpath("//p[@class='actions']/a/@href")
    assert (back, agree) == (f"./?lang={language}", f"?agreed=1&lang={language}")
    form = visit(client, f"/s/{code}/plain{agree}", language=language)
    assert form.h1 == FORM[language]
    assert form.tree.xpath("//form//input[@name='COM1']/@value") == ["5", "4", "3", "2", "1", ""]
    assert form.tree.xpath("//nav//a/@href")[0].startswith("?agreed=1&lang=")
    assert {"en": "confidential, not anonymous", "zh": "保密的，但不是匿名的"}[language] in form.text
    assert {"en": "This survey is anonymous.", "zh": "本次调查匿名。"}[language] not in form.text


def test_plain_answers_are_sealed_to_the_key_holders_on_arrival(client: FlaskClient, site: MemberSite) -> None:
    address = f"/s/{site.codes[0]}/plain"
    refused = visit(client, address, status=422, data={"COM1": "9", "CMT1": "Short stand-ups."})
    assert refused.written_in("CMT1") == "Short stand-ups."
    assert refused.error_of("COM1") == "Choose one of the options shown here."
    assert refused.tree.xpath("//input[@name='sealed']") == []
    visit(client, address, data={"COM1": "5", "OUT1": "0", "CMT1": "Short stand-ups.", "filler": "x"})
    assert [len(body) for body in envelopes(site)] == [8448]
    assert [opened_answers(site, key) for key in HOLDER_KEYS] == [[ANSWERS], [ANSWERS]]


def test_where_an_envelope_exists_every_way_says_so_first(client: FlaskClient, site: MemberSite) -> None:
    code = site.codes[0]
    visit(client, f"/s/{code}", data={"sealed": b64(sealed(site))})
    for address in (f"/s/{code}", f"/s/{code}/plain", f"/s/{code}/plain?agreed=1"):
        page = visit(client, address)
        assert page.h1 == "There is already an envelope for this link"
        assert page.tree.xpath("//a[@class='button']/@href") == ["?anew=1&lang=en"]
    anew = visit(client, f"/s/{code}?anew=1")
    assert "What you send now replaces it." in anew.text
    (link,) = anew.tree.xpath("//*[@data-unable]//a/@href")
    plain = client.get(f"/s/{code}{link}").headers["Location"]
    assert plain == f"/s/{code}/plain?anew=1&lang=en"
    back, agree = visit(client, plain).tree.xpath("//p[@class='actions']/a/@href")
    assert (back, agree) == ("./?anew=1&lang=en", "?agreed=1&anew=1&lang=en")
    assert "What you send now replaces it." in visit(client, f"/s/{code}/plain{agree}").text


@pytest.mark.usefixtures("each_database")
def test_at_confidential_the_plain_address_is_the_page_itself(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = build_site(tmp_path / "other")
    client = create_app(other.settings).test_client()
    answer = client.get(f"/s/{other.codes[0]}/plain")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{other.codes[0]}?lang=en")
    visit(client, f"/s/{other.codes[0]}/plain", data={"COM1": "4"})
    assert len(envelopes(other)) == 1


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize(("base_url", "warned"), [("http://127.0.0.1:8765", True), ("https://127.0.0.1", False)])
def test_listeners_on_the_network_are_named_where_the_address_is_http(
    tmp_path: Path, base_url: str, warned: bool
) -> None:
    (tmp_path / "other").mkdir()
    other = build_site(tmp_path / "other", level=Level.ANONYMOUS, base_url=base_url)
    text = visit(create_app(other.settings).test_client(), f"/s/{other.codes[0]}/plain").text
    assert ("begins with http, not https" in text) is warned


def test_all_members_get_the_same_bytes_and_all_pages_of_a_link_one_length(
    client: FlaskClient, site: MemberSite
) -> None:
    visit(client, f"/s/{site.codes[0]}", data={"sealed": b64(sealed(site))})
    for encoding in ("gzip", "identity"):
        headers = {"Accept-Encoding": encoding}
        forms = {client.get(f"/s/{code}", headers=headers).data for code in site.codes[1:]}
        assert len(forms) == 1
        others = [f"/s/{site.codes[0]}{rest}" for rest in ("", "?anew=1", "/plain", "/plain?anew=1&agreed=1")]
        others += [f"/s/{site.codes[1]}/plain", f"/s/{site.codes[1]}/plain?agreed=1"]
        lengths = {len(client.get(address, headers=headers).data) for address in others}
        assert lengths == {len(next(iter(forms)))}


def test_no_page_holds_the_code_of_its_reader(client: FlaskClient, site: MemberSite) -> None:
    code = site.codes[0]
    for address in (f"/s/{code}", f"/s/{code}/plain", f"/s/{code}/plain?agreed=1"):
        assert code not in client.get(address).get_data(as_text=True)
    assert code not in client.post(f"/s/{code}", data={"sealed": "x"}).get_data(as_text=True)


def test_the_script_of_the_contract_is_served_whatever_is_upgraded(client: FlaskClient, site: MemberSite) -> None:
    frozen = b'"use strict"; // of an earlier version\n'
    with site.database.writing() as session:
        cycle = session.get_one(Cycle, site.cycle_id)
        content = json.loads(cycle.contract or b"")
        content["sealing_script_sha256"] = hashlib.sha256(frozen).hexdigest()
        cycle.contract, cycle.sealing_script = json.dumps(content).encode(), frozen
    page = visit(client, f"/s/{site.codes[0]}")
    (script,) = page.tree.xpath("//script")
    assert script.get("src") == f"/sealing/{hashlib.sha256(frozen).hexdigest()}.js"
    digest = base64.b64encode(hashlib.sha256(frozen).digest()).decode()
    assert script.get("integrity") == f"sha256-{digest}"
    for _time in range(2):
        answer = client.get(script.get("src"), headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(answer.data) == frozen
        assert client.get(script.get("src"), headers={"Accept-Encoding": "identity"}).data == frozen
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/javascript; charset=utf-8"
    today = hashlib.sha256(current_sealing_script()).hexdigest()
    assert client.get(f"/sealing/{today}.js").status_code == 404


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fsecret.key", ""])
def test_other_names_are_no_scripts(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sealing/{name}.js").status_code == 404


def test_after_publication_no_script_is_served(client: FlaskClient, site: MemberSite) -> None:
    name = hashlib.sha256(current_sealing_script()).hexdigest()
    with site.database.writing() as session:
        cycle = session.get_one(Cycle, site.cycle_id)
        cycle.state, cycle.running = State.PUBLISHED, None
    assert client.get(f"/sealing/{name}.js").status_code == 404


def test_looking_changes_nothing(client: FlaskClient, site: MemberSite) -> None:
    before = dump(site)
    name = hashlib.sha256(current_sealing_script()).hexdigest()
    for address in (f"/s/{site.codes[0]}", f"/s/{site.codes[0]}?plain=1", f"/s/{site.codes[0]}/plain?agreed=1",
                    f"/s/{site.codes[0]}/", f"/sealing/{name}.js"):  # fmt: skip
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(address, method=method)
    assert dump(site) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contract_page_names_the_holders_and_the_check_words(
    client: FlaskClient, site: MemberSite, language: str
) -> None:
    page = visit(client, f"/contract/{site.contract_hash}", language=language)
    contract = cycle_of(site).contract or b""
    assert {"en": ", ", "zh": "、"}[language].join(HOLDERS) in page.text
    assert check_words(contract) in page.text
    words = [d.text_content() for d in page.tree.xpath("//dt | //dd")]
    assert [w for w in words if "_" in w] == []


def test_the_script_names_no_other_place_and_makes_no_markup_from_text() -> None:
    script = current_sealing_script().decode()
    for trap in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
                 "import(", "fetch(", "XMLHttpRequest", "Beacon", "Socket", "Source", "://", "localS"):  # fmt: skip
        assert trap not in script
