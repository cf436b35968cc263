"""Who may sign in: what administrators can do and what is refused to them."""

import pytest
from sqlalchemy.exc import IntegrityError

from assess.accounts.administration import (
    Roles,
    add_account,
    deactivate_account,
    first_admin,
    list_accounts,
    recover_account,
)
from assess.accounts.errors import WrongSignInError
from assess.accounts.signing_in import sign_in, welcome
from assess.errors import InputError, RefusalError
from tests.accounts.accounts_cast import NOW, PASSWORD, Office


def add(office: Office, email: str = "hanna@shop.example", name: str = "Hanna Lind", roles: Roles | None = None) -> str:
    chosen = roles or Roles(is_hr=True)
    return add_account(office.database, email=email, name=name, roles=chosen, language="en", now=NOW)


def test_accounts_are_listed_by_address_with_their_roles(office: Office) -> None:
    for who in ("kim", "hanna", "ada", "lea"):
        office.invite(who)
    with office.database.reading() as session:
        listed = [(a.email, a.is_admin, a.is_hr, a.is_key_holder) for a in list_accounts(session)]
    assert listed == [
        ("ada@shop.example", True, False, False),
        ("hanna@shop.example", False, True, False),
        ("kim@council.example", False, False, True),
        ("lea@shop.example", False, False, False),
    ]


@pytest.mark.parametrize(
    "email", ["", "hanna", "hanna@shop", "a b@shop.example", "a@b@c.example", "x" * 250 + "@y.example"]
)
def test_an_address_that_is_none_is_refused(office: Office, email: str) -> None:
    with pytest.raises(InputError, match="is no e-mail address"):
        add(office, email)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Hanna\x07Lind"])
def test_a_name_that_is_none_is_refused(office: Office, name: str) -> None:
    with pytest.raises(InputError, match="correct --name"):
        add(office, name=name)


def test_an_address_has_one_account_however_it_is_capitalised(office: Office) -> None:
    add(office)
    with pytest.raises(RefusalError, match=r"hanna@shop\.example has an account already"):
        add(office, "HANNA@Shop.example")


def test_the_last_administrator_stays(office: Office) -> None:
    office.settle("ada", now=NOW)
    with pytest.raises(RefusalError, match="is the last administrator; add another one first"):
        deactivate_account(office.database, "ada@shop.example")
    assert office.account("ada").is_active
    add(office, roles=Roles(is_admin=True, is_hr=True))
    deactivate_account(office.database, "ada@shop.example")
    with pytest.raises(RefusalError, match="is the last administrator"):
        deactivate_account(office.database, "hanna@shop.example")
    with office.database.reading() as session:
        found = first_admin(session)
    assert found is not None
    assert found.email == "hanna@shop.example"


def test_a_deactivated_account_comes_back_without_its_old_password(office: Office) -> None:
    office.settle("ada", now=NOW)
    office.settle("hanna", now=NOW)
    before = office.account("hanna").id
    deactivate_account(office.database, "hanna@shop.example")
    link = add(office, name="Hanna Lindgren", roles=Roles())
    hanna = office.account("hanna")
    assert (hanna.id, hanna.name, hanna.is_hr, hanna.is_active) == (before, "Hanna Lindgren", False, True)
    with pytest.raises(WrongSignInError):
        sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW)
    welcome(office.database, link, PASSWORD, now=NOW, language="en")


def test_a_former_key_holder_gets_no_other_role(office: Office) -> None:
    office.settle("kim", now=NOW)
    deactivate_account(office.database, "kim@council.example")
    for roles in (Roles(), Roles(is_hr=True), Roles(is_admin=True)):
        with pytest.raises(RefusalError, match="was a key holder and can have no other role"):
            add(office, "kim@council.example", "Kim", roles)
    add(office, "kim@council.example", "Kim", Roles(is_key_holder=True))


@pytest.mark.parametrize("roles", [Roles(is_admin=True, is_key_holder=True), Roles(is_hr=True, is_key_holder=True)])
def test_the_database_refuses_a_key_holder_with_another_role(office: Office, roles: Roles) -> None:
    with pytest.raises(IntegrityError):
        add(office, roles=roles)


def test_what_is_not_there_or_not_active_is_said(office: Office) -> None:
    office.settle("ada", now=NOW)
    office.invite("hanna", now=NOW)
    with pytest.raises(InputError, match=r"No account has the address nobody@shop\.example"):
        deactivate_account(office.database, "nobody@shop.example")
    deactivate_account(office.database, "hanna@shop.example")
    for refused in (
        lambda: deactivate_account(office.database, "hanna@shop.example"),
        lambda: recover_account(office.database, "hanna@shop.example", now=NOW),
    ):
        with pytest.raises(RefusalError, match="is deactivated; add it again"):
            refused()
