"""Would the tests notice? Breaks one line of the arithmetic at a time, in a copy, and names a test that fails.

    python bench/mutations.py

A mutation that no test notices is printed as such and ends the run with an error.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parents[1]
ROOMS = ("assess", "tests", "docs", "bench", "templates", "pyproject.toml")
_FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Mutation:
    """One line of one file of `assess/scoring`, as it is and as it is not."""

    name: str
    file: str
    line: str
    wrong: str


MUTATIONS = (
    Mutation(
        "variance with divisor n", "moments.py", "self.within / np.maximum(self.n - 1, 1)", "self.within / self.n"
    ),
    Mutation(
        "item variance with divisor n",
        "agreement.py",
        "self.squared / np.maximum(self.n * (self.n - 1), 1)",
        "self.squared / np.maximum(self.n * self.n, 1)",
    ),
    Mutation("one-sided p of a change", "change.py", "2.0 * stdtr(df, -np.abs(t))", "stdtr(df, -np.abs(t))"),
    Mutation("90 % instead of 95 % interval", "interval.py", "stdtrit(n + 1.0, 0.975)", "stdtrit(n + 1.0, 0.95)"),
    Mutation("upper tail of Feldt's limits", "alpha.py", "for p in (0.975, 0.025)", "for p in (0.025, 0.975)"),
    Mutation(
        "no finite population correction", "interval.py", "np.maximum(1.0 - share, 0.0) / n", "np.ones_like(share) / n"
    ),
    Mutation("no correction for the organisation", "interval.py", "1.0 - n / np.maximum(heads, 1), 1.0", "1.0, 1.0"),
    Mutation(
        "reverse key off by one",
        "persons.py",
        "item.scale.lo + item.scale.hi - column",
        "item.scale.lo + item.scale.hi + 1 - column",
    ),
    Mutation("reverse key ignored", "persons.py", "if not item.reverse_keyed:", "if True:"),
    Mutation("reverse key ignored in items", "items.py", "if item.reverse_keyed:", "if False:"),
    Mutation("moderation with one observation", "interval.py", "(2.0 * v0 +", "(1.0 * v0 +"),
    Mutation("residual of four is safe", "disclosure.py", "(pattern.residuals < minimum)", "(pattern.residuals < 4)"),
    Mutation(
        "more than half of the items needed", "persons.py", "given >= dimension.needed", "given > dimension.needed"
    ),
)


def noticed_by(mutation: Mutation, copy: Path) -> str:
    """Break the line in the copy, run the tests of scoring, mend it again; name a test that failed, or nothing."""
    path = copy / "assess" / "scoring" / mutation.file
    text = path.read_text()
    if text.count(mutation.line) != 1:
        raise SystemExit(f"{mutation.file}: not exactly one {mutation.line!r}")
    path.write_text(text.replace(mutation.line, mutation.wrong))
    command = [sys.executable, "-m", "pytest", "--numprocesses", "auto", "--maxfail", "1", "tests/scoring"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    path.write_text(text)
    found = _FAILED.search(done.stdout)
    if found is None and done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return found[1].rpartition("/")[2] if found else ""


def main() -> None:
    """Print one line per mutation."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for room in ROOMS:
            whole = HOME / room
            (shutil.copytree if whole.is_dir() else shutil.copy)(whole, copy / room)
        for mutation in MUTATIONS:
            test = noticed_by(mutation, copy)
            unnoticed += not test
            print(f"  {mutation.name:38s} {test or 'NOT NOTICED'}", flush=True)
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
