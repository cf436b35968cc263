"""Keys of a holder: what is taken, what retires, what a trial proves."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.exc import IntegrityError

from assess.accounts.administration import Roles, put_account
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.surveys.envelopes.seal import public_bytes, unseal
from assess.surveys.holders.codes import new_code, unwrap, wrap
from assess.surveys.holders.keys import (
    TRIAL_CONTEXT,
    fingerprint,
    key_in_use,
    keys_of,
    note_trial,
    store_key,
    trial_envelope,
)
from assess.surveys.holders.models import HolderKey
from tests.accounts.accounts_cast import NOW, SECRET
from tests.databases.stores import Store
from tests.surveys.shop import installation

WRAPPED = base64.b64encode(b"\x01" + bytes(range(182))).decode()


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    _settings, database = installation(tmp_path)
    yield database
    database.close()


def holder(database: Database, name: str = "kim") -> bytes:
    with database.writing() as session:
        email, roles = f"{name}@council.example", Roles(is_key_holder=True)
        return put_account(session, email=email, name=name, roles=roles, language="en", now=NOW).id


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def written(key: ec.EllipticCurvePrivateKey) -> str:
    return base64.b64encode(public_bytes(key)).decode()


def in_use(database: Database, account: bytes) -> HolderKey | None:
    with database.reading() as session:
        return key_in_use(session, account)


def test_a_key_is_taken_as_it_is_and_opens_with_its_code(database: Database) -> None:
    kim, key, code = holder(database), new_key(), new_code()
    store_key(database, kim, written(key), base64.b64encode(wrap(code, key)).decode(), now=NOW)
    stored = in_use(database, kim)
    assert stored is not None
    assert (stored.public_key, stored.made_at, stored.tested_at) == (public_bytes(key), NOW, None)
    assert public_bytes(unwrap(code, stored.wrapped_key)) == stored.public_key


def test_a_new_key_retires_the_old_one_which_stays(database: Database) -> None:
    kim, keys = holder(database), [new_key() for _ in range(3)]
    for day, key in enumerate(keys):
        store_key(database, kim, written(key), WRAPPED, now=NOW + timedelta(days=day))
    with database.reading() as session:
        stored = keys_of(session, kim)
    assert [row.public_key for row in stored] == [public_bytes(key) for key in reversed(keys)]
    assert [row.retired_at for row in stored] == [None, NOW + timedelta(days=2), NOW + timedelta(days=1)]


def test_a_double_click_stores_one_key(database: Database) -> None:
    kim, key = holder(database), new_key()
    for _ in range(2):
        store_key(database, kim, written(key), WRAPPED, now=NOW)
    with database.reading() as session:
        assert len(keys_of(session, kim)) == 1


def test_a_key_that_was_used_before_is_refused(database: Database) -> None:
    kim, min_, first = holder(database), holder(database, "min"), new_key()
    store_key(database, kim, written(first), WRAPPED, now=NOW)
    with pytest.raises(RefusalError, match="has been used before"):
        store_key(database, min_, written(first), WRAPPED, now=NOW)
    store_key(database, kim, written(new_key()), WRAPPED, now=NOW)
    with pytest.raises(RefusalError, match="has been used before"):
        store_key(database, kim, written(first), WRAPPED, now=NOW)


def test_the_database_holds_one_key_in_use_per_account(database: Database) -> None:
    kim = holder(database)
    two = [HolderKey(account_id=kim, public_key=public_bytes(new_key()), wrapped_key=b"w", made_at=NOW) for _ in "ab"]
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all(two)


def compressed() -> bytes:
    return new_key().public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def other_curve() -> bytes:
    point = ec.generate_private_key(ec.SECP256K1()).public_key()
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def off_the_curve() -> bytes:
    point = public_bytes(new_key())
    return point[:-1] + bytes([point[-1] ^ 1])


NO_POINTS: dict[str, Callable[[], bytes]] = {
    "nothing": bytes,
    "zeros": lambda: bytes(65),
    "zero": lambda: b"\x04" + bytes(64),
    "beyond the field": lambda: b"\x04" + b"\xff" * 64,
    "compressed": compressed,
    "other curve": other_curve,
    "off the curve": off_the_curve,
    "one byte more": lambda: public_bytes(new_key()) + b"\0",
}


@pytest.mark.parametrize("kind", sorted(NO_POINTS))
def test_what_is_no_point_of_the_curve_is_refused(database: Database, kind: str) -> None:
    kim = holder(database)
    with pytest.raises(InputError, match="is no key of Assess"):
        store_key(database, kim, base64.b64encode(NO_POINTS[kind]()).decode(), WRAPPED, now=NOW)
    assert in_use(database, kim) is None


@pytest.mark.parametrize("text", ["", "nope", "===", "%" * 88, WRAPPED + "!", "密钥", "AA==\n"])
def test_what_is_no_base64_is_refused(database: Database, text: str) -> None:
    kim = holder(database)
    with pytest.raises(InputError, match="is no key of Assess"):
        store_key(database, kim, text, WRAPPED, now=NOW)
    with pytest.raises(InputError, match="is no key of Assess"):
        store_key(database, kim, written(new_key()), text, now=NOW)


@pytest.mark.parametrize("wrapped", [b"\x01" * 76, b"\x01" * 401, b"\x02" * 183, b"\x01" * 100_000])
def test_a_wrapped_key_of_another_shape_is_refused(database: Database, wrapped: bytes) -> None:
    kim = holder(database)
    with pytest.raises(InputError, match="is no key of Assess"):
        store_key(database, kim, written(new_key()), base64.b64encode(wrapped).decode(), now=NOW)
    for fits in (b"\x01" * 77, b"\x01" * 400):
        store_key(database, kim, written(new_key()), base64.b64encode(fits).decode(), now=NOW)


def test_a_trial_envelope_looks_like_an_answer_and_only_its_holder_can_prove_to_have_opened_it(
    database: Database,
) -> None:
    kim, key, secret = holder(database), new_key(), SECRET.encode()
    store_key(database, kim, written(key), WRAPPED, now=NOW)
    stored = in_use(database, kim)
    assert stored is not None
    body = trial_envelope(secret, stored)
    assert len(body) == 8335, "as long as an answer sealed to one holder"
    assert body != trial_envelope(secret, stored)
    proof = unseal(body, key, TRIAL_CONTEXT).decode()
    for wrong in ("", "0" * 64, proof[:-1], proof.upper(), "证明"):
        assert not note_trial(database, secret, kim, wrong, now=NOW)
    assert not note_trial(database, b"another secret", kim, proof, now=NOW)
    assert note_trial(database, secret, kim, f" {proof}\n", now=NOW)
    tested = in_use(database, kim)
    assert tested is not None
    assert tested.tested_at == NOW


def test_a_trial_of_the_old_key_says_nothing_about_the_new_one(database: Database) -> None:
    kim, old, secret = holder(database), new_key(), SECRET.encode()
    store_key(database, kim, written(old), WRAPPED, now=NOW)
    stored = in_use(database, kim)
    assert stored is not None
    proof = unseal(trial_envelope(secret, stored), old, TRIAL_CONTEXT).decode()
    store_key(database, kim, written(new_key()), WRAPPED, now=NOW)
    assert not note_trial(database, secret, kim, proof, now=NOW)


def test_without_a_key_there_is_nothing_to_try(database: Database) -> None:
    assert not note_trial(database, SECRET.encode(), holder(database), "", now=NOW)


def test_a_fingerprint_is_sixteen_digits_in_groups_of_four() -> None:
    assert fingerprint(bytes(65)) == "98ce 42de ef51 d402"
