"""The settings page: what is fixed, what can be set, bad input, two people at once, and what the buttons say."""

import gzip
import io
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from assess.app import create_app
from assess.app.settings import trial_views
from assess.audit.models import AuditEntry
from assess.audit.words import sentence_of
from assess.config import Settings
from assess.looks.choosing import look_in_use
from assess.organisation.choosing import choose
from assess.organisation.in_force import in_force
from tests.accounts.accounts_cast import Office
from tests.app.browsing import Browsing, signed_in
from tests.app.false_provider import CLIENT_ID, CLIENT_SECRET, FalseProvider, listening
from tests.looks.pictures import SVG, picture
from tests.messages.cast import mail_to
from tests.messages.scripted_server import ScriptedServer

PAGE = "/app/settings"
SEEN = {"was-organisation": "Lantern", "was-contact": ""}


@pytest.fixture
def ada(app: Flask, office: Office) -> Browsing:
    return signed_in(app, office, "ada")


def now_in_force(office: Office) -> Settings:
    with office.database.reading() as session:
        return in_force(session, office.settings)


def told(office: Office) -> list[str]:
    with office.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event.startswith("settings")))
        return [sentence_of(entry) for entry in entries]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_shows_everything_in_both_languages(app: Flask, office: Office, language: str) -> None:
    ada = signed_in(app, office, "ada", language)
    page = ada.see(PAGE)
    names = [str(heading) for heading in page.tree.xpath("//main//h2/text()")]
    assert len(names) == 8
    assert names[1] == {"en": "Logo and colour", "zh": "徽标和颜色"}[language]
    assert [each.get("value") for each in page.tree.xpath("//input[@name='organisation']")] == ["Lantern"]


def test_a_part_is_saved_and_said_in_the_log(ada: Browsing, office: Office) -> None:
    answer = ada.send(f"{PAGE}/organisation", PAGE, organisation="Lamp", contact="hr@lamp.example", **SEEN)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?saved=organisation#organisation")
    assert ada.send(f"{PAGE}/time", PAGE, time_zone="Europe/Berlin", **{"was-time_zone": "UTC"}).status_code == 303
    page = ada.see(f"{PAGE}?saved=organisation")
    assert page.tree.xpath("//section[@id='organisation']//p[@role='status']/text()") == ["It is saved."]
    assert page.tree.xpath("//p[@class='brand']/span/text()") == ["Lamp"]
    found = now_in_force(office)
    assert (found.organisation, found.contact, found.time_zone) == ("Lamp", "hr@lamp.example", "Europe/Berlin")
    assert told(office)[0] == "Set the name of the organisation to “Lamp”; before it was “Lantern”."
    again = ada.send(f"{PAGE}/organisation", PAGE, organisation="Lamp", contact="hr@lamp.example", **SEEN)
    assert again.status_code == 303
    assert len(told(office)) == 3


def test_bad_input_stands_beside_its_field_and_nothing_is_saved(ada: Browsing, office: Office) -> None:
    data = {"csrf_token": ada.token(PAGE), "organisation": " ", "contact": "hr@lamp.example", **SEEN}
    page = ada.see(f"{PAGE}/organisation", data=data, status=422)
    assert page.tree.xpath("//*[@id='organisation-error']/text()") == ["Write a name of 1 to 120 characters."]
    assert page.focused == ["set-organisation"], "on a long page the message would be off the screen"
    assert page.tree.xpath("//input[@name='contact']/@value") == ["hr@lamp.example"]
    data = {"csrf_token": ada.token(PAGE), "minimum_group_size": "3", "was-minimum_group_size": "5"}
    page = ada.see(f"{PAGE}/protection", data=data, status=422)
    assert page.tree.xpath("//*[@id='minimum_group_size-error']/text()") == ["Write a whole number from 4 to 100."]
    data = {"csrf_token": ada.token(PAGE), "second_step": "nobody", "was-second_step": "admins"}
    ada.see(f"{PAGE}/access", data=data, status=422)
    assert now_in_force(office) == office.settings
    assert told(office) == []


def test_the_second_of_two_people_is_told(ada: Browsing, office: Office) -> None:
    choose(office.database, office.settings, {"organisation": "Torch"})
    data = {"csrf_token": ada.token(PAGE), "organisation": "Lamp", "contact": "", **SEEN}
    page = ada.see(f"{PAGE}/organisation", data=data, status=409)
    assert (
        "Somebody else has changed this" in page.tree.xpath("//section[@id='organisation']//*[@role='alert']")[0].text
    )
    assert page.tree.xpath("//input[@name='organisation']/@value") == ["Torch"]
    assert now_in_force(office).organisation == "Torch"


