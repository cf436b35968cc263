"""The page of a key holder's own key."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from assess.surveys.envelopes.seal import public_bytes, unseal
from assess.surveys.holders.codes import new_code, unwrap, wrap
from assess.surveys.holders.keys import fingerprint
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in

WORDS = {
    "holder-setup": {"empty", "length", "sign", "group", "working", "failed"},
    "holder-try": {"empty", "length", "sign", "group", "several", "wrong", "working", "failed"},
}


class Kim:
    """A key holder with the browser and the script's part of the work."""

    def __init__(self, app: Flask, office: Office, language: str = "en") -> None:
        self.browsing: Browsing = signed_in(app, office, "kim", language)
        self.code = ""
        self.key = ec.generate_private_key(ec.SECP256R1())

    def make_key(self, page: str = "/app/key") -> int:
        self.key, self.code = ec.generate_private_key(ec.SECP256R1()), new_code()
        public = base64.b64encode(public_bytes(self.key)).decode()
        wrapped = base64.b64encode(wrap(self.code, self.key)).decode()
        return self.browsing.send("/app/key", page, public_key=public, wrapped_key=wrapped).status_code

    def fetch(self, address: str) -> Any:
        answer = self.browsing.client.get(address)
        assert answer.status_code == 200
        assert answer.content_type == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        return json.loads(answer.data)


@pytest.fixture
def kim(app: Flask, office: Office) -> Kim:
    return Kim(app, office)


@pytest.mark.parametrize(("language", "heading"), [("en", "Set up your key"), ("zh", "设置您的密钥")])
def test_without_a_key_the_page_sets_one_up(app: Flask, office: Office, language: str, heading: str) -> None:
    kim = Kim(app, office, language)
    page = kim.browsing.see("/app/key")
    assert page.h1 == heading
    section = page.tree.get_element_by_id("holder-setup")
    words = {name.removeprefix("data-word-") for name in section.attrib if name.startswith("data-word-")}
    assert words == WORDS["holder-setup"]
    assert all(section.attrib[f"data-word-{word}"] for word in words)
    form = page.tree.get_element_by_id("holder-form")
    fields = form.xpath(".//input/@name")
    assert sorted(fields) == ["csrf_token", "public_key", "wrapped_key"], "nothing of the code can be sent"
    assert page.tree.get_element_by_id("holder-typed").get("name") is None
    assert [step.get("data-step") for step in section.xpath("//*[@data-step]")] == ["make", "code", "type"]
    assert section.xpath("//*[@data-step and not(@hidden)]") == []


def test_home_asks_for_what_is_missing_next(kim: Kim) -> None:
    def waiting() -> list[str]:
        return list(map(str, kim.browsing.see("/app").tree.xpath("//section[contains(@class, 'waiting')]//a/text()")))

    assert waiting() == ["Set up your key"]
    assert kim.make_key() == 303
    assert waiting() == ["Try your code"]
    trial = kim.fetch("/app/key/test")
    proof = unseal(base64.b64decode(trial["body"]), kim.key, base64.b64decode(trial["context"])).decode()
    assert kim.browsing.send("/app/key/test", "/app/key", proof=proof).status_code == 303
    assert waiting() == []
    assert "There is nothing to do." in kim.browsing.see("/app").text


def test_a_key_in_use_is_shown_with_its_fingerprint_and_can_be_tried(kim: Kim) -> None:
    kim.make_key()
    page = kim.browsing.see("/app/key")
    assert page.h1 == "Your key"
    assert fingerprint(public_bytes(kim.key)) in page.text
    assert "Last trial not yet" in page.text
    section = page.tree.get_element_by_id("holder-try")
    words = {name.removeprefix("data-word-") for name in section.attrib if name.startswith("data-word-")}
    assert words == WORDS["holder-try"]
    trial = kim.fetch(section.get("data-test"))
    assert base64.b64decode(trial["public_key"]) == public_bytes(kim.key)
    wrong = kim.browsing.send("/app/key/test", "/app/key", proof="nothing")
    assert wrong.status_code == 422
    assert "The trial envelope was not opened" in wrong.get_data(as_text=True)
    proof = unseal(base64.b64decode(trial["body"]), kim.key, base64.b64decode(trial["context"])).decode()
    assert kim.browsing.see("/app/key?tried=yes").tree.xpath("//*[@role='status' and @autofocus]") == []
    right = kim.browsing.send("/app/key/test", "/app/key", proof=proof)
    page = kim.browsing.see(right.location)
    assert "Last trial not yet" not in page.text
    (said,) = page.tree.xpath("//*[@role='status' and @autofocus and @tabindex='-1']")
    assert said.text_content().startswith("It worked: your code opened the trial envelope.")
    assert "It worked" not in kim.browsing.see("/app/key").text


def test_all_keys_are_handed_out_wrapped_and_the_newest_first(kim: Kim) -> None:
    made: list[tuple[ec.EllipticCurvePrivateKey, str]] = []
    for _ in range(3):
        kim.make_key("/app/key?new")
        made.insert(0, (kim.key, kim.code))
    handed = kim.fetch("/app/key/wrapped")
    assert [base64.b64decode(row["public_key"]) for row in handed] == [public_bytes(key) for key, _code in made]
    for row, (key, code) in zip(handed, made, strict=True):
        assert set(row) == {"public_key", "wrapped_key"}
        assert public_bytes(unwrap(code, base64.b64decode(row["wrapped_key"]))) == public_bytes(key)
    page = kim.browsing.see("/app/key")
    assert all(fingerprint(public_bytes(key)) in page.text for key, _code in made)


def test_a_new_key_is_made_only_where_it_is_asked_for_and_says_what_it_costs(kim: Kim) -> None:
    kim.make_key()
    assert kim.browsing.see("/app/key").tree.xpath("//*[@id='holder-setup']") == []
    page = kim.browsing.see("/app/key?new")
    assert page.h1 == "Set up your key"
    assert "you still need the old code" in page.text


@pytest.mark.parametrize(("language", "sentence"), [("en", "is no key of Assess"), ("zh", "不是有效的密钥")])
def test_what_is_no_key_is_refused_on_the_page(app: Flask, office: Office, language: str, sentence: str) -> None:
    kim = Kim(app, office, language)
    data = {"csrf_token": kim.browsing.token("/app/key"), "public_key": "AAAA", "wrapped_key": "AAAA"}
    page = kim.browsing.see("/app/key", status=422, data=data)
    assert sentence in page.tree.xpath("normalize-space(//*[@role='alert'])")
    assert page.tree.get_element_by_id("holder-setup") is not None


def test_without_a_key_there_is_no_trial(kim: Kim) -> None:
    assert kim.browsing.client.get("/app/key/test").status_code == 404
    assert kim.fetch("/app/key/wrapped") == []


def test_nobody_gets_the_keys_of_another_holder(app: Flask, office: Office, kim: Kim) -> None:
    from assess.accounts.administration import Roles, add_account
    from assess.accounts.signing_in import welcome
    from tests.accounts.accounts_cast import NOW, PASSWORD

    kim.make_key()
    roles = Roles(is_key_holder=True)
    link = add_account(office.database, email="min@x.example", name="周敏", roles=roles, language="en", now=NOW)
    welcome(office.database, link, PASSWORD, now=NOW, language="en")
    other = Browsing(app)
    other.send("/app/sign-in", email="min@x.example", password=PASSWORD)
    assert other.client.get("/app/key/wrapped").json == []
