"""Opening on the holder's own computer: file in, file out, the same answers as on the page."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from assess.cli import main
from assess.errors import InputError
from assess.surveys.envelopes.models import Response
from assess.surveys.errors import WrongCodeError
from assess.surveys.holders import codes
from assess.surveys.holders.by_file import download_sealed, hand_back
from assess.surveys.holders.models import HolderKey
from assess.surveys.holders.sealed_file import open_sealed_file, read_opened_file
from assess.surveys.models import State
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, Shop, open_shop

TREE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 7))
CODE = codes.new_code()
KEYS = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path, TREE, KEYS)
    shop.everybody_answers("Ads")
    shop.everybody_answers("Box")
    shop.everybody_answers("Care", 3)
    shop.close()
    yield shop
    shop.database.close()


def account_of(shop: Shop, name: str) -> bytes:
    with shop.database.reading() as session:
        public = KEYS[name].public_key().public_numbers()
        point = b"\x04" + public.x.to_bytes(32, "big") + public.y.to_bytes(32, "big")
        return session.scalars(select(HolderKey.account_id).where(HolderKey.public_key == point)).one()


def downloaded(shop: Shop) -> dict[str, Any]:
    with shop.database.writing() as session:
        used = session.scalars(select(HolderKey).where(HolderKey.account_id == account_of(shop, "Ada"))).one()
        used.wrapped_key = codes.wrap(CODE, KEYS["Ada"])
    content: dict[str, Any] = json.loads(download_sealed(shop.database, QUARTER, account_of(shop, "Ada")))
    old = codes.wrap(codes.new_code(), ec.generate_private_key(ec.SECP256R1()))  # another code, of an earlier key
    content["keys"].insert(0, {"public_key": "", "wrapped_key": base64.b64encode(old).decode()})
    return content


def test_what_was_opened_at_home_is_taken_over(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "sealed.json", tmp_path / "opened.json"
    source.write_text(json.dumps(downloaded(shop)))
    monkeypatch.setattr("click.prompt", lambda _text: CODE.lower())
    with pytest.raises(SystemExit) as ended:
        main(["open", str(source), "--out", str(out)])
    assert ended.value.code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    hand_back(shop.database, shop.settings, QUARTER, account_of(shop, "Ada"), out.read_bytes())
    assert (shop.cycle().state, shop.count(Response)) == (State.OPENED, 18)


def test_small_groups_lose_their_label_at_home_too(shop: Shop) -> None:
    content = downloaded(shop)
    content["minimum"] = 8  # as if two of Box were junk: only Ads is left, and would leave Box's seven behind
    content["tree"]["allowed"] = [True] * len(content["tree"]["tokens"])
    opened = open_sealed_file(json.dumps(content).encode(), CODE)
    assert len(Counter(token for token, _ratings in opened["ratings"])) == 2


@pytest.mark.parametrize("field", ["opening", "readable", "copies"])
def test_a_file_with_an_odd_field_is_not_taken_over(shop: Shop, field: str) -> None:
    opened = open_sealed_file(json.dumps(downloaded(shop)).encode(), CODE)
    odd: list[object] = [None, "x", [], {}]
    for value in odd:
        text = json.dumps(opened | {field: value}).encode()
        with pytest.raises(InputError, match="no file of sealed or opened answers"):
            hand_back(shop.database, shop.settings, QUARTER, account_of(shop, "Ada"), text)


def test_a_wrong_code_opens_nothing_and_says_no_more(shop: Shop) -> None:
    text = json.dumps(downloaded(shop)).encode()
    with pytest.raises(WrongCodeError):
        open_sealed_file(text, codes.new_code())


def test_what_is_no_such_file_is_refused(shop: Shop) -> None:
    content = downloaded(shop)
    broken: list[bytes] = [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 5000]
    for key in ("keys", "answers", "context", "tree", "items", "minimum", "opening"):
        broken.append(json.dumps({name: value for name, value in content.items() if name != key}).encode())
        broken.append(json.dumps(content | {key: 5}).encode() if key not in {"minimum", "opening"} else b"null")
    for text in broken:
        with pytest.raises(InputError, match="no file of sealed or opened answers"):
            open_sealed_file(text, CODE)
    with pytest.raises(InputError, match="no file of sealed or opened answers"):
        read_opened_file(json.dumps(content).encode())


def test_bodies_that_are_no_envelopes_are_counted(shop: Shop) -> None:
    content = downloaded(shop)
    first, second, third = content["answers"][:3]
    first[1] = base64.b64encode(b"plain text").decode()
    flipped = bytearray(base64.b64decode(second[1]))
    flipped[4000] ^= 1
    second[1] = base64.b64encode(bytes(flipped)).decode()
    third[1] = content["answers"][3][1]
    opened = open_sealed_file(json.dumps(content).encode(), CODE)
    assert (opened["readable"], opened["unreadable"], opened["copies"]) == (15, 2, 1)
