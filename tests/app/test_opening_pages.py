"""The key holder's pages of an opening: who sees them, what they hand out, what they take."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from assess.accounts.models import Account
from assess.accounts.passwords import hash_password
from assess.app import create_app
from assess.surveys.check_words import check_words
from assess.surveys.envelopes.models import Response
from assess.surveys.holders import codes
from assess.surveys.holders.models import HolderKey
from assess.surveys.holders.sealed_file import open_sealed_file
from assess.surveys.models import State
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing
from tests.databases.stores import Store
from tests.surveys.shop import PREPARED, QUARTER, Shop, appoint, open_shop

TREE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 7))
KEYS = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}
CODE = codes.new_code()
OPENING = f"/app/opening/{QUARTER}"


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path, TREE, KEYS)
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group)
    appoint(shop.database, "Cy")
    with shop.database.writing() as session:
        session.add(Account(email="hr@holders.example", name="HR", is_hr=True, created_at=PREPARED))
        session.flush()
        for account in session.scalars(select(Account)):
            account.password_hash = hash_password(PASSWORD)
            for key in session.scalars(select(HolderKey).where(HolderKey.account_id == account.id)):
                if account.name in KEYS:
                    key.wrapped_key = codes.wrap(CODE, KEYS[account.name])
    yield shop
    shop.database.close()


@pytest.fixture
def app(shop: Shop) -> Iterator[Flask]:
    app = create_app(replace(shop.settings, secret_key=SECRET))
    yield app
    app.extensions["assess.database"].close()


def signed_in(app: Flask, name: str) -> Browsing:
    browsing = Browsing(app)
    sent = browsing.send("/app/sign-in", email=f"{name.lower()}@holders.example", password=PASSWORD)
    assert sent.status_code == 303
    return browsing


def script_post(browsing: Browsing, address: str, content: object) -> Any:
    token = browsing.token("/app")
    return browsing.client.post(address, json=content, headers={"X-CSRFToken": token})


def test_a_holder_sees_the_check_words_while_it_runs_and_nothing_to_open(app: Flask, shop: Shop) -> None:
    page = signed_in(app, "Ada").see("/app/opening")
    assert check_words(shop.cycle().contract or b"") in page.text
    assert "Until then there is nothing to open" in page.text
    assert "holder-opening" not in signed_in(app, "Ada").see(OPENING).text


def test_others_do_not_even_learn_that_it_is_there(app: Flask, shop: Shop) -> None:
    shop.close()
    for name, status in (("Cy", 404), ("HR", 403)):
        browsing = signed_in(app, name)
        for address in (OPENING, f"{OPENING}/sealed.json", f"{OPENING}/{'00' * 16}/sealed/0"):
            assert browsing.client.get(address).status_code == status, address
        assert script_post(browsing, f"{OPENING}/start", {}).status_code == status
    assert "sealed" not in signed_in(app, "Cy").see("/app/opening").text.replace(
        "Surveys sealed to your key", ""
    ).replace("No survey is sealed to your key", "")


def test_the_home_page_says_that_envelopes_wait(app: Flask, shop: Shop) -> None:
    shop.close()
    page = signed_in(app, "Bo").see("/app")
    assert "22 envelopes wait for you to open them, or another key holder" in page.text


def test_the_protocol_of_the_script_from_start_to_end(app: Flask, shop: Shop) -> None:
    shop.close()
    browsing = signed_in(app, "Ada")
    assert 'id="holder-opening"' in browsing.client.get(OPENING).get_data(as_text=True)
    started = script_post(browsing, f"{OPENING}/start", {}).get_json()
    answers = browsing.client.get(f"{OPENING}/{started['opening']}/sealed/0").get_json()
    assert (len(answers), started["sealed"], started["pieces"]) == (22, 22, 1)
    with shop.database.reading() as session:
        (wrapped, *_same) = session.scalars(select(HolderKey.wrapped_key).where(HolderKey.wrapped_key != b"wrapped"))
    keys = [{"wrapped_key": base64.b64encode(wrapped).decode()}]
    content = {"format": "assess/sealed/1", **started, "keys": keys, "answers": answers}
    opened = open_sealed_file(json.dumps(content).encode(), CODE)
    base = f"{OPENING}/{started['opening']}"
    counts = {name: opened[name] for name in ("readable", "unreadable", "copies")}
    whole = counts | {"ratings_pieces": 1, "comments_pieces": 1}
    assert script_post(browsing, f"{base}/ratings/0", opened["ratings"]).status_code == 204
    early = script_post(browsing, f"{base}/complete", whole)
    assert (early.status_code, early.get_json()["over"]) == (409, False)
    assert script_post(browsing, f"{base}/comments/0", opened["comments"]).status_code == 204
    assert script_post(browsing, f"{base}/complete", whole).get_json() == {"state": "opened"}
    assert (shop.cycle().state, shop.count(Response)) == (State.OPENED, 22)
    again = script_post(browsing, f"{OPENING}/start", {})
    assert (again.status_code, again.get_json()["over"]) == (409, True)
    assert "there is nothing left for you to do" in browsing.see(OPENING).text


def test_by_file_it_goes_without_a_script(app: Flask, shop: Shop) -> None:
    shop.close()
    browsing = signed_in(app, "Bo")
    got = browsing.client.get(f"{OPENING}/sealed.json")
    assert got.headers["Content-Disposition"] == f"attachment; filename=sealed-{QUARTER}.json"
    opened = json.dumps(open_sealed_file(got.get_data(), CODE)).encode()
    token = browsing.token(OPENING)
    refused = browsing.see(f"{OPENING}/opened.json", data={"csrf_token": token}, status=422)
    assert "Choose the file" in refused.error_of("opened")
    assert refused.focused == ["opened"]
    assert refused.tree.xpath("//details[@open]//input[@id='opened']"), "folded away nobody would see it"
    file = (BytesIO(opened), "opened.json")
    sent = browsing.client.post(f"{OPENING}/opened.json", data={"csrf_token": token, "opened": file})
    assert (sent.status_code, shop.cycle().state) == (303, State.OPENED)


def test_nothing_is_taken_without_the_token_of_a_form(app: Flask, shop: Shop) -> None:
    shop.close()
    browsing = signed_in(app, "Ada")
    for address in (f"{OPENING}/start", f"{OPENING}/{'00' * 16}/ratings/0", f"{OPENING}/opened.json"):
        assert browsing.client.post(address, json=[]).status_code == 400
    assert shop.count(Response) == 0


@pytest.mark.parametrize("content", [None, [], "x", {"readable": "5"}, {"readable": True}])
def test_counts_of_another_shape_are_refused(app: Flask, shop: Shop, content: object) -> None:
    shop.close()
    browsing = signed_in(app, "Ada")
    started = script_post(browsing, f"{OPENING}/start", {}).get_json()
    refused = script_post(browsing, f"{OPENING}/{started['opening']}/complete", content)
    assert (refused.status_code, "nothing was taken over" in refused.get_json()["error"]) == (409, True)


@pytest.mark.parametrize("address", ["/app/opening/soon", f"{OPENING}/xyz/sealed/0", "/app/opening/2026Q9/start"])
def test_an_address_of_nothing_is_not_found(app: Flask, shop: Shop, address: str) -> None:
    shop.close()
    assert signed_in(app, "Ada").client.get(address).status_code in {404, 405}
