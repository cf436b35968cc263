"""HR's pages of imports: preview, import, undo, export, and who is kept out."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from assess.audit.models import AuditEntry
from assess.teams.models import Person, Team, WaitingImport
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in

TEAMS = "team,parent,founded_on\nLantern,,\nAds,Lantern,2024-03-01\nCare,Lantern,\n"
ROSTER = "name,email,team\nAda,ada@lantern.example,Ads\n<b>Bo</b>,bo@lantern.example,Care\n"


@pytest.fixture
def hanna(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "hanna")


def upload(browsing: Browsing, kind: str, text: str | bytes, name: str = "file.csv") -> TestResponse:
    content = text if isinstance(text, bytes) else text.encode()
    address = f"/app/import/{kind}"
    token = browsing.token(address).encode()
    body = (  # by hand: the client of the tests would put a large one into a file and leave it open
        b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token + b"\r\n"
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + content
        + b"\r\n--cut--\r\n"
    )
    return browsing.client.post(address, data=body, content_type="multipart/form-data; boundary=cut")


def confirm(browsing: Browsing, kind: str, **more: str) -> TestResponse:
    page = browsing.see(f"/app/import/{kind}/preview")
    fields = {str(f.get("name")): str(f.get("value")) for f in page.tree.xpath("//main//input[@type='hidden']")}
    return browsing.client.post(f"/app/import/{kind}/preview", data=fields | more)


def bring(browsing: Browsing, kind: str, text: str, **more: str) -> None:
    assert upload(browsing, kind, text).headers["Location"] == f"/app/import/{kind}/preview"
    assert confirm(browsing, kind, **more).headers["Location"] == f"/app/import/{kind}?imported"


def names(office: Office, table: type[Team] | type[Person]) -> set[str]:
    with office.database.reading() as session:
        return set(session.scalars(select(table.name)))


def test_teams_and_roster_come_in_by_preview_and_import(office: Office, hanna: Browsing) -> None:
    sent = upload(hanna, "teams", TEAMS)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/app/import/teams/preview")
    page = hanna.see("/app/import/teams/preview")
    assert "Teams: 0 now, 3 after the import" in page.text
    assert "New teams (3) Lantern, at the top Ads, under Lantern" in page.text
    assert names(office, Team) == set()
    assert confirm(hanna, "teams").headers["Location"] == "/app/import/teams?imported"
    assert "Imported. Added: 3. Changed: 0. Left: 0. Unchanged: 0." in hanna.see("/app/import/teams?imported").text
    bring(hanna, "roster", ROSTER)
    assert names(office, Person) == {"Ada", "<b>Bo</b>"}
    assert "Teams: 3. People on the roster: 2." in hanna.see("/app").text


def test_all_errors_of_a_file_are_shown_and_it_is_not_kept(app: Flask, office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", TEAMS)
    answer = upload(hanna, "roster", "name,email,team\n,x@x.example,Ads\nBo <i>,nope,Shop\n")
    assert answer.status_code == 422
    text = " ".join(answer.get_data(as_text=True).split())
    assert "Errors in the file: 2" in text
    assert 'id="errors" tabindex="-1" autofocus' in text, "the list is above the field and stays on the screen"
    assert 'aria-describedby="errors file-hint" required aria-invalid="true"' in text
    assert "<strong>Row 2, column name</strong> <span>It is empty; fill it in</span>" in text
    assert "<strong>Row 3, column email</strong> <span>“nope” is no e-mail address; correct it" in text
    assert "Bo &lt;i&gt; | nope | Shop" in text
    with office.database.reading() as session:
        assert session.scalars(select(WaitingImport.id)).all() == []
    assert names(office, Person) == set()


def test_messages_name_the_file_that_was_sent(hanna: Browsing) -> None:
    bring(hanna, "teams", TEAMS)
    text = upload(hanna, "roster", "who,email\nA,a@x.example\n", "../../员工<b>.csv").get_data(as_text=True)
    assert "员工&lt;b&gt;.csv has no column “name”" in text
    upload(
        hanna, "roster", ROSTER.replace("team", "team,desk").replace("Ads", "Ads,1").replace("Care", "Care,2"), "s.csv"
    )
    assert "s.csv: columns ignored: “desk”." in hanna.see("/app/import/roster/preview").text, (
        "also when it is read again"
    )
    assert "/roster.csv" not in upload(hanna, "roster", "who\nA\n", "..").get_data(as_text=True)
    assert "roster.csv has no column" in upload(hanna, "roster", "who\nA\n", "..").get_data(as_text=True)


def test_errors_and_previews_are_in_the_language_of_the_account(app: Flask, office: Office) -> None:
    hanna = signed_in(app, office, "hanna", "zh")
    bring(hanna, "teams", TEAMS)
    answer = upload(hanna, "roster", "name,email,team\n,x@x.example,Ads\n")
    assert "第2行，name列" in answer.get_data(as_text=True)
    upload(hanna, "roster", ROSTER)
    page = hanna.see("/app/import/roster/preview")
    assert (page.h1, "加入（2）" in page.text) == ("名册文件将带来的变化", True)


def test_a_double_click_and_a_click_after_going_back_are_harmless(office: Office, hanna: Browsing) -> None:
    upload(hanna, "teams", TEAMS)
    page = hanna.see("/app/import/teams/preview")
    fields = {str(f.get("name")): str(f.get("value")) for f in page.tree.xpath("//main//input[@type='hidden']")}
    for _ in range(3):
        answer = hanna.client.post("/app/import/teams/preview", data=fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/app/import/teams?imported")
    assert names(office, Team) == {"Lantern", "Ads", "Care"}
    assert hanna.client.get("/app/import/teams/preview").headers["Location"] == "/app/import/teams?gone"
    assert "No file waits any more" in hanna.see("/app/import/teams?gone").text


def test_a_preview_of_another_state_imports_nothing_and_shows_the_new_one(office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", TEAMS)
    upload(hanna, "roster", ROSTER)
    page = hanna.see("/app/import/roster/preview")
    fields = {str(f.get("name")): str(f.get("value")) for f in page.tree.xpath("//main//input[@type='hidden']")}
    with office.database.writing() as session:
        session.add(Person(name="Eve", email="eve@lantern.example", team_id=session.scalars(select(Team.id)).first()))
    answer = hanna.client.post("/app/import/roster/preview", data=fields)
    assert answer.headers["Location"] == "/app/import/roster/preview?changed"
    assert names(office, Person) == {"Eve"}
    page = hanna.see("/app/import/roster/preview?changed")
    assert "Nothing was imported: teams or roster have changed" in page.text
    assert "Leave (1)" in page.text


@pytest.mark.parametrize("wrong", ["", "zz", "00" * 16, "00" * 32])
def test_hidden_fields_of_somebody_elses_making_import_nothing(office: Office, hanna: Browsing, wrong: str) -> None:
    upload(hanna, "teams", TEAMS)
    for field in ("import", "state"):
        confirm(hanna, "teams", **{field: wrong})
        assert names(office, Team) == set()


def test_an_import_is_taken_back(office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", TEAMS)
    page = hanna.see("/app/import/teams")
    assert "hanna@shop.example" in page.text
    shown = str(page.tree.xpath("//form[contains(@action, 'undo')]/input[@name='import']/@value")[0])
    answer = hanna.send("/app/import/teams/undo", "/app/import/teams", **{"import": shown})
    assert (answer.status_code, names(office, Team)) == (303, set())
    assert "has been taken back" in hanna.see("/app/import/teams?undone").text
    again = hanna.send("/app/import/teams/undo", "/app/import/teams", **{"import": shown})
    assert again.status_code == 409
    assert "There is no import to take back" in again.get_data(as_text=True)


def test_a_rename_is_asked_about_and_can_be_denied(office: Office, hanna: Browsing) -> None:
    bring(hanna, "teams", TEAMS)
    renamed = TEAMS.replace("Ads", "Adverts")
    upload(hanna, "teams", renamed)
    boxes = hanna.see("/app/import/teams/preview").tree.xpath("//input[@type='checkbox']")
    assert [(b.get("value"), b.get("checked") is not None) for b in boxes] == [("Adverts", True), ("going", False)]
    confirm(hanna, "teams", renamed="Adverts")  # nothing goes: no other yes is needed
    assert names(office, Team) == {"Lantern", "Adverts", "Care"}
    bring(hanna, "teams", renamed.replace("Adverts", "Shop"), agreed="going")
    assert names(office, Team) == {"Lantern", "Adverts", "Care", "Shop"}, "denied: another team, the old one stays"


def test_a_file_that_waits_can_be_thrown_away(office: Office, hanna: Browsing) -> None:
    upload(hanna, "teams", TEAMS)
    assert hanna.send("/app/import/teams/discard", "/app/import/teams/preview").status_code == 303
    with office.database.reading() as session:
        assert session.scalars(select(WaitingImport.id)).all() == []


@pytest.mark.parametrize(("form", "start"), [("csv", b"\xef\xbb\xbfteam,"), ("xlsx", b"PK\x03\x04")])
def test_an_export_comes_as_a_file_and_can_be_sent_again(
    office: Office, hanna: Browsing, form: str, start: bytes
) -> None:
    bring(hanna, "teams", TEAMS)
    assert hanna.client.get(f"/app/import/teams/{form}").status_code == 405
    assert hanna.client.post(f"/app/import/teams/{form}").status_code == 400
    answer = hanna.send(f"/app/import/teams/{form}", "/app/import/teams")
    with office.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event == "teams.exported")).all()
    assert [(entry.actor, json.loads(entry.details)) for entry in entries] == [
        ("account:hanna@shop.example", {"form": form, "rows": len(names(office, Team))})
    ]
    assert answer.data.startswith(start)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=teams.{form}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert upload(hanna, "teams", answer.data).status_code == 303
    assert "would change nothing" in hanna.see("/app/import/teams/preview").text


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 422, "is empty"),
        (b"%PDF-1.7", 422, "is no spreadsheet that can be read"),
        (b"PK\x03\x04 nothing", 422, "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "old XLS format"),
        (b"x" * 10_050_000, 422, "larger than 10 MB"),
        (b"x" * 10_200_000, 413, "larger than this page can take"),
    ],
)
def test_what_is_no_roster_is_refused(hanna: Browsing, content: bytes, status: int, sentence: str) -> None:
    answer = upload(hanna, "roster", content)
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (status, True)
    assert ('id="file-error"' in answer.get_data(as_text=True)) == (status == 422), "beside the field"


def test_without_a_file_the_page_asks_for_one(hanna: Browsing) -> None:
    page = hanna.see("/app/import/roster", status=422, data={"csrf_token": hanna.token("/app/import/roster")})
    assert (page.error_of("file"), page.focused) == ("Choose a file first.", ["file"])


def test_somebody_else_in_hr_does_not_see_the_file_that_waits(app: Flask, office: Office, hanna: Browsing) -> None:
    from assess.accounts.administration import Roles, add_account
    from assess.accounts.signing_in import welcome
    from tests.accounts.accounts_cast import NOW, PASSWORD

    link = add_account(
        office.database, email="hal@shop.example", name="Hal", roles=Roles(is_hr=True), language="en", now=NOW
    )
    welcome(office.database, link, PASSWORD, now=NOW, language="en")
    hal = Browsing(app)
    hal.send("/app/sign-in", email="hal@shop.example", password=PASSWORD)
    upload(hanna, "teams", TEAMS)
    assert hal.client.get("/app/import/teams/preview").status_code == 303
    assert hanna.client.get("/app/import/teams/preview").status_code == 200
