"""HR's page of mail: counts by survey, addresses that were not reached, and nothing about answering."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.audit.models import AuditEntry
from assess.messages.models import MessageState, OutboxMessage
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing
from tests.databases.stores import Store
from tests.messages.cast import mailed_shop
from tests.surveys.shop import Shop

PAGE = "/app/mail"


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = mailed_shop(tmp_path, 25)
    with shop.database.writing() as session:
        sent = {"state": MessageState.SENT, "next_try_at": None}
        session.execute(update(OutboxMessage).where(OutboxMessage.recipient.startswith("ads")).values(**sent))
        failed = {"state": MessageState.FAILED, "next_try_at": None, "reason": "550 5.1.1"}
        session.execute(update(OutboxMessage).where(OutboxMessage.recipient.startswith("care0")).values(**failed))
    yield shop
    shop.database.close()


@pytest.fixture
def app(shop: Shop) -> Iterator[Flask]:
    app = create_app(replace(shop.settings, secret_key=SECRET))
    yield app
    app.extensions["assess.database"].close()


def hanna(app: Flask, shop: Shop, language: str = "en") -> Browsing:
    now = datetime.now(UTC)
    link = add_account(
        shop.database, email="hanna@shop.example", name="Hanna", roles=Roles(is_hr=True), language=language, now=now
    )
    welcome(shop.database, link, PASSWORD, now=now, language=language)
    browsing = Browsing(app, language)
    browsing.send("/app/sign-in", email="hanna@shop.example", password=PASSWORD)
    return browsing


def cells(browsing: Browsing) -> list[list[str]]:
    rows = browsing.see(PAGE).tree.xpath("//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_it_counts_by_kind_and_state(app: Flask, shop: Shop) -> None:
    assert cells(hanna(app, shop)) == [
        ["invitations", "failed", "1"],
        ["invitations", "sent", "8"],
        ["invitations", "waiting", "12"],
    ]


def test_it_speaks_chinese(app: Flask, shop: Shop) -> None:
    page = hanna(app, shop, "zh").see(PAGE)
    assert page.h1 == "邮件发送"
    assert "发送失败（调查邀请），代码 550 5.1.1" in page.text


def test_who_answered_changes_nothing_of_it(app: Flask, shop: Shop) -> None:
    browsing = hanna(app, shop)
    before = browsing.see(PAGE).tree.xpath("//main")[0].text_content()
    shop.everybody_answers("Ads")
    assert browsing.see(PAGE).tree.xpath("//main")[0].text_content() == before


def test_an_address_that_came_back_is_noted_once(app: Flask, shop: Shop) -> None:
    browsing = hanna(app, shop)
    for _click in range(2):
        answer = browsing.send(f"{PAGE}/bounced", PAGE, address=" Ads3@lantern.example ")
        assert (answer.status_code, answer.location) == (303, f"{PAGE}?noted#unreached")
    listed = browsing.see(f"{PAGE}?noted").tree.xpath("//section[@id='unreached']//li/strong/text()")
    assert listed == ["ads3@lantern.example", "care0@lantern.example"]
    with shop.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event == "mail.bounced")).all()
    assert [entry.details for entry in entries] == ['{"messages": 1}']


@pytest.mark.parametrize("address", ["", "nobody@lantern.example", "box1@lantern.example", "<b>x</b>"])
def test_an_address_nothing_was_sent_to_is_refused_beside_its_field(app: Flask, shop: Shop, address: str) -> None:
    browsing = hanna(app, shop)
    data = {"csrf_token": browsing.token(PAGE), "address": address}
    page = browsing.see(f"{PAGE}/bounced", data=data, status=422)
    (message,) = page.tree.xpath("//*[@id='address-error']/text()")
    assert message.startswith("Nothing in the outbox was sent to")
    assert page.tree.xpath("//input[@id='address']/@value") == ([address] if address else [""])
