"""What is taken as a new password, and how passwords are kept."""

import unicodedata
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from assess.accounts import passwords
from assess.accounts.errors import WeakPasswordError
from assess.accounts.passwords import check_new_password, hash_password, needs_new_hash, verify_password


def check(password: str, name: str = "Anna Lindqvist", email: str = "a.lindqvist@lantern.example") -> None:
    check_new_password(password, name=name, email=email)


@pytest.mark.parametrize(
    "password",
    [
        "seven blue boats",
        "Regen auf Zinkdach",
        "x7#Kq9!vB2$mZ4@p",
        "我家的猫每天早上六点准时叫我起床",
        "a" * 5 + "orvkmn tcqpelz",
        "b" * 200 + "wexkqj",
    ],
)
def test_a_long_sentence_of_ones_own_is_taken(password: str) -> None:
    check(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "fewer than 15"),
        ("fourteen signs", "fewer than 15"),
        ("早上六点准时叫我起床的猫", "fewer than 15"),
        ("boat" * 65, "more than 256"),
        ("passwordpassword", "first that are tried"),
        ("Password12345678!", "first that are tried"),
        ("PASSWORD-qwerty-123456", "first that are tried"),
        ("qwertyuiopasdfghjkl", "first that are tried"),
        ("correct horse battery staple", "first that are tried"),
        ("woaini 5201314 woaini", "first that are tried"),
        ("aaaaaaaaaaaaaaaaaaaa", "first that are tried"),
        ("abababababababababab", "first that are tried"),
        ("!?!?!?!?!?!?!?!?!?!?", "first that are tried"),
        ("ｐａｓｓｗｏｒｄ１２３４５６７８", "first that are tried"),
        ("LINDQVIST likes boats", "your name or your address"),
        ("boats for l.i.n.d.q.v.i.s.t", "your name or your address"),
        ("a.lindqvist@lantern.example", "your name or your address"),
        ("boats of the Lantern", "your name or your address"),
    ],
)
def test_what_others_would_try_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakPasswordError, match=reason):
        check(password)


def test_a_chinese_name_of_two_characters_is_found() -> None:
    with pytest.raises(WeakPasswordError, match="your name"):
        check("张伟家的猫每天早上六点准时叫我起床", name="张伟", email="zw@lantern.example")


def test_a_short_name_does_not_forbid_half_the_dictionary() -> None:
    check("sleeping under canvas", name="An Lee", email="lee@x.example")


def test_the_shortest_is_exactly_fifteen() -> None:
    with pytest.raises(WeakPasswordError):
        check("vexkqjwmzorlpt")
    check("vexkqjwmzorlptb")


def test_only_the_right_password_is_right() -> None:
    stored = hash_password("seven blue boats")
    assert "seven" not in stored
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "seven blue boats")
    assert not verify_password(stored, "Seven blue boats")
    assert not verify_password(stored, "")
    assert hash_password("seven blue boats") != stored, "each hash has a salt of its own"


def test_a_letter_with_an_accent_is_one_letter_however_the_keyboard_sends_it() -> None:
    written = "Käse für fünfzehn Bären"
    assert unicodedata.normalize("NFD", written) != written
    assert verify_password(hash_password(written), unicodedata.normalize("NFD", written))


def test_without_a_hash_nothing_is_right_and_a_hash_is_computed_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's name
            compared.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not verify_password(None, "nobody’s password, only there to be compared with")
    assert not verify_password(hash_password("x"), "y")
    unknown, known = map(extract_parameters, compared)
    assert unknown == known, "the work is the same"


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$v=19$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_damaged_hash_lets_nobody_in(stored: str) -> None:
    assert not verify_password(stored, "plain")


def test_the_product_uses_what_the_standard_recommends_and_renews_weaker_hashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert extract_parameters(PasswordHasher().hash("x")) == RFC_9106_LOW_MEMORY
    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    assert needs_new_hash(weaker)
    assert not needs_new_hash(passwords.HASHER.hash("x"))
