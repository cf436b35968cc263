"""A shop whose cycle was opened by mail, and a sender whose clock is handed in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.mail_config import MailSettings
from assess.messages.models import MessageState, OutboxMessage
from assess.messages.sending import Worked, work_outbox
from assess.surveys.cycles import create_cycle
from assess.surveys.inviting import open_cycle
from assess.surveys.mailing import write_survey_mail
from assess.surveys.models import Level
from assess.teams.models import Person, Team
from tests.surveys.shop import CLOSES, DURING, LANTERN, OPENS, PREPARED, QUARTER, Shop, appoint, hire, installation

SENDER = "survey@lantern.example"


def mail_to(port: int) -> MailSettings:
    return MailSettings("127.0.0.1", SENDER, port=port, security="none", connect_seconds=5, patience_seconds=5)


def mailed_shop(folder: Path, port: int, holders: Mapping[str, ec.EllipticCurvePrivateKey] | None = None) -> Shop:
    """Twenty-one people, some of whom read Chinese; Ada leads Ads, Lena everything."""
    settings, database = installation(folder)
    settings = replace(settings, mail=mail_to(port))
    hire(database, LANTERN)
    for name, key in (holders or {}).items():
        appoint(database, name, key)
    with database.writing() as session:
        session.execute(update(Person).where(Person.email.startswith("box")).values(mail_language="zh"))
        for team, leader in (("Ads", "ada@lantern.example"), ("Lantern", "lena@lantern.example")):
            session.execute(update(Team).where(Team.name == team).values(leader_email=leader))
    level = Level.ANONYMOUS if holders else Level.CONFIDENTIAL
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES, level=level)
    links = open_cycle(database, settings, QUARTER, now=PREPARED, mail=True)
    codes = {group.group: tuple(link.rsplit("/", 1)[1] for link in group.links) for group in links}
    return Shop(settings, database, codes)


def deliver(shop: Shop, now: datetime = DURING) -> Worked:
    return work_outbox(
        shop.database,
        shop.settings,
        lambda session, message: write_survey_mail(session, shop.settings, message, now=now),
        clock=lambda: now,
    )


def outbox(shop: Shop) -> list[OutboxMessage]:
    with shop.database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.recipient)))


def states(shop: Shop) -> set[tuple[MessageState, str | None]]:
    return {(MessageState(message.state), message.reason) for message in outbox(shop)}


def everybody(shop: Shop) -> list[str]:
    with shop.database.reading() as session:
        return sorted(session.scalars(select(Person.email).where(Person.email.is_not(None))))
