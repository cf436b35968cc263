"""Sessions: what begins one, what ends one, and what the database holds of it."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from assess.accounts import passwords
from assess.accounts.administration import deactivate_account
from assess.accounts.errors import WeakPasswordError, WrongSignInError
from assess.accounts.models import Account, SignIn
from assess.accounts.sessions import IDLE, LONGEST, account_of_session, is_due, keep_alive
from assess.accounts.signing_in import change_password, sign_in, sign_out
from assess.accounts.tokens import read_token, token_sha256
from tests.accounts.accounts_cast import NOW, PASSWORD, Office

SECOND = timedelta(seconds=1)
OTHER = "nine green herons at dusk"


def whose(office: Office, token: str, after: timedelta = timedelta()) -> str | None:
    with office.database.reading() as session:
        account = account_of_session(session, token, now=NOW + after)
    return None if account is None else account.name


def enter(office: Office, email: str = "hanna@shop.example", password: str = PASSWORD) -> str:
    return sign_in(office.database, email, password, now=NOW).token


def test_a_session_belongs_to_whoever_signed_in(office: Office) -> None:
    office.settle("hanna", now=NOW)
    office.settle("ada", now=NOW)
    assert whose(office, enter(office)) == "Hanna Lind"
    assert whose(office, enter(office, " Ada@Shop.Example ")) == "Ada Berg"


def test_the_token_has_256_bits_and_only_its_hash_is_stored(office: Office) -> None:
    office.settle("hanna", now=NOW)
    tokens = {enter(office) for _ in range(20)}
    assert len(tokens) == 20
    assert all(read_token(token) and len(token) == 43 for token in tokens)
    with office.database.reading() as session:
        stored = set(session.scalars(select(SignIn.token_sha256)))
    assert {token_sha256(token) for token in tokens} <= stored
    content = b"".join(path.read_bytes() for path in office.settings.data_dir.iterdir())
    assert not [token for token in tokens if token.encode() in content]
    assert PASSWORD.encode() not in content


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("hanna@shop.example", OTHER),
        ("hanna@shop.example", ""),
        ("hanna@shop.example", PASSWORD.upper()),
        ("nobody@shop.example", PASSWORD),
        ("lea@shop.example", PASSWORD),
        ("lea@shop.example", ""),
        ("", ""),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_a_wrong_pair_is_refused_without_saying_what_was_wrong(office: Office, email: str, password: str) -> None:
    office.settle("hanna", now=NOW)
    office.invite("lea", now=NOW)
    with pytest.raises(WrongSignInError) as refused:
        enter(office, email, password)
    assert str(refused.value) == ""


def test_a_session_ends_after_thirty_idle_minutes(office: Office) -> None:
    office.settle("hanna", now=NOW)
    token = enter(office)
    assert whose(office, token, IDLE - SECOND)
    assert whose(office, token, IDLE) is None


def test_use_keeps_a_session_alive_but_never_longer_than_ten_hours(office: Office) -> None:
    office.settle("hanna", now=NOW)
    token = enter(office)
    for minutes in range(20, 600, 20):
        with office.database.writing() as session:
            keep_alive(session, token, now=NOW + timedelta(minutes=minutes))
    assert whose(office, token, LONGEST - SECOND)
    assert whose(office, token, LONGEST) is None
    with office.database.writing() as session:
        keep_alive(session, token, now=NOW + LONGEST)
    assert whose(office, token, LONGEST) is None


def test_the_time_of_use_is_written_once_a_minute_at_most(office: Office) -> None:
    office.settle("hanna", now=NOW)
    token = enter(office)
    with office.database.reading() as session:
        assert not is_due(session, token, now=NOW + timedelta(seconds=59))
        assert is_due(session, token, now=NOW + timedelta(seconds=60))
        assert not is_due(session, "x" * 43, now=NOW + timedelta(days=1))


def test_signing_out_ends_this_session_only(office: Office) -> None:
    office.settle("hanna", now=NOW)
    here, there = enter(office), enter(office)
    sign_out(office.database, here)
    assert (whose(office, here), whose(office, there)) == (None, "Hanna Lind")
    sign_out(office.database, here)


def test_signing_in_replaces_the_session_the_browser_came_with(office: Office) -> None:
    office.settle("hanna", now=NOW)
    before = enter(office)
    after = sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW, instead_of=before).token
    assert after != before
    assert (whose(office, before), whose(office, after)) == (None, "Hanna Lind")


def test_dead_sessions_do_not_pile_up(office: Office) -> None:
    office.settle("hanna", now=NOW)
    for _ in range(5):
        enter(office)
    sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW + IDLE)
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_a_new_password_ends_every_session_and_begins_one(office: Office) -> None:
    office.settle("hanna", now=NOW)
    here, there = enter(office), enter(office)
    fresh = change_password(office.database, office.account("hanna"), PASSWORD, OTHER, now=NOW)
    assert [whose(office, token) for token in (here, there, fresh)] == [None, None, "Hanna Lind"]
    with pytest.raises(WrongSignInError):
        enter(office)
    assert whose(office, enter(office, password=OTHER))


def test_changing_needs_the_current_password_and_a_good_new_one(office: Office) -> None:
    office.settle("hanna", now=NOW)
    token, hanna = enter(office), office.account("hanna")
    with pytest.raises(WrongSignInError):
        change_password(office.database, hanna, OTHER, OTHER, now=NOW)
    with pytest.raises(WeakPasswordError):
        change_password(office.database, hanna, PASSWORD, "hanna lind likes boats", now=NOW)
    assert whose(office, token), "a refusal ends nothing"
    assert whose(office, enter(office))


def test_a_change_that_another_change_overtook_is_refused(office: Office) -> None:
    office.settle("hanna", now=NOW)
    stale = office.account("hanna")
    change_password(office.database, stale, PASSWORD, OTHER, now=NOW)
    with pytest.raises(WrongSignInError):
        change_password(office.database, stale, PASSWORD, "a third sentence of mine", now=NOW)


def test_a_deactivated_account_is_out_at_once_on_every_device(office: Office) -> None:
    office.settle("ada", now=NOW)
    office.settle("hanna", now=NOW)
    token = enter(office)
    deactivate_account(office.database, "hanna@shop.example")
    assert whose(office, token) is None
    with pytest.raises(WrongSignInError):
        enter(office)
    with office.database.reading() as session:
        hanna = session.scalar(select(Account.id).where(Account.email == "hanna@shop.example"))
        assert not session.scalars(select(SignIn).where(SignIn.account_id == hanna)).all()


def test_a_session_is_worth_nothing_where_the_account_is_not_active_whoever_switched_it_off(office: Office) -> None:
    office.settle("hanna", now=NOW)
    token = enter(office)
    with office.database.writing() as session:
        session.execute(update(Account).values(is_active=False))
    assert whose(office, token) is None


def test_a_weaker_hash_is_renewed_at_the_next_sign_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.settle("hanna", now=NOW)
    before = office.account("hanna").password_hash
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    enter(office)
    after = office.account("hanna").password_hash
    assert before is not None
    assert after is not None
    assert (stronger.check_needs_rehash(before), stronger.check_needs_rehash(after)) == (True, False)
    assert whose(office, enter(office))


@pytest.mark.parametrize("text", [None, "", "short", "x" * 42, "x" * 44, "x" * 42 + "é", "x" * 42 + "\n", "../" * 14])
def test_what_is_no_token_is_never_looked_up(text: str | None) -> None:
    assert read_token(text) is None
