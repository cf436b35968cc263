"""Who said what? Attacks succeed against a weakened variant and where the page says so, and are at chance elsewhere."""

from math import sqrt
from pathlib import Path

import pytest

from tests.adversaries.linkage.attacks import MEMBERS
from tests.adversaries.linkage.table import ATTACKS, Attack

# A table of PostgreSQL says more of its rows than its columns: tests/surveys/envelopes/test_linkage.py attacks that.
pytestmark = [
    pytest.mark.usefixtures("each_database"),
    pytest.mark.only_on("sqlite", "these attackers copy and read files of SQLite"),
]

RUNS = 12
BOUND = RUNS + 4 * sqrt(RUNS)  # a random pairing links one person on average, with variance one

WEAKENED = [attack for attack in ATTACKS if attack.weak is not None]
CLAIMED = [attack for attack in ATTACKS if not attack.succeeds]
NAMED = [attack for attack in ATTACKS if attack.succeeds]


@pytest.mark.parametrize("attack", WEAKENED, ids=lambda attack: attack.name)
def test_the_attack_links_everybody_in_the_weakened_variant(attack: Attack, tmp_path: Path) -> None:
    assert attack.linked(tmp_path / "weak", 1, weakened=True) == MEMBERS


@pytest.mark.parametrize("attack", CLAIMED, ids=lambda attack: attack.name)
def test_the_attack_is_at_chance_against_the_product(attack: Attack, tmp_path: Path) -> None:
    total = sum(attack.linked(tmp_path / str(run), run, weakened=False) for run in range(RUNS))
    assert total <= BOUND


@pytest.mark.parametrize("attack", NAMED, ids=lambda attack: attack.name)
def test_what_the_page_does_not_promise_is_true(attack: Attack, tmp_path: Path) -> None:
    assert attack.linked(tmp_path / "named", 1, weakened=False) == MEMBERS


def test_every_claim_is_tried_against_a_variant_that_breaks_it_or_has_no_key_at_all() -> None:
    assert {attack.name for attack in CLAIMED} - {attack.name for attack in WEAKENED} == {"L12 the same, anonymous"}
