from pathlib import Path

import pytest

from assess.config import load_settings
from assess.errors import InputError
from assess.mail_config import MailSettings, is_plain_address

GIVEN = {"ASSESS_SMTP_HOST": "mail.lantern.example", "ASSESS_MAIL_FROM": "survey@lantern.example"}


def test_without_a_server_there_is_no_mail() -> None:
    assert load_settings({"ASSESS_MAIL_FROM": "survey@lantern.example"}).mail is None


def test_a_host_and_a_sender_are_enough_and_the_connection_is_protected() -> None:
    assert load_settings(GIVEN).mail == MailSettings("mail.lantern.example", "survey@lantern.example", 587, "starttls")
    tls = load_settings(GIVEN | {"ASSESS_SMTP_SECURITY": "tls"}).mail
    assert tls is not None
    assert (tls.port, tls.domain) == (465, "lantern.example")


def test_the_password_comes_from_its_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse\n")
    mail = load_settings(GIVEN | {"ASSESS_SMTP_USER": "u", "ASSESS_SMTP_PASSWORD_FILE": str(file)}).mail
    assert mail is not None
    assert mail.password == "correct horse"
    assert "horse" not in repr(mail)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"ASSESS_MAIL_FROM": ""}, "ASSESS_MAIL_FROM"),
        ({"ASSESS_MAIL_FROM": "Survey <survey@lantern.example>"}, "ASSESS_MAIL_FROM"),
        ({"ASSESS_SMTP_PORT": "0"}, "ASSESS_SMTP_PORT"),
        ({"ASSESS_SMTP_SECURITY": "ssl"}, "ASSESS_SMTP_SECURITY"),
        ({"ASSESS_SMTP_USER": "u"}, "ASSESS_SMTP_PASSWORD_FILE"),
        ({"ASSESS_SMTP_USER": "u", "ASSESS_SMTP_PASSWORD_FILE": "/nowhere"}, "/nowhere"),
        ({"ASSESS_SMTP_USER": "u", "ASSESS_SMTP_SECURITY": "none"}, "starttls"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changed: dict[str, str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        load_settings(GIVEN | changed)


def test_one_address_and_nothing_else() -> None:
    good = ("ada@shop.example", "a.b+c@x.example", "o'brien@x.example")
    bad = ("", "@", "a@", "@b", "a b@c", "a@b\n", "a@b,c@d", '"a"@b', "a@b@c", "a@[1.2.3.4]", "..@b")
    assert all(map(is_plain_address, good))
    assert not any(map(is_plain_address, bad))
