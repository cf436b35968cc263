"""One-time links: invitations and recoveries."""

from datetime import timedelta

import pytest

from assess.accounts.administration import deactivate_account, recover_account
from assess.accounts.errors import SpentLinkError, WeakPasswordError, WrongSignInError
from assess.accounts.links import INVITATION, RECOVERY, account_of_link, link_address, use_up
from assess.accounts.sessions import account_of_session
from assess.accounts.signing_in import sign_in, welcome
from tests.accounts.accounts_cast import NOW, PASSWORD, Office

SECOND = timedelta(seconds=1)
OTHER = "nine green herons at dusk"


def works(office: Office, token: str, after: timedelta = timedelta()) -> bool:
    with office.database.reading() as session:
        try:
            account_of_link(session, token, now=NOW + after)
        except SpentLinkError:
            return False
    return True


def test_an_invitation_sets_the_password_and_signs_in(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    token = welcome(office.database, link, PASSWORD, now=NOW, language="zh")
    with office.database.reading() as session:
        account = account_of_session(session, token, now=NOW)
    assert account is not None
    assert (account.name, account.language) == ("Hanna Lind", "zh")
    assert sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW).token


def test_looking_at_a_link_uses_nothing_up_and_setting_a_password_does(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    assert all(works(office, link) for _ in range(10))
    welcome(office.database, link, PASSWORD, now=NOW, language="en")
    assert not works(office, link)
    with pytest.raises(SpentLinkError):
        welcome(office.database, link, OTHER, now=NOW, language="en")
    with pytest.raises(WrongSignInError):
        sign_in(office.database, "hanna@shop.example", OTHER, now=NOW)


def test_of_two_who_use_a_link_at_the_same_moment_one_is_refused(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    with office.database.writing() as session:
        use_up(session, link)
        with pytest.raises(SpentLinkError):
            use_up(session, link)


def test_a_refused_password_leaves_the_link_usable(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    with pytest.raises(WeakPasswordError):
        welcome(office.database, link, "short", now=NOW, language="en")
    assert works(office, link)


def test_an_invitation_lasts_seven_days_and_a_recovery_one(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    assert works(office, link, INVITATION - SECOND)
    assert not works(office, link, INVITATION)
    welcome(office.database, link, PASSWORD, now=NOW, language="en")
    recovery, _lasts = recover_account(office.database, "hanna@shop.example", now=NOW)
    assert works(office, recovery, RECOVERY - SECOND)
    assert not works(office, recovery, RECOVERY)
    assert (INVITATION.days, RECOVERY.days) == (7, 1)


def test_a_recovery_changes_nothing_until_it_is_used_and_then_everything(office: Office) -> None:
    old = office.settle("hanna", now=NOW)
    recovery, _lasts = recover_account(office.database, "hanna@shop.example", now=NOW)
    assert sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW).token
    welcome(office.database, recovery, OTHER, now=NOW, language="en")
    with office.database.reading() as session:
        assert account_of_session(session, old, now=NOW) is None
    with pytest.raises(WrongSignInError):
        sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW)


def test_a_new_link_replaces_the_old_one(office: Office) -> None:
    first = office.invite("hanna", now=NOW)
    second, _lasts = recover_account(office.database, "hanna@shop.example", now=NOW)
    assert (works(office, first), works(office, second)) == (False, True)
    assert works(office, second, RECOVERY), "who has never set a password gets an invitation again"


def test_a_deactivated_account_has_no_links(office: Office) -> None:
    office.settle("ada", now=NOW)
    link = office.invite("hanna", now=NOW)
    deactivate_account(office.database, "hanna@shop.example")
    assert not works(office, link)


def test_a_link_is_stored_as_its_hash_only_and_built_from_the_settings(office: Office) -> None:
    link = office.invite("hanna", now=NOW)
    content = b"".join(path.read_bytes() for path in office.settings.data_dir.iterdir())
    assert link.encode() not in content
    assert link_address(office.settings, link) == f"http://127.0.0.1:8765/app/welcome/{link}"


@pytest.mark.parametrize("text", ["", "nope", "x" * 43, "x" * 500, "'; DROP TABLE accounts; --"])
def test_any_other_text_is_a_spent_link(office: Office, text: str) -> None:
    office.invite("hanna", now=NOW)
    assert not works(office, text)
