"""The second step: what it needs, what it refuses, how wrong codes are counted, and what takes it away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from assess.accounts.administration import Roles, add_account, deactivate_account, recover_account
from assess.accounts.authenticator import SealingKey, new_secret
from assess.accounts.errors import CodesRestError, NotSignedInError, WrongCodeError, WrongSignInError
from assess.accounts.models import Account, AuthenticatorApp, HalfSignIn, RecoveryCode, SignIn
from assess.accounts.recovery_codes import HOW_MANY, codes_left
from assess.accounts.second_step import (
    HALF,
    finish_with_code,
    has_second_step,
    renew_codes,
    turn_app_off,
    turn_app_on,
)
from assess.accounts.sessions import account_of_session
from assess.accounts.signing_in import change_password, sign_in, sign_out_everywhere, welcome
from assess.errors import RefusalError
from tests.accounts.accounts_cast import NOW, PASSWORD, SECRET, Office

KEY = SealingKey(SECRET.encode())
ADA = "ada@shop.example"
STEP = timedelta(seconds=30)
OTHER = "nine green herons at dusk"


class Phone:
    """Ada's app."""

    def __init__(self, office: Office, who: str = "ada") -> None:
        self.office, self.who = office, who
        self.secret = new_secret()
        office.settle(who, now=NOW)
        self.session, self.codes = turn_app_on(
            office.database, KEY, office.account(who), self.secret, self.code(NOW), now=NOW
        )

    def code(self, now: datetime) -> str:
        return pyotp.TOTP(self.secret).at(now)

    def half(self, now: datetime) -> str:
        begun = sign_in(self.office.database, self.office.account(self.who).email, PASSWORD, now=now)
        assert begun.lacks_second_step
        return begun.token

    def enter(self, code: str, now: datetime) -> str:
        return finish_with_code(self.office.database, KEY, self.half(now), code, now=now)


@pytest.fixture
def phone(office: Office) -> Phone:
    return Phone(office)


def whose(office: Office, token: str, now: datetime = NOW) -> str | None:
    with office.database.reading() as session:
        account = account_of_session(session, token, now=now)
    return None if account is None else account.name


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def wrong(phone: Phone, now: datetime) -> str:
    return f"{(int(phone.code(now)) + 500_000) % 1_000_000:06d}"


def test_without_an_app_the_password_is_enough(office: Office) -> None:
    office.settle("hanna", now=NOW)
    begun = sign_in(office.database, "hanna@shop.example", PASSWORD, now=NOW)
    assert not begun.lacks_second_step
    assert whose(office, begun.token) == "Hanna Lind"


def test_with_an_app_the_password_opens_nothing_and_the_code_does(office: Office, phone: Phone) -> None:
    later = NOW + STEP
    half = phone.half(later)
    assert whose(office, half, later) is None
    token = finish_with_code(office.database, KEY, half, phone.code(later), now=later)
    assert token != half
    assert whose(office, token, later) == "Ada Berg"
    assert count(office, HalfSignIn) == 0


def test_turning_the_app_on_takes_a_right_code_and_ends_other_sessions(office: Office) -> None:
    office.settle("ada", now=NOW)
    elsewhere = sign_in(office.database, ADA, PASSWORD, now=NOW).token
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    with pytest.raises(WrongCodeError):
        turn_app_on(office.database, KEY, office.account("ada"), secret, f"{(int(code) + 1) % 10**6:06d}", now=NOW)
    assert (count(office, AuthenticatorApp), whose(office, elsewhere)) == (0, "Ada Berg")
    token, codes = turn_app_on(office.database, KEY, office.account("ada"), secret, code, now=NOW)
    assert (whose(office, elsewhere), whose(office, token)) == (None, "Ada Berg")
    assert len(set(codes)) == HOW_MANY
    with pytest.raises(RefusalError, match="set up already"):
        turn_app_on(office.database, KEY, office.account("ada"), secret, pyotp.TOTP(secret).at(NOW + STEP), now=NOW)


def test_neither_secret_nor_codes_are_stored_as_they_are(office: Office, phone: Phone) -> None:
    content = b"".join(path.read_bytes() for path in office.settings.data_dir.iterdir())
    for text in (phone.secret, *phone.codes, *(code.replace("-", "") for code in phone.codes)):
        assert text.encode() not in content
    with office.database.reading() as session:
        stored = session.scalars(select(AuthenticatorApp.sealed_secret)).one()
    assert phone.secret.encode() not in stored


