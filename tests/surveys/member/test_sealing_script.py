"""Opening an anonymous cycle freezes the script its pages run, and the contract names it."""

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from assess.surveys.member.sealing_script import PLAIN_SCRIPTS, SEALING_SCRIPTS, current_sealing_script
from assess.surveys.models import Cycle
from tests.surveys.shop import LANTERN, Shop, open_shop

STATIC = Path(__file__).parent.parent.parent.parent / "assess" / "static"


def frozen(shop: Shop) -> tuple[bytes | None, str | None]:
    with shop.database.reading() as session:
        script, contract = session.execute(select(Cycle.sealing_script, Cycle.contract)).one()
    return script, json.loads(contract or b"")["sealing_script_sha256"]


@pytest.mark.usefixtures("each_database")
def test_an_anonymous_cycle_keeps_the_script_whose_hash_its_contract_names(tmp_path: Path) -> None:
    holders = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Ada", "Bo")}
    shop = open_shop(tmp_path, LANTERN, holders)
    script, sha256 = frozen(shop)
    shop.database.close()
    assert script == current_sealing_script()
    assert sha256 == hashlib.sha256(script or b"").hexdigest()


@pytest.mark.usefixtures("each_database")
def test_a_confidential_cycle_has_none(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    assert frozen(shop) == (None, None)
    shop.database.close()


def test_the_script_holds_whole_files_and_opens_nothing() -> None:
    script = current_sealing_script()
    assert all((STATIC / name).read_bytes() in script for name in SEALING_SCRIPTS)
    assert b"openEnvelope" not in script
    assert set(PLAIN_SCRIPTS) - set(SEALING_SCRIPTS) == {"member/plain.js"}
