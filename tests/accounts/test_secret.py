"""The secret of the installation."""

import stat
from dataclasses import replace

import pytest

from assess.accounts.secret import application_secret, make_secret, secret_file
from assess.config import load_settings
from assess.errors import InputError, RefusalError
from tests.accounts.accounts_cast import SECRET, Office


def test_it_is_made_once_and_only_its_user_can_read_it(office: Office) -> None:
    settings = replace(office.settings, secret_key="")
    make_secret(settings)
    first = application_secret(settings)
    assert stat.S_IMODE(secret_file(settings).stat().st_mode) == 0o600
    assert len(first) == 64
    make_secret(settings)
    assert application_secret(settings) == first


def test_the_environment_goes_before_the_file_and_makes_none(office: Office) -> None:
    make_secret(office.settings)
    assert not secret_file(office.settings).exists()
    assert application_secret(office.settings) == SECRET.encode()
    assert load_settings({"ASSESS_SECRET_KEY": SECRET}).secret_key == SECRET


def test_a_missing_one_is_refused_with_the_command(office: Office) -> None:
    with pytest.raises(RefusalError, match="create it with: assess init"):
        application_secret(replace(office.settings, secret_key=""))


@pytest.mark.parametrize("secret", ["x", "changeme", SECRET[:31], "a" * 64, "abcabcabc" * 8])
def test_a_short_or_simple_one_is_refused_wherever_it_stands(office: Office, secret: str) -> None:
    with pytest.raises(InputError, match=r"ASSESS_SECRET_KEY: the secret is too easy to guess.*openssl rand"):
        application_secret(replace(office.settings, secret_key=secret))
    settings = replace(office.settings, secret_key="")
    make_secret(settings)
    secret_file(settings).write_text(secret, encoding="utf-8")
    with pytest.raises(InputError, match=r"secret\.key: the secret is too easy to guess"):
        application_secret(settings)


def test_a_file_that_others_can_read_is_refused(office: Office) -> None:
    settings = replace(office.settings, secret_key="")
    make_secret(settings)
    secret_file(settings).chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        application_secret(settings)


def test_it_is_in_no_printed_form_of_the_settings(office: Office) -> None:
    assert SECRET not in repr(office.settings)
