"""Prints the table of attacks: what each links against a weakened variant and against the product.

python -m tests.adversaries.linkage.table [runs]
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.adversaries.linkage import attacks
from tests.adversaries.linkage.attacks import HOLDERS, MEMBERS, Guess, Played, play
from tests.databases.stores import SqliteStore, using

Weak = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Attack:
    """One attack: what the attacker has, how it guesses, and the variant in which it must succeed.

    `succeeds` says that the product does not claim to withstand it: then it must link everybody.
    """

    name: str
    has: str
    guess: Callable[[Played, Random], Guess]
    weak: Weak | None = None
    anonymous: bool = True
    snapshots: bool = False
    closed: bool = False
    succeeds: bool = False

    def linked(self, folder: Path, seed: int, *, weakened: bool) -> int:
        """Play one survey and count the members that were linked."""
        rng = Random(seed)
        context = self.weak() if weakened and self.weak else nullcontext()
        with context:
            played = play(folder, anonymous=self.anonymous, snapshots=self.snapshots, rng=rng)
            try:
                if self.closed:
                    attacks.note_arrivals(played)
                    played.shop.close()
                return played.right(self.guess(played, rng))
            finally:
                played.shop.database.close()


ATTACKS = (
    Attack(
        "L1 order in the file",
        "after closing, file, holder's key, order",
        attacks.in_file_order,
        attacks.order_kept,
        closed=True,
    ),
    Attack(
        "L5 copies with known times",
        "a copy after every answer, no key",
        attacks.with_snapshots(None),
        attacks.plain_bodies,
        snapshots=True,
    ),
    Attack(
        "L11 every byte and the code", "database, holder's key", attacks.with_every_byte_and_the_code, attacks.one_hash
    ),
    Attack(
        "L11 the same and the order",
        "copies, holder's key, times",
        attacks.with_snapshots(HOLDERS["Ada"]),
        snapshots=True,
        succeeds=True,
    ),
    Attack(
        "L12 both keys, confidential",
        "database, key folder, while open",
        attacks.with_both_keys,
        anonymous=False,
        succeeds=True,
    ),
    Attack("L12 the same, anonymous", "database, key folder, while open", attacks.with_both_keys),
    Attack(
        "holder and server together",
        "database, key folder, holder's key, while open",
        attacks.with_link_key_and_holder,
        succeeds=True,
    ),
    Attack("L13 after closing", "every byte left, holder's key", attacks.after_closing, attacks.key_kept, closed=True),
)


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    sys.stdout.write("| attack | with | weakened variant | product | chance |\n|---|---|---|---|---|\n")
    for attack in ATTACKS:
        with tempfile.TemporaryDirectory() as name:
            weak = attack.linked(Path(name) / "weak", 0, weakened=True) if attack.weak else None
            linked = [attack.linked(Path(name) / str(run), run, weakened=False) for run in range(runs)]
        shown = "–" if weak is None else f"{weak} of {MEMBERS}"
        mean = sum(linked) / runs
        product = f"**{MEMBERS} of {MEMBERS}**, as the page says" if attack.succeeds else f"{mean:.2f} of {MEMBERS}"
        if attack.succeeds and mean != MEMBERS:
            sys.exit(f"{attack.name}: the page says that this links everybody, and it does not")
        sys.stdout.write(f"| {attack.name} | {attack.has} | {shown} | {product} | 1 of {MEMBERS}, {runs} runs |\n")


if __name__ == "__main__":
    with using(SqliteStore()):
        main()
