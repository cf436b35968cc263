"""What HR is asked on the preview of an import: who goes, and which teams begin with a roster."""

import pytest
from flask import Flask

from assess.teams.models import Person, Team
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.app.test_import_pages import bring, confirm, names, upload

PEOPLE = "name,email,team\n" + "".join(f"P {n},p{n}@x.example,Ads\n" for n in range(5))
STAFF = (
    "Staff no.,Full name,E-mail,Department,Language\n1,Ada,ada@x.example,Ads,English\n2,波,bo@x.example,Box,Chinese\n"
)


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "hanna")


def test_a_staff_list_alone_begins_teams_and_roster(office: Office, hanna: Browsing) -> None:
    upload(hanna, "roster", STAFF, "staff.csv")
    page = hanna.see("/app/import/roster/preview")
    assert "These teams do not exist yet They would begin at the top of the tree." in page.text
    assert "Ads: 1 person Box: 1 person" in page.text
    assert "staff.csv: columns ignored: “Staff no.”." in page.text
    assert "波, Box, bo@x.example, mails in 简体中文" in page.text
    assert page.tree.xpath("//input[@id='begin']/@checked") == []
    refused = confirm(hanna, "roster")
    assert (refused.status_code, names(office, Team)) == (422, set())
    assert confirm(hanna, "roster", agreed="begin").status_code == 303
    assert names(office, Team) == {"Ads", "Box"}
    assert names(office, Person) == {"Ada", "波"}
    page = hanna.see("/app/import/roster?imported")
    assert page.tree.xpath("//dt[.='Teams begun with it']/following-sibling::dd[1]/text()") == ["2"]


def test_an_import_that_begins_teams_is_taken_back_as_a_whole(office: Office, hanna: Browsing) -> None:
    upload(hanna, "roster", STAFF)
    confirm(hanna, "roster", agreed="begin")
    page = hanna.see("/app/import/roster")
    shown = str(page.tree.xpath("//form[contains(@action, 'undo')]/input[@name='import']/@value")[0])
    assert hanna.send("/app/import/roster/undo", "/app/import/roster", **{"import": shown}).status_code == 303
    assert (names(office, Team), names(office, Person)) == (set(), set())


def test_a_short_roster_says_how_many_go_and_asks(app: Flask, office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", "team\nAds\n")
    bring(hanna, "roster", PEOPLE)
    assert (
        "A file replaces the whole roster: whoever it does not name leaves it." in hanna.see("/app/import/roster").text
    )
    upload(hanna, "roster", "\n".join(PEOPLE.splitlines()[:3]))
    assert "3 people on the roster are not in this file." in hanna.see("/app/import/roster/preview").text
    fields = {"csrf_token": hanna.token("/app/import/roster/preview")}
    page = hanna.see("/app/import/roster/preview")
    fields |= {str(f.get("name")): str(f.get("value")) for f in page.tree.xpath("//main//input[@type='hidden']")}
    page = hanna.see("/app/import/roster/preview", status=422, data=fields)
    assert (page.error_of("going"), page.focused) == (
        "Tick this if it is so. If not, throw the file away and send one that names everybody.",
        ["going"],
    )
    assert len(names(office, Person)) == 5, "nothing was imported"
    assert confirm(hanna, "roster", agreed="going").status_code == 303
    assert len(names(office, Person)) == 2


def test_what_was_ticked_stays_ticked_where_another_yes_is_missing(office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", "team\nAds\n")
    bring(hanna, "roster", PEOPLE)
    upload(hanna, "roster", STAFF)
    answer = confirm(hanna, "roster", agreed="begin").get_data(as_text=True)
    assert 'value="begin" checked' in answer
    assert 'value="going" aria-describedby="going-error" aria-invalid="true" autofocus' in answer


def test_a_file_of_teams_without_some_asks_and_keeps_what_is_ticked(office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", "team,founded_on\nAds,2024-03-01\nBox,\nCare,\n")
    upload(hanna, "teams", "team,founded_on\nAdverts,2024-03-01\nCare,\n")
    assert "1 team is not in this file." in hanna.see("/app/import/teams/preview").text
    answer = confirm(hanna, "teams", renamed="Adverts")
    assert answer.status_code == 422
    assert 'value="Adverts" checked' in answer.get_data(as_text=True)
    assert 'value="Adverts" checked' not in confirm(hanna, "teams").get_data(as_text=True)
    assert names(office, Team) == {"Ads", "Box", "Care"}
    assert confirm(hanna, "teams", renamed="Adverts", agreed="going").status_code == 303


def test_in_chinese(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna", "zh")
    upload(hanna, "roster", STAFF)
    assert "这些团队还不存在" in hanna.see("/app/import/roster/preview").text
    bring(hanna, "roster", STAFF, agreed="begin")
    upload(hanna, "roster", "\n".join(STAFF.splitlines()[:2]))
    page = hanna.see("/app/import/roster/preview")
    assert "名册上有1人不在这个文件里" in page.text
    assert "是的，这1人已不在" in page.text
