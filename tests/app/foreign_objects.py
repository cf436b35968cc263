"""Objects that are there and belong to somebody else, asked for by people who have the role but not the object."""

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from assess.accounts.administration import Roles, add_account
from assess.accounts.models import Account, Passkey
from assess.accounts.passwords import hash_password
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.config import Settings
from assess.extensions import Database
from assess.surveys.contract import contract_of
from assess.surveys.holders.opening import start_opening
from assess.teams.models import Team
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing
from tests.surveys.shop import QUARTER, Shop, appoint, open_shop

OWNED = ("/app/actions/<", "/app/nodes/<", "/app/reports/<", "/app/opening/<", "/app/security/passkey/<")
"""Behind every one of these routes lie objects of somebody."""
LEADERS = {"Ads": "lea@shop.example", "Box": "ben@shop.example", "Lantern": "head@shop.example"}
_CHOICE = re.compile(r"<any\(([^)]*)\):\w+>")


@dataclass(frozen=True)
class Cell:
    """One person asking for one object of somebody else."""

    email: str
    rule: str
    method: str
    address: str


@dataclass(frozen=True)
class World:
    """A site, and every cell of it."""

    app: Flask
    cells: Sequence[Cell]

    def status(self, browsing: Browsing, cell: Cell) -> int:
        """Ask, with a token where something is sent: it is the object that must not be there."""
        headers = {"X-CSRFToken": browsing.token("/app/security")} if cell.method == "POST" else {}
        return browsing.client.open(cell.address, method=cell.method, headers=headers).status_code

    def signed_in(self, email: str) -> Browsing:
        browsing = Browsing(self.app)
        assert browsing.send("/app/sign-in", email=email, password=PASSWORD).status_code == 303
        return browsing


@contextmanager
def reports_of_others(folder: Path) -> Iterator[World]:
    """A published quarter with three leaders, each asking for every node they do not lead and for another quarter."""
    shop = open_shop(folder)
    with shop.database.writing() as session:
        for team in session.scalars(select(Team)):
            team.leader_email = LEADERS.get(team.name)
    for group in shop.codes:
        shop.everybody_answers(group)
    shop.finish()
    contract = contract_of(shop.cycle())
    nodes = {str(node["name"]): str(node["id"]) for node in (*contract["units"], *contract["groups"])}
    for email in LEADERS.values():
        _settle(shop.database, email, Roles())
    with _site(shop.settings, shop.database) as app:
        cells = [
            Cell(email, rule, method, address)
            for team, email in LEADERS.items()
            for rule, method in _routes(app, OWNED[:3])
            for quarter, name in [(QUARTER, other) for other in nodes if other != team] + [("2026Q3", team)]
            if "<quarter>" in rule or quarter == QUARTER
            for address in _addresses(rule, quarter=quarter, node_id=nodes[name], place="1", practice="P24")
        ]
        yield World(app, cells)


@contextmanager
def openings_of_others(folder: Path) -> Iterator[World]:
    """A sealed quarter whose opening one holder has begun, asked for by a holder whom it was not sealed to."""
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Ada", "Bo")}
    shop = open_shop(folder, holders=keys)
    for group in shop.codes:
        shop.everybody_answers(group)
    shop.close()
    appoint(shop.database, "Cy")
    ada = _with_passwords(shop, "ada@holders.example")
    opening = start_opening(shop.database, QUARTER, ada).opening.hex()
    with _site(shop.settings, shop.database) as app:
        cells = [
            Cell(email, rule, method, address)
            for email, quarter in (("cy@holders.example", QUARTER), ("ada@holders.example", "2026Q3"))
            for rule, method in _routes(app, OWNED[3:4])
            for address in _addresses(rule, quarter=quarter, opening_id=opening, number="0")
        ]
        yield World(app, cells)


@contextmanager
def passkeys_of_others(settings: Settings, database: Database) -> Iterator[World]:
    """A passkey of somebody, asked for by two people who have none: with one they would be asked for it at sign-in."""
    askers = ("kim@council.example", "lea@shop.example")
    for email, roles in (("own@shop.example", Roles()), (askers[0], Roles(is_key_holder=True)), (askers[1], Roles())):
        _settle(database, email, roles)
    with database.writing() as session:
        owner = session.scalars(select(Account.id).where(Account.email == "own@shop.example")).one()
        passkey = Passkey(
            account_id=owner,
            credential_id=token_bytes(16),
            public_key=b"public",
            sign_count=0,
            name="Phone",
            made_at=datetime.now(UTC),
        )
        session.add(passkey)
        session.flush()
        passkey_id = passkey.id.hex()
    with _site(settings, database) as app:
        cells = [
            Cell(email, rule, method, address)
            for email in askers
            for rule, method in _routes(app, OWNED[4:])
            for address in _addresses(rule, passkey_id=passkey_id)
        ]
        yield World(app, cells)


@contextmanager
def _site(settings: Settings, database: Database) -> Iterator[Flask]:
    app = create_app(replace(settings, secret_key=SECRET))
    yield app
    app.extensions["assess.database"].close()
    database.close()


def _settle(database: Database, email: str, roles: Roles) -> None:
    now = datetime.now(UTC)
    link = add_account(database, email=email, name="Somebody", roles=roles, language="en", now=now)
    welcome(database, link, PASSWORD, now=now, language="en")


def _with_passwords(shop: Shop, email: str) -> bytes:
    """Give every account the password of the tests; return the id of one."""
    with shop.database.writing() as session:
        for account in session.scalars(select(Account)):
            account.password_hash = hash_password(PASSWORD)
        return session.scalars(select(Account.id).where(Account.email == email)).one()


def _routes(app: Flask, beginnings: Sequence[str]) -> Iterator[tuple[str, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.rule.startswith(tuple(beginnings)):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule.rule, method


def _addresses(rule: str, **values: str) -> Iterator[str]:
    """Fill the places of a rule, once for each of its choices."""
    pieces = _CHOICE.split(rule)
    options = [piece.split(",") if place % 2 else [piece] for place, piece in enumerate(pieces)]
    for chosen in itertools.product(*options):
        address = "".join(piece.strip() for piece in chosen)
        for name, value in values.items():
            address = re.sub(rf"<(?:int:)?{name}>", value, address)
        assert "<" not in address, rule
        yield address
