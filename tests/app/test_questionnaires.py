"""HR reads questionnaires in the browser, sends one of their own, plans with it and takes it away."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from assess.surveys.instruments import instrument_source
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.app.surveys_cast import QUARTER, form_of, hire_lantern, plan, planned, set_clock
from tests.surveys.own_files import own_file, without_module

HERE = "/app/questionnaires"


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    set_clock(app)
    hire_lantern(office.database)
    return signed_in(app, office, "hanna")


def with_file(browsing: Browsing, content: bytes, name: str = "mine.toml") -> dict[str, Any]:
    return form_of(browsing, HERE) | {"file": (BytesIO(content), name)}


def send(browsing: Browsing, content: bytes) -> str:
    return browsing.client.post(HERE, data=with_file(browsing, content)).headers["Location"]


def test_built_in_ones_can_be_read_whole_and_their_file_is_the_one_asked(hanna: Browsing) -> None:
    page = hanna.see(HERE)
    assert page.tree.xpath(f"//main//a[starts-with(@href, '{HERE}/')]/@href") == [f"{HERE}/team24", f"{HERE}/team16"]
    assert "There is none yet." in page.text
    whole = hanna.see(f"{HERE}/team24")
    assert len(whole.tree.xpath("//main//p[@lang='en']")) == len(whole.tree.xpath("//main//p[@lang='zh']")) >= 24 + 16
    assert "Driver module LOAD: asked in quarters that choose it" in whole.text
    assert not whole.tree.xpath("//form[contains(@action, 'remove')]"), "what is built in stays"
    file = hanna.client.get(f"{HERE}/team24/file")
    assert file.text == instrument_source("team24")
    assert file.headers["Content-Disposition"] == "attachment; filename=team24.toml"


def test_one_of_their_own_is_sent_read_and_planned_with(office: Office, hanna: Browsing) -> None:
    assert send(hanna, own_file()) == f"{HERE}/calm?kept"
    page = hanna.see(f"{HERE}/calm?kept")
    assert "Kept. Read it through once" in page.text
    assert "Options: always, often, sometimes, rarely, never" in page.text
    assert "CALM2 · Agreement speaks against the dimension" in page.text
    assert "STAY · By default not on the leader’s own page" in page.text
    assert "Calm and clear (calm 1.0)" in hanna.see("/app/cycles/new").text
    assert plan(hanna, instrument="calm", modules_by="own", module="GOAL").status_code == 303
    assert (planned(office).instrument_code, planned(office).modules) == ("calm", ["GOAL"])
    assert "We have time to think." in hanna.see(f"/app/cycles/{QUARTER}/preview").text


def test_a_new_version_says_which_plans_ask_it(office: Office, hanna: Browsing) -> None:
    send(hanna, own_file())
    plan(hanna, instrument="calm", modules_by="none")
    assert send(hanna, own_file("1.1", "We may think.")) == f"{HERE}/calm?kept&plan={QUARTER}"
    assert "These plans ask it as it is now: 2027 Q4." in hanna.see(f"{HERE}/calm?kept&plan={QUARTER}").text
    assert "We may think." in hanna.see(f"/app/cycles/{QUARTER}/preview").text
    assert "These plans" not in hanna.see(f"{HERE}/calm?kept&plan=<b>").text
    assert planned(office).instrument_source == own_file("1.1", "We may think.").decode()


def test_the_next_plan_begins_with_the_one_asked_last(hanna: Browsing) -> None:
    send(hanna, own_file())
    plan(hanna, instrument="calm")
    assert form_of(hanna, "/app/cycles/new")["instrument"] == "calm"


def test_what_is_removed_can_no_longer_be_chosen(office: Office, hanna: Browsing) -> None:
    send(hanna, own_file())
    plan(hanna, instrument="calm", modules_by="none")
    fields = form_of(hanna, f"{HERE}/calm")
    for _twice in range(2):
        answer = hanna.client.post(f"{HERE}/calm/remove", data=fields)
        assert answer.headers["Location"] == f"{HERE}?removed"
    assert "no longer offered" in hanna.see(f"{HERE}?removed").text
    hanna.see(f"{HERE}/calm", status=404)
    assert hanna.client.post(f"{HERE}/team24/remove", data=fields).status_code == 404
    assert "Calm and clear" not in hanna.see("/app/cycles/new").text
    assert "Calm and clear (calm 1.0)" in hanna.see(f"/app/cycles/{QUARTER}/edit").text, "the plan has its copy"
    assert planned(office).instrument_code == "calm"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"code = ", "mine.toml, line 1: This is not valid TOML"),
        (own_file(code="team16"), "mine.toml has the code team16, which is a built-in questionnaire"),
        (own_file().replace(b"CALM2", b"CALM1"), "mine.toml, line 32: The code CALM1 is there twice"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_not_kept(
    hanna: Browsing, content: bytes, sentence: str
) -> None:
    page = hanna.see(HERE, status=422, data=with_file(hanna, content))
    assert sentence in page.tree.xpath("string(//p[@id='file-error'])")
    assert page.tree.xpath("//input[@id='file']/@aria-describedby") == ["file-error file-hint"]
    assert "There is none yet." in page.text


def test_a_plan_that_could_not_ask_the_new_version_is_named(hanna: Browsing) -> None:
    send(hanna, own_file())
    plan(hanna, instrument="calm", modules_by="own", module="GOAL")
    page = hanna.see(HERE, status=422, data=with_file(hanna, without_module("1.1")))
    assert "The plan of 2027 Q4 could not ask this version" in page.tree.xpath("string(//p[@id='file-error'])")


@pytest.mark.parametrize("name", ["../../etc/passwd.toml", "x" * 5000, "a\0b.toml"])
def test_a_file_name_is_only_a_name(hanna: Browsing, name: str) -> None:
    assert send(hanna, own_file()) == f"{HERE}/calm?kept"
    page = hanna.see(HERE, status=422, data=with_file(hanna, b"code = ", name))
    said = page.tree.xpath("string(//p[@id='file-error'])")
    assert "/etc/" not in said
    assert len(said) < 250