def test_a_code_is_taken_once(office: Office, phone: Phone) -> None:
    with pytest.raises(WrongCodeError):
        phone.enter(phone.code(NOW), NOW)  # it turned the app on
    later = NOW + 2 * STEP
    code = phone.code(later)
    assert whose(office, phone.enter(code, later), later) == "Ada Berg"
    for moment in (later, later + STEP):
        with pytest.raises(WrongCodeError):
            phone.enter(code, moment)
    with pytest.raises(WrongCodeError):
        phone.enter(phone.code(later - STEP), later)  # older than the one that was taken


def test_the_first_step_is_forgotten_after_ten_minutes(office: Office, phone: Phone) -> None:
    half = phone.half(NOW)
    late = NOW + HALF
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, half, phone.code(late), now=late)
    half = phone.half(NOW)
    almost = NOW + HALF - timedelta(seconds=1)
    assert finish_with_code(office.database, KEY, half, phone.code(almost), now=almost)


@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_whoever_has_not_given_the_password_cannot_take_the_second_step(
    office: Office, phone: Phone, token: str | None
) -> None:
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, token, phone.code(NOW + STEP), now=NOW + STEP)
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, phone.session, phone.code(NOW + STEP), now=NOW + STEP)


def rests(phone: Phone, now: datetime, code: str) -> float | None:
    """Send a code; None when it is taken or simply wrong, else for how many seconds codes still rest."""
    try:
        phone.enter(code, now)
    except WrongCodeError:
        return None
    except CodesRestError as rest:
        return rest.wait.total_seconds()
    return None


def test_five_wrong_codes_rest_a_minute_and_each_further_one_twice_as_long_up_to_an_hour(
    office: Office, phone: Phone
) -> None:
    now = NOW + 10 * STEP
    assert [rests(phone, now, wrong(phone, now)) for _ in range(5)] == [None] * 5
    assert rests(phone, now, phone.code(now)) == 60, "not even a right one"
    waits = []
    for _ in range(8):
        wait = rests(phone, now, "000000")
        assert wait is not None
        waits.append(wait)
        now += timedelta(seconds=wait)
        assert rests(phone, now, wrong(phone, now)) is None
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    now += timedelta(hours=1)
    assert whose(office, phone.enter(phone.code(now), now), now) == "Ada Berg"
    now += STEP
    assert [rests(phone, now, wrong(phone, now)) for _ in range(4)] == [None] * 4, "a right one starts anew"
    assert rests(phone, now, phone.code(now)) is None


def test_a_new_first_step_does_not_forget_wrong_codes(office: Office, phone: Phone) -> None:
    now = NOW + 10 * STEP
    half = phone.half(now)
    for _ in range(5):
        with pytest.raises(WrongCodeError):
            finish_with_code(office.database, KEY, half, wrong(phone, now), now=now)
    with pytest.raises(CodesRestError):
        finish_with_code(office.database, KEY, phone.half(now), phone.code(now), now=now)


def test_a_recovery_code_works_once_however_it_is_typed_and_while_codes_rest(office: Office, phone: Phone) -> None:
    now = NOW + 10 * STEP
    for _ in range(5):
        rests(phone, now, wrong(phone, now))
    first, second, *_rest = phone.codes
    assert whose(office, phone.enter(first, now), now) == "Ada Berg"
    with pytest.raises((WrongCodeError, CodesRestError)):
        phone.enter(first, now)
    assert whose(office, phone.enter(f" {second.lower().replace('-', ' ')} ", now), now) == "Ada Berg"
    with office.database.reading() as session:
        assert codes_left(session, office.account("ada")) == HOW_MANY - 2


def test_a_recovery_code_of_somebody_else_is_worth_nothing(office: Office, phone: Phone) -> None:
    hanna = Phone(office, "hanna")
    with pytest.raises(WrongCodeError):
        phone.enter(hanna.codes[0], NOW)
    assert whose(office, hanna.enter(hanna.codes[0], NOW)) == "Hanna Lind"