def test_what_the_operator_fixed_is_shown_and_refused(office: Office) -> None:
    fixed = frozenset({"organisation", "second_step", "minimum_group_size", "languages"})
    app = create_app(replace(office.settings, fixed=fixed))
    ada = signed_in(app, office, "ada")
    page = ada.see(PAGE)
    assert not page.tree.xpath("//input[@name='organisation' or @name='second_step' or @name='languages']")
    notes = [str(note) for note in page.tree.xpath("//*[@class='fixed']/p[2]/text()")]
    assert notes[0] == "Set by the operator in ASSESS_ORGANISATION."
    assert len(notes) == 4
    data = {"csrf_token": ada.token(PAGE), "organisation": "Lamp", "contact": "x", **SEEN}
    ada.see(f"{PAGE}/organisation", data=data, status=409)
    assert now_in_force(office).contact == ""
    app.extensions["assess.database"].close()


def test_no_secret_is_on_the_page(office: Office) -> None:
    mail = replace(mail_to(25), user="sender", password="pa55-of-mail")
    settings = replace(
        office.settings,
        mail=mail,
        oidc_issuer="https://id.lantern.example",
        oidc_client_id="assess",
        oidc_client_secret="s3cret-of-provider",
        oidc_name="Lantern ID",
    )
    app = create_app(settings)
    page = signed_in(app, office, "ada").client.get(PAGE).get_data(as_text=True)
    assert "127.0.0.1:25" in page
    assert "https://id.lantern.example" in page
    for secret in ("pa55-of-mail", "s3cret-of-provider", settings.secret_key):
        assert secret not in page
    app.extensions["assess.database"].close()


def upload(ada: Browsing, content: bytes, name: str, accent: str = "") -> tuple[int, str]:
    data = {"csrf_token": ada.token(PAGE), "accent": accent, "logo": (io.BytesIO(content), name)}
    answer = ada.client.post(f"{PAGE}/look", data=data, content_type="multipart/form-data")
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def test_a_look_is_sent_previewed_used_and_taken_away(ada: Browsing, office: Office) -> None:
    assert upload(ada, picture(), "logo.png", "#8A1C4A") == (303, f"{PAGE}/look")
    with office.database.reading() as session:
        assert look_in_use(session).sha256 == ""
    page = ada.see(f"{PAGE}/look")
    (logo,) = set(page.tree.xpath("//*[contains(@class, 'preview')]//img/@src"))
    served = ada.client.get(logo)
    assert (served.status_code, served.content_type) == (200, "image/png")
    style = ada.client.get(page.tree.xpath("//link[contains(@href, 'preview.css')]/@href")[0])
    assert style.content_type.startswith("text/css")
    look = page.tree.xpath("//input[@name='look']/@value")[0]
    answer = ada.send(f"{PAGE}/look/use", f"{PAGE}/look", look=look, before="")
    assert answer.location == f"{PAGE}?saved=look#look"
    assert ada.send(f"{PAGE}/look/use", PAGE, look=look, before="").status_code == 303
    page = ada.see(PAGE)
    assert page.tree.xpath("//p[@class='brand']/img/@src") == [logo]
    (sheet,) = page.tree.xpath("//link[@rel='stylesheet']/@href")
    assert sheet.startswith(f"/look/{look}/app.")
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        served = ada.client.get(sheet, headers=headers)
        text = gzip.decompress(served.data) if headers else served.data
        assert text.startswith(b"/* Design tokens")
        assert b"--accent:#8a1c4a;" in text[-500:]
    assert ada.client.get(f"{PAGE}/look").status_code == 303
    assert ada.send(f"{PAGE}/look/remove", PAGE).status_code == 303
    with office.database.reading() as session:
        found = look_in_use(session)
    assert (found.accent_set, found.logo) == ("#8a1c4a", None)
    assert told(office) == [
        "Changed the look: accent colour #8a1c4a instead of #0f5c6e; logo: a new one.",
        "Changed the look: accent colour #8a1c4a instead of #8a1c4a; logo: taken away.",
    ]


