"""The home page and the places above every page: what stands where."""

import pytest
from flask import Flask

from assess.accounts.administration import deactivate_account
from assess.accounts.pages.home import HomeEntry, add_home_entries, home_entries
from tests.accounts.accounts_cast import PEOPLE, Office
from tests.app.browsing import signed_in


def test_home_begins_with_what_waits_then_what_goes_on_and_ends_with_what_is_set_up_once(
    app: Flask, office: Office
) -> None:
    made = [
        HomeEntry("set up once", "", rank=2),
        HomeEntry("looked after", ""),
        HomeEntry("goes on", "", rank=0),
        HomeEntry("waits", "", is_waiting=True),
    ]
    office.settle("ada")
    app.extensions["assess.home"] = []
    add_home_entries(app, lambda _session, _account: made)
    with app.app_context():
        shown = [entry.heading for entry in home_entries(office.account("ada"))]
    assert shown == ["waits", "goes on", "looked after", "set up once"]


@pytest.mark.parametrize(("who", "menu"), [("ada", True), ("hanna", True), ("lea", False)])
def test_those_with_many_places_find_the_last_ones_in_a_menu(app: Flask, office: Office, who: str, menu: bool) -> None:
    page = signed_in(app, office, who).see("/app/security")
    inside = page.tree.xpath("//nav[@class='places']//details//a/@href | //nav[@class='places']//details//form/@action")
    assert ("/app/security" in inside, "/app/sign-out" in inside) == (menu, menu)
    assert bool(page.tree.xpath("//nav[@class='places']//summary[@aria-current]")) == menu


@pytest.mark.parametrize(("language", "words"), [("en", "Invite somebody for HR"), ("zh", "邀请人力资源部人员")])
def test_administrators_are_asked_to_invite_hr_as_long_as_nobody_runs_surveys(
    app: Flask, office: Office, language: str, words: str
) -> None:
    ada = signed_in(app, office, "ada", language)

    def waiting() -> list[tuple[str, str]]:
        found = ada.see("/app").tree.xpath("//section[contains(@class, 'waiting')]//a")
        return [(link.get("href"), link.text_content()) for link in found]

    assert waiting() == [("/app/accounts/invite?role=hr", words)]
    (form,) = [form for form in ada.see(waiting()[0][0]).tree.forms if form.get("action") == "/app/accounts/invite"]
    assert (form.fields["is_hr"], form.fields["is_admin"]) == ("yes", None)
    assert "checked" not in "".join(ada.see("/app/accounts/invite").tree.xpath("//input[@name='is_hr']")[0].keys())
    office.invite("hanna")
    assert waiting() == []
    deactivate_account(office.database, PEOPLE["hanna"][0])
    assert len(waiting()) == 1, "an account that was deactivated runs nothing"
    kim = signed_in(app, office, "kim", language)
    assert words not in kim.see("/app").text


@pytest.mark.parametrize(("language", "heading"), [("en", "Page not found"), ("zh", "找不到页面")])
def test_a_page_that_is_not_there_says_so_in_the_language_of_the_account(
    app: Flask, office: Office, language: str, heading: str
) -> None:
    lea = signed_in(app, office, "lea", language)
    lea.language = "zh" if language == "en" else "en"  # what the browser asks for
    for address, status in (("/app/nothing", 404), ("/app/language", 405)):
        answer = lea.client.get(address, headers={"Accept-Language": "zh-CN" if language == "en" else "en"})
        assert answer.status_code == status
        page = answer.get_data(as_text=True)
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page
        assert (heading in page) == (status == 404)