def test_turning_off_takes_password_and_code(office: Office, phone: Phone) -> None:
    later = NOW + STEP
    ada, code = office.account("ada"), phone.code(later)
    for password, typed, error in ((OTHER, code, WrongSignInError), (PASSWORD, wrong(phone, later), WrongCodeError)):
        with pytest.raises(error):
            turn_app_off(office.database, KEY, ada, password, typed, now=later)
        assert count(office, AuthenticatorApp) == 1
    token = turn_app_off(office.database, KEY, ada, PASSWORD, code, now=later)
    assert whose(office, token, later) == "Ada Berg"
    assert whose(office, phone.session, later) is None
    assert (count(office, AuthenticatorApp), count(office, RecoveryCode)) == (0, 0)
    assert not sign_in(office.database, ADA, PASSWORD, now=later).lacks_second_step


def test_new_recovery_codes_replace_the_old_ones(office: Office, phone: Phone) -> None:
    later = NOW + STEP
    fresh = renew_codes(office.database, KEY, office.account("ada"), PASSWORD, phone.code(later), now=later)
    assert not set(fresh) & set(phone.codes)
    with pytest.raises(WrongCodeError):
        phone.enter(phone.codes[0], later)
    assert whose(office, phone.enter(fresh[0], later), later) == "Ada Berg"


def factors(office: Office, who: str = "ada") -> Sequence[int]:
    with office.database.reading() as session:
        assert has_second_step(session, office.account(who)) == bool(session.get(AuthenticatorApp, _id(office, who)))
    return [count(office, table) for table in (AuthenticatorApp, RecoveryCode, HalfSignIn)]


def _id(office: Office, who: str) -> bytes:
    return office.account(who).id


def test_a_recovery_ends_sessions_at_once_and_takes_the_second_step_away_when_it_is_used(
    office: Office, phone: Phone
) -> None:
    phone.half(NOW)
    link, _lasts = recover_account(office.database, ADA, now=NOW)
    assert (whose(office, phone.session), count(office, SignIn)) == (None, 0)
    assert factors(office) == [1, HOW_MANY, 0], "until then the password alone is still not enough"
    assert sign_in(office.database, ADA, PASSWORD, now=NOW).lacks_second_step
    token = welcome(office.database, link, OTHER, now=NOW, language="en")
    assert factors(office) == [0, 0, 0]
    assert whose(office, token) == "Ada Berg"
    assert not sign_in(office.database, ADA, OTHER, now=NOW).lacks_second_step


def test_a_deactivated_account_comes_back_without_its_second_step(office: Office, phone: Phone) -> None:
    office.settle("hanna", now=NOW)
    add_account(
        office.database, email="ben@shop.example", name="Ben", roles=Roles(is_admin=True), language="en", now=NOW
    )
    half = phone.half(NOW)
    deactivate_account(office.database, ADA)
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, half, phone.codes[0], now=NOW)
    add_account(office.database, email=ADA, name="Ada Berg", roles=Roles(is_admin=True), language="en", now=NOW)
    assert factors(office) == [0, 0, 0]


def test_a_changed_password_ends_sign_ins_that_are_half_way(office: Office, phone: Phone) -> None:
    half = phone.half(NOW)
    change_password(office.database, office.account("ada"), PASSWORD, OTHER, now=NOW)
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, half, phone.codes[0], now=NOW)


def test_signing_out_everywhere_ends_all_of_them(office: Office, phone: Phone) -> None:
    tokens = [phone.session, phone.enter(phone.codes[0], NOW)]
    half = phone.half(NOW)
    sign_out_everywhere(office.database, office.account("ada"))
    assert [whose(office, token) for token in tokens] == [None, None]
    with pytest.raises(NotSignedInError):
        finish_with_code(office.database, KEY, half, phone.codes[1], now=NOW)


def test_under_another_secret_of_the_installation_no_code_is_right_and_recovery_codes_still_work(
    office: Office, phone: Phone
) -> None:
    other, later = SealingKey(b"a secret that was made anew"), NOW + STEP
    with pytest.raises(WrongCodeError):
        finish_with_code(office.database, other, phone.half(later), phone.code(later), now=later)
    assert finish_with_code(office.database, other, phone.half(later), phone.codes[0], now=later)


def test_a_removed_account_takes_everything_along(office: Office, phone: Phone) -> None:
    phone.half(NOW)
    with office.database.writing() as session:
        session.delete(session.get_one(Account, _id(office, "ada")))
    assert [count(office, table) for table in (AuthenticatorApp, RecoveryCode, HalfSignIn)] == [0, 0, 0]