def test_a_look_that_cannot_be_taken_says_why(ada: Browsing, office: Office) -> None:
    status, page = upload(ada, b"no picture", "logo.png", "#77ccff")
    assert status == 422
    assert "logo.png is no picture that can be read" in page
    assert "#77ccff has a contrast of" in page
    status, page = upload(ada, (SVG % "<script>1</script>").encode(), "logo.svg")
    assert status == 422
    large = ada.client.post(
        f"{PAGE}/look",
        input_stream=io.BytesIO(b"x" * 1_200_000),
        content_length=1_200_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert large.status_code == 413
    with office.database.reading() as session:
        assert look_in_use(session).sha256 == ""


def test_a_preview_that_is_out_of_date_is_not_used(ada: Browsing, office: Office) -> None:
    upload(ada, picture(), "logo.png")
    old = ada.see(f"{PAGE}/look").tree.xpath("//input[@name='look']/@value")[0]
    upload(ada, picture(size=(60, 60)), "other.png")
    assert ada.send(f"{PAGE}/look/use", PAGE, look=old, before="").status_code == 409
    assert ada.send(f"{PAGE}/look/use", PAGE, look="", before="").status_code == 409
    with office.database.reading() as session:
        assert look_in_use(session).sha256 == ""


def test_a_drawing_is_served_so_that_it_can_do_nothing(ada: Browsing) -> None:
    upload(ada, (SVG % "").encode(), "logo.svg")
    look = ada.see(f"{PAGE}/look").tree.xpath("//input[@name='look']/@value")[0]
    answer = ada.client.get(f"/look/{look}/logo.svg")
    assert answer.content_type == "image/svg+xml"
    assert "sandbox; default-src 'none'" in answer.headers.getlist("Content-Security-Policy")
    for address in (
        f"/look/{look}/logo.png",
        f"/look/{'0' * 64}/logo.png",
        "/look/x/colours.css",
        f"/look/{look}/x",
        f"/look/{look}/app.css",
    ):
        assert ada.client.get(address).status_code == 404


def test_a_key_holder_is_invited_from_here(ada: Browsing) -> None:
    data = {"csrf_token": ada.token(PAGE), "email": "kim@council.example", "name": "Kim Sander", "language": "en"}
    page = ada.see(f"{PAGE}/holders", data=data)
    assert "/app/welcome/" in page.tree.xpath("//code")[0].text
    assert "key not set up" in ada.client.get(PAGE).get_data(as_text=True)
    page = ada.see(f"{PAGE}/holders", data=data | {"csrf_token": ada.token(PAGE)}, status=409)
    assert "is a key holder already" in page.tree.xpath("//*[@id='holder-email-error']")[0].text
    page = ada.see(f"{PAGE}/holders", data=data | {"csrf_token": ada.token(PAGE), "email": "x", "name": ""}, status=422)
    assert page.tree.xpath("//*[@id='holder-name-error']")
    assert page.tree.xpath("//input[@id='holder-email']/@value") == ["x"]


def said(ada: Browsing, part: str, role: str, **data: str) -> str:
    page = ada.see(f"{PAGE}/{part}", data={"csrf_token": ada.token(PAGE), **data})
    (note,) = page.tree.xpath(f"//main//*[@role='{role}']")
    return str(note.text)


def test_mail_is_tried(office: Office) -> None:
    with ScriptedServer() as server:
        app = create_app(replace(office.settings, mail=mail_to(server.port)))
        ada = signed_in(app, office, "ada")
        done = said(ada, "mail", "status", address="ada@shop.example")
        assert done == "The mail server has taken the message to ada@shop.example."
        assert server.recipients() == ["ada@shop.example"]
        data = {"csrf_token": ada.token(PAGE), "address": "a@b.example\nBcc: c@d.example"}
        ada.see(f"{PAGE}/mail", data=data, status=422)
        assert len(server.taken) == 1
    assert "takes nothing now" in said(ada, "mail", "alert", address="ada@shop.example")
    app.extensions["assess.database"].close()


def test_without_mail_or_provider_nothing_is_tried(ada: Browsing) -> None:
    for part, data in (("mail", {"address": "ada@shop.example"}), ("provider", {})):
        page = ada.see(f"{PAGE}/{part}", data={"csrf_token": ada.token(PAGE), **data}, status=409)
        assert page.tree.xpath("//*[@role='alert']")


def test_the_provider_is_tried(office: Office) -> None:
    with listening(FalseProvider()) as provider:
        settings = replace(
            office.settings,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="Lantern ID",
        )
        app = create_app(settings)
        ada = signed_in(app, office, "ada")
        done = said(ada, "provider", "status")
        assert done == f"{provider.issuer} answers under its own name; keys: 1."
        assert [path for path, _sent in provider.asked] == ["/.well-known/openid-configuration", "/keys"]
        provider.lies["metadata"] = {"issuer": "https://somebody.example"}
        assert said(ada, "provider", "alert").startswith(f"{provider.issuer} does not answer as a provider does (")
    assert said(ada, "provider", "alert").startswith(f"{provider.issuer} does not answer as a provider does (")
    app.extensions["assess.database"].close()


def test_nobody_works_and_the_page_says_so(ada: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_views, "GREETING_SECONDS", 0.2)
    assert said(ada, "work", "alert").startswith("Nobody took the test job within 0 seconds: Reports and batches; ")
    assert "No worker has been seen in the last week." in ada.client.get(PAGE).get_data(as_text=True)
