"""A site with one survey in one of its states, and those who run it and open its envelopes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.accounts.administration import Roles
from assess.accounts.models import Account
from assess.app import create_app
from assess.extensions import Database
from assess.surveys.cycles import create_cycle
from assess.surveys.holders import codes
from assess.surveys.holders.models import HolderKey
from tests.accounts.accounts_cast import SECRET
from tests.app.surveys_cast import set_clock
from tests.browser.forms.cast import LANGUAGES, Site, settle
from tests.browser.watching import Wire, listening
from tests.surveys.shop import CLOSES, DURING, OPENS, PREPARED, QUARTER, Shop, hire, installation, open_shop

TREE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 7))


@contextmanager
def survey(folder: Path, state: str) -> Iterator[Site]:
    """One survey: `planned`, `open` or `opened` at level confidential, or `sealed` to key holders who can sign in."""
    keys = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}
    if state == "planned":
        shop = _planned(folder)
    else:
        shop = open_shop(folder, TREE, keys if state == "sealed" else None)
        for group in ("Ads", "Box", "Care"):
            shop.everybody_answers(group)
    if state in {"opened", "sealed"}:
        shop.close()
    if state == "opened":
        shop.open()
    app = create_app(replace(shop.settings, secret_key=SECRET, second_step="nobody"))
    set_clock(app, {"planned": PREPARED, "open": DURING}.get(state, CLOSES))
    for language, holder in zip(LANGUAGES, keys, strict=True):
        settle(shop.database, "hr", language, Roles(is_hr=True))
        if state == "sealed":
            _let_in(shop.database, holder, keys[holder], language)
    with listening(app, Wire()) as base:
        site = Site(app, shop.database, base, {each: {"language": each, "quarter": QUARTER} for each in LANGUAGES})
        yield site
        site.leave()
    shop.database.close()


def _planned(folder: Path) -> Shop:
    settings, database = installation(folder)
    settings.key_dir.mkdir()
    hire(database, TREE)
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    return Shop(settings, database, {})


def _let_in(database: Database, name: str, key: ec.EllipticCurvePrivateKey, language: str) -> None:
    """Let a key holder of the survey sign in with an address of the cast, and wrap the key under a code."""
    with database.writing() as session:
        account = session.scalars(select(Account).where(Account.name == name)).one()
        account.email, account.language = f"holder-{language}@people.example", language
        wrapped = codes.wrap(codes.new_code(), key)
        session.execute(update(HolderKey).where(HolderKey.account_id == account.id).values(wrapped_key=wrapped))
